import type { Clock, Ids, Logger } from '../../commands/ports.js';
import { EffectPostponed, handOverMs } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';
import type { EffectHandler } from '../effects/performer.js';
import type { EffectStore } from '../effects/store.js';
import type { Reconcile } from './reconcile.js';
import type { RepairDeps } from './repair.js';
import type { ReconcileReport } from './report.js';

/** Where an operator finds the report of a day, `YYYY-MM-DD`. */
export type KeepReport = (date: string, report: ReconcileReport) => Promise<void>;

/** Hour of the day, UTC, at which the warehouse is quiet. */
const hourUtc = 3;
const dayMs = 24 * 60 * 60 * 1000;

/** Asks for the next reconciliation. One effect per day, however many processes ask however often. */
export async function requestNextReconciliation(deps: {
  effects: Pick<EffectStore, 'request'>;
  clock: Clock;
  ids: Ids;
}): Promise<void> {
  const now = deps.clock.now();
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hourUtc);
  const dueAt = new Date(today > now.getTime() ? today : today + dayMs).toISOString();
  const date = dueAt.slice(0, 10);
  const payload = { correlationId: deps.ids.next() };
  await deps.effects.request([
    { key: `reconcile:${date}`, kind: 'reconcile', subject: date, payload, dueAt, causedBy: deps.ids.next() },
  ]);
}

/**
 * Performs a day's reconciliation: takes over the stock first, so that only what a sync cannot mend is found, and keeps
 * the report. Repairs are an operator's decision.
 */
export function createDailyReconciliation(deps: {
  reconcile: Reconcile;
  useCases: RepairDeps['useCases'];
  effects: Pick<EffectStore, 'request'>;
  logger: Logger;
  keepReport: KeepReport;
  /** Aborts when the process stops: the next process begins the reconciliation anew. */
  signal: AbortSignal;
}): EffectHandler {
  return {
    async perform({ subject: date }, context) {
      const { signal } = deps;
      await deps.useCases.syncInventory({ force: false, wait: true, trigger: 'schedule', signal }, context);
      if (signal.aborted) throw new EffectPostponed(handOverMs, 'the process stops; another one reconciles');
      const report = await deps.reconcile.compare();
      const { counts, compared, stockDoubt, durationMs } = report;
      deps.logger.info({ date, counts, compared, stockDoubt, durationMs }, 'portal and warehouse reconciled');
      await deps.keepReport(date, report);
      if (report.findings.length === 0) return;
      const alert = {
        name: `reconcile:${date}`,
        kind: 'reconciliation',
        subject: `portal and warehouse differ: ${date}`,
        message: '`portal reconcile` shows what differs and repairs it',
        facts: { ...counts },
      };
      await deps.effects.request([owedAlert(alert, date, context)]);
    },
  };
}
