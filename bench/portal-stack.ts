import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Stack, startStack } from '../embedded/stack/index.js';

/** Runs `work` beside a whole installation of its own, on free ports and in a temporary folder. */
export async function withPortal<Value>(work: (stack: Stack & { base: string }) => Promise<Value>): Promise<Value> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-portal-'));
  const stack = await startStack({
    dataDir,
    ports: 'free',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      AUTH_MODE: 'open',
      LOG_DIR: '',
      LOG_LEVEL: 'warn',
    },
  });
  try {
    const base = stack.urls.portal;
    if (!base) throw new Error('the portal has no URL');
    await firstSync(base);
    return await work({ ...stack, base });
  } finally {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function firstSync(base: string): Promise<void> {
  await fetch(`${base}/api/v1/inventory/sync?wait=true`, { method: 'POST' });
}
