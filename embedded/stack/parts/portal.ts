import type { PartDefinition } from '../part.js';
import { createReadiness } from '../portal-readiness.js';
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
      command: { ...nodeProgram('src/main', [], { ...unlimited, ...env }), inheritOutput: verbose },
      isReady: createReadiness(portalUrl, env.DATABASE_URL),
      settings: {},
      urls: { portal: portalUrl, docs: `${portalUrl}/docs` },
    };
  },
};

/** On one machine all callers are one, and a load test is no attack. */
const unlimited = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '0' };
