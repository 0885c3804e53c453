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
      command: { ...nodeProgram('src/main', [], { ...unlimited, ...env }), inheritOutput: verbose },
      isReady: createReadiness(portalUrl),
      settings: {},
      urls: { portal: portalUrl, docs: `${portalUrl}/docs` },
    };
  },
};

/** On one machine all callers are one, and a load test is no attack. */
const unlimited = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '0' };

/** Readiness looks at every dependency, so one answer may take a moment. */
const answerLimitMs = 5_000;

/** A warehouse that is down or slow must not hold up the start for longer; the portal syncs when it is back. */
const catalogueLimitMs = 15_000;

/** Ready, with a first sync behind it: whoever looks next expects products. */
function createReadiness(portalUrl: string): () => Promise<boolean> {
  let answersSince: number | undefined;
  return async () => {
    if ((await ask(`${portalUrl}/readyz`))?.status !== 200) return false;
    answersSince ??= Date.now();
    return (await hasSynced(portalUrl)) || Date.now() - answersSince > catalogueLimitMs;
  };
}

/** Whether a sync run has ended, however; a portal that asks for a credential is taken at its word. */
async function hasSynced(portalUrl: string): Promise<boolean> {
  const answer = await ask(`${portalUrl}/api/v1/inventory/syncs`);
  if (answer?.status !== 200) return answer !== null && answer.status < 500;
  const { items } = JSON.parse(answer.body) as { items: { status: string }[] };
  return items.some(({ status }) => status !== 'running');
}

async function ask(url: string): Promise<{ status: number; body: string } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}
