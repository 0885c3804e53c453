import { inventorySyncs } from '../../commands/aggregates.js';
import type { EventStore } from '../../commands/event-store.js';
import { messageOf } from '../../commands/failures.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, ErrorReporter, Locks, Logger, Metrics } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { SyncCommand } from '../../domain/sync/decider.js';
import { EffectPostponed, handOverMs } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';
import type { EffectStore } from '../effects/store.js';
import type { Warehouse } from '../ports/warehouse.js';
import { type Changes, collectChanges } from './changes.js';
import { afterEarlierRuns, endAbandonedRuns, type KnownRuns } from './earlier-runs.js';
import { emptiedBy } from './emptied.js';
import { createExportedBefore, type RequestMoment } from './exported-before.js';
import type { Summarise } from './page-summary.js';
import { createProgressReport, type ProgressBoard } from './progress.js';
import { doubtAbout, downloadSnapshot, leavesOut, type Snapshot, SnapshotDoubted } from './snapshot.js';
import { countListed, type SnapshotIndex } from './snapshot-index.js';
import { createStillRunning } from './still-running.js';
import { type Counts, takeOver } from './take-over.js';

export interface SyncDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly effects: Pick<EffectStore, 'request'>;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  readonly syncProgress: ProgressBoard;
  /** Aborts when the process stops: the run is left open, and taken up by the next process. */
  readonly signal?: AbortSignal;
  readonly storedEvents: Pick<EventStore, 'head' | 'readStream'>;
  readonly projections: KnownRuns;
  snapshotIndex(): Promise<SnapshotIndex>;
  readonly summarise: Summarise;
}

export interface SyncRequest {
  readonly syncId: string;
  /** Day of the request, `YYYY-MM-DD`: names the stream. */
  readonly date: string;
  readonly trigger: 'manual' | 'schedule' | 'startup';
  readonly force: boolean;
}

/** Downloads within one run; an inventory that gains or loses items during each of them is read in vain. */
const maxReads = 3;

/**
 * Takes over the warehouse's inventory, one run at a time over all processes. Every outcome ends in an event; a failure
 * changes nothing else, and is not repeated before the next run.
 *
 * @throws EffectPostponed when the process stops before the run has ended
 */
export async function runInventorySync(deps: SyncDeps, request: SyncRequest, context: CommandContext): Promise<void> {
  await deps.locks.exclusively('inventory-sync', async () => {
    const { state: runs } = await deps.handler.load(inventorySyncs, request.date);
    const known = runs[request.syncId];
    if (known === 'completed' || known === 'failed') return;
    await endAbandonedRuns(deps, request, context);
    await runOnce(deps, request, context);
  });
}

async function runOnce(deps: SyncDeps, request: SyncRequest, context: CommandContext): Promise<void> {
  const { handler, clock, metrics, signal } = deps;
  const { syncId, trigger, force } = request;
  const logger = deps.logger.child({ syncId });
  const started = clock.now();
  const elapsed = () => Math.max(0, clock.now().getTime() - started.getTime());
  const record = (command: SyncCommand) => handler.handle(inventorySyncs, request.date, command, context);

  await record({ type: 'StartSync', syncId, trigger, force, at: started.toISOString() });
  logger.info({ trigger, force }, 'inventory sync started');
  try {
    const { received, snapshotAt, counts } = await copyInventory(deps, request, context, logger);
    const [at, durationMs] = [clock.now().toISOString(), elapsed()];
    await record({ type: 'CompleteSync', syncId, received, ...counts, snapshotAt, at, durationMs });
    metrics.increment('portal_inventory_sync_runs_total', { result: 'completed' });
    metrics.set('portal_inventory_sync_products', received);
    logger.info({ received, ...counts, rejected: counts.rejected.length, durationMs }, 'inventory sync completed');
    metrics.observe('portal_inventory_sync_duration_seconds', durationMs / 1000);
  } catch (error) {
    if (signal?.aborted) throw new EffectPostponed(handOverMs, 'the process stops; another one takes the run up');
    const reason = messageOf(error);
    const durationMs = elapsed();
    metrics.increment('portal_inventory_sync_runs_total', { result: 'failed' });
    metrics.observe('portal_inventory_sync_duration_seconds', durationMs / 1000);
    deps.reporter.capture(error, { syncId });
    const read = error instanceof SnapshotDoubted ? { received: error.received, rejected: error.rejected } : {};
    logger.error({ err: error, durationMs }, 'inventory sync failed, the previous stock stays');
    await record({ type: 'FailSync', syncId, error: reason, ...read, at: clock.now().toISOString(), durationMs });
  }
}

async function copyInventory(
  deps: SyncDeps,
  { syncId, date, force }: SyncRequest,
  context: CommandContext,
  logger: Logger,
): Promise<{ received: number; snapshotAt: string; counts: Counts }> {
  const { handler, signal } = deps;
  const report = createProgressReport(syncId, logger, deps.syncProgress);
  let read = await readInventory(deps, report);
  for (let reads = 1; read.snapshot.moved && reads < maxReads; reads += 1) {
    logger.info({ reads }, 'the inventory gained or lost items while it was read; it is read again');
    read = await readInventory(deps, report);
  }
  const { requestedAt, logBefore, snapshot, changes } = read;
  const snapshotAt = await afterEarlierRuns(deps.projections, requestedAt, logger);
  const { index } = changes;
  if (!index.current) logger.warn({}, 'the read model is behind: the sync looks at every stream');

  const doubt = doubtAbout(snapshot, changes.usable, countListed(index));
  if (doubt && !force) throw new SnapshotDoubted(doubt, snapshot.received, changes.rejected);
  if (doubt) logger.warn({ doubt }, 'the sync is forced in spite of a doubt');
  const emptied = emptiedBy(changes, syncId);
  if (emptied) {
    logger.warn(emptied.facts, 'the snapshot empties the shop');
    // Owed before anything changes: whoever takes up a run that was broken off sees a part of the loss only.
    await deps.effects.request([owedAlert(emptied, syncId, context)]);
  }

  const counts = await takeOver({
    handler,
    changes,
    syncId,
    snapshotAt,
    exportedBefore: createExportedBefore(deps.storedEvents, { logBefore, requestedAt }),
    stillRunning: createStillRunning(async () => (await handler.load(inventorySyncs, date)).state, syncId),
    context,
    signal,
    onProgress: (done, total) => report('apply', done, total),
  });
  return { received: snapshot.received, snapshotAt, counts };
}

/** The whole inventory once, as what it changes. */
async function readInventory(
  deps: SyncDeps,
  report: ReturnType<typeof createProgressReport>,
): Promise<RequestMoment & { snapshot: Snapshot; changes: Changes }> {
  const logBefore = await deps.storedEvents.head();
  const requestedAt = deps.clock.now().toISOString();
  // Only syncs change what the index is asked for, so it can be read while the warehouse is.
  const pages = collectChanges(deps.snapshotIndex(), deps.summarise);
  const snapshot = await downloadSnapshot(
    deps.warehouse,
    (page, { before, received, total }) => {
      report('download', received, total);
      pages.add(page, before);
    },
    deps.signal,
  );
  const changes = await pages.finish();
  const believed = doubtAbout(snapshot, changes.usable, countListed(changes.index)) === null;
  const moved = snapshot.moved || (believed && (await leavesOut(deps.warehouse, changes.absent)));
  return { requestedAt, logBefore, snapshot: { ...snapshot, moved }, changes };
}
