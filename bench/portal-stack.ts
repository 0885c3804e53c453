import type { Stack } from '../embedded/stack/index.js';
import { call } from './call.js';
import { withStack } from './stack.js';

const env = { PORT: '0', AUTH_MODE: 'open', LOG_DIR: '', LOG_LEVEL: 'warn' };

/** Runs `work` beside a whole installation of its own, whose catalogue is there. */
export function withPortal<Value>(work: (stack: Stack & { base: string }) => Promise<Value>): Promise<Value> {
  return withStack({ env }, async (stack) => {
    const base = stack.urls.portal;
    if (!base) throw new Error('the portal has no URL');
    await call('POST', `${base}/api/v1/inventory/sync?wait=true`);
    return work({ ...stack, base });
  });
}
