import { startSealSchedule } from '../audit/seal-schedule.js';
import type { Portal } from '../compose.js';
import { systemContext } from './system-context.js';

/** Without a key nothing can be sealed, which must be seen, once. */
export function startSeals(portal: Portal): { stop(): Promise<void> } {
  const { signer, verifier } = portal.audit;
  if (!signer) {
    portal.logger.warn({}, 'the log is not sealed: AUDIT_SIGNING_KEY is not set');
    return { stop: async () => undefined };
  }
  return startSealSchedule({
    ...portal,
    db: portal.pools.workers,
    eventStore: portal.storedEvents,
    signer,
    onBroken: (error) =>
      void portal.alerts.raise({
        kind: 'seal-broken',
        subject: 'the seals are not as they were made',
        message: `${error.message}: run \`portal audit verify\``,
        error,
      }),
    verifier,
    context: () => systemContext(portal, 'sealer'),
    intervalSeconds: portal.config.AUDIT_SEAL_INTERVAL_SECONDS,
  });
}
