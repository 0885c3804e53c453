import type { PartDefinition } from '../part.js';
import { nodeProgram } from './node-program.js';

/** The portal itself. Its environment holds the settings of all other parts by the time it is prepared. */
export const portal: PartDefinition = {
  name: 'portal',
  isNeeded: () => true,
  // Its port comes from PORT, see portal-address.ts.
  ports: {},
  startLimitMs: 60_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 20_000,
  async prepare({ env, portalUrl, verbose }) {
    return {
      command: { ...nodeProgram('src/main', [], env), inheritOutput: verbose },
      isReady: () => isReady(`${portalUrl}/readyz`),
      settings: {},
      urls: { portal: portalUrl, docs: `${portalUrl}/docs` },
    };
  },
};

/** Readiness looks at every dependency, so one answer may take a moment. */
const answerLimitMs = 5_000;

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
