import { inventorySyncs } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Logger } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Projections } from '../../projections/create-projections.js';
import { ReadModelMissing } from '../../projections/queries/sql.js';
import type { Queries } from '../../projections/queries.js';

/** What the read models know of runs and snapshots. */
export type KnownRuns = { readonly queries: Pick<Queries, 'syncs'> } & Pick<Projections, 'latestSnapshotAt'>;

/**
 * Streams ignore a snapshot that is dated before one they have applied, so that a process that was halted does not bring
 * back old stock. Runs come one after the other: one that seems to come before another has a clock that was put back,
 * and would be ignored until it has caught up.
 *
 * @returns the moment that the snapshot counts as taken, ISO 8601: after every earlier run
 */
export async function afterEarlierRuns(known: KnownRuns, requestedAt: string, logger: Logger): Promise<string> {
  const latestRun = await latestRunAt(known);
  if (latestRun === null || latestRun < requestedAt) return requestedAt;
  const applied = await known.latestSnapshotAt();
  const latest = applied !== null && applied > latestRun ? applied : latestRun;
  const snapshotAt = new Date(Date.parse(latest) + 1).toISOString();
  logger.warn({ latest, requestedAt }, 'an earlier sync is dated later than this one: a clock is wrong, or was');
  return snapshotAt;
}

async function latestRunAt({ queries }: KnownRuns): Promise<string | null> {
  try {
    const [latest] = (await queries.syncs({ limit: 2 })).filter(({ status }) => status !== 'running');
    if (!latest) return null;
    const { startedAt, completedAt } = latest;
    return completedAt !== null && completedAt > startedAt ? completedAt : startedAt;
  } catch (error) {
    if (error instanceof ReadModelMissing) return null;
    throw error;
  }
}

/**
 * Whoever holds the lock runs alone, so a run that still counts as running has lost its process and its effect. Its
 * end is recorded, for operators not to wait for it.
 *
 * @param run the one that is about to begin; its day and the day before are looked at
 */
export async function endAbandonedRuns(
  { handler, clock }: { readonly handler: CommandHandler; readonly clock: Clock },
  run: { readonly date: string; readonly syncId: string },
  context: CommandContext,
): Promise<void> {
  const yesterday = new Date(Date.parse(run.date) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  for (const day of [yesterday, run.date]) {
    const { state } = await handler.load(inventorySyncs, day);
    for (const [other, status] of Object.entries(state)) {
      if (status !== 'running' || other === run.syncId) continue;
      const at = clock.now().toISOString();
      await handler.handle(
        inventorySyncs,
        day,
        { type: 'FailSync', syncId: other, error: 'the run was broken off', at, durationMs: 0 },
        context,
      );
    }
  }
}
