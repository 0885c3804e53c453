import { earliest, type Position } from '../../commands/event-store.js';
import type { Logger } from '../../commands/ports.js';
import { TooManyPoisonEvents } from './apply.js';
import { applyBatch } from './apply-batch.js';
import { type Batch, type BatchLimits, batches } from './batches.js';
import { OwnershipLost } from './checkpoints.js';
import { endFirstFill } from './first-fill.js';
import type { Progress } from './health.js';
import { GenerationChanged } from './live-generation.js';
import { backoffMs, pause } from './pause.js';
import type { ProjectorLimits, ProjectorOptions } from './projector-options.js';
import type { Reports } from './reports.js';
import { assertNotRewound } from './rewound.js';
import { assertUnchanged, generationsOf, isBroken, loadSubject, type Subject } from './subject.js';

export interface FollowDeps
  extends Pick<ProjectorOptions, 'projections' | 'eventStore' | 'db' | 'metrics' | 'afterBatch' | 'onBroken'> {
  readonly limits: ProjectorLimits;
  readonly logger: Logger;
  readonly progress: Progress;
  readonly reports: Reports;
}

/**
 * One life of the subscription, from the checkpoints on until `term` aborts.
 *
 * @param pace may be changed meanwhile
 * @param on `ready` once the tables are known to have been made, `applied` with each checkpoint that has moved
 * @throws OwnershipLost, GenerationChanged when the projections are to be loaded anew, TooManyPoisonEvents, LogRewound, and
 * whatever ends the subscription
 */
export async function follow(
  deps: FollowDeps,
  pace: BatchLimits,
  on: { ready(): void; applied(): void },
  term: AbortSignal,
): Promise<void> {
  const { projections, db, limits, logger, progress } = deps;
  const subjects: Subject[] = [];
  for (const projection of projections) subjects.push(await loadSubject(db, projection));
  progress.subjects(subjects);
  const names = projections.map(({ name }) => name);
  await assertNotRewound(deps, names);
  on.ready();
  for (const { broken } of subjects.filter(isBroken)) logger.warn({ reason: broken }, 'projection needs a rebuild');
  const askForRepair = createRepairRequests(deps, subjects);
  let writtenAt = Number.NEGATIVE_INFINITY;
  /** A checkpoint that has been read and not yet written. */
  let unwritten: Position | null = null;
  let full = false;
  for await (const batch of incoming(deps, subjects, pace, term)) {
    if (term.aborted) return;
    askForRepair();
    unwritten = batch.position ?? unwritten;
    const due = batch.events.length > 0 || performance.now() - writtenAt >= limits.checkpointEveryMs;
    if (unwritten && due) {
      await applyUntilDone(deps, subjects, batch, unwritten, term);
      unwritten = null;
      writtenAt = performance.now();
      on.applied();
    } else if (!batch.position) {
      // An idle look: a rebuild may have switched generations, or somebody dropped tables, with no event to show it.
      await assertUnchanged(db, subjects);
    }
    if (batch.caughtUp && !full) {
      await endFirstFill(db, generationsOf(subjects.filter((subject) => !isBroken(subject))));
      full = true;
    }
    progress.moved(batch.caughtUp);
  }
  if (!term.aborted) throw new Error('the subscription ended');
}

/** What the subjects have still to see, in batches. */
function incoming(
  { projections, eventStore, progress, metrics }: FollowDeps,
  subjects: readonly Subject[],
  pace: BatchLimits,
  term: AbortSignal,
): AsyncGenerator<Batch> {
  const prefixes = [...new Set(projections.flatMap((projection) => projection.prefixes))];
  const from = startOf(subjects);
  return batches(
    (stop) => eventStore.subscribeToAll({ prefixes, from, signal: AbortSignal.any([term, stop]) }),
    pace,
    (waiting) => {
      progress.waiting(waiting);
      for (const { projection, missed } of subjects) {
        metrics.set('portal_projection_lag_events', waiting + missed, { projection: projection.name });
      }
    },
  );
}

/** The earliest checkpoint of those that can apply anything; null is the beginning. */
function startOf(subjects: readonly Subject[]): Position | null {
  const able = subjects.filter((subject) => !isBroken(subject));
  return earliest((able.length > 0 ? able : subjects).map(({ checkpoint }) => checkpoint));
}

/** Asks for the repair of what is broken, as long as there is any, but not with every call. */
function createRepairRequests({ limits, onBroken }: FollowDeps, subjects: readonly Subject[]): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const broken = subjects.filter(isBroken);
    if (broken.length === 0 || performance.now() - askedAt < limits.repairEveryMs) return;
    askedAt = performance.now();
    onBroken?.(broken.map(({ projection }) => projection));
  };
}

/** Repeats a batch until the database takes it: nothing is skipped because a server was away. */
async function applyUntilDone(
  deps: FollowDeps,
  subjects: readonly Subject[],
  batch: Batch,
  position: Position,
  term: AbortSignal,
): Promise<void> {
  const { limits, reports } = deps;
  for (let failures = 0; !term.aborted; failures++) {
    try {
      await applyOnce(deps, subjects, batch, position);
      return;
    } catch (error) {
      if (error instanceof OwnershipLost || error instanceof GenerationChanged) throw error;
      // Keys of personal data are looked up as events are read: what was unreadable is read again.
      if (error instanceof TooManyPoisonEvents) throw error;
      reports.failed(error, failures);
      await pause(backoffMs(failures, limits.retryBaseMs, limits.retryMaxMs), term);
    }
  }
}

async function applyOnce(
  { db, logger, reports, afterBatch }: FollowDeps,
  subjects: readonly Subject[],
  { events }: Batch,
  position: Position,
): Promise<void> {
  const brokenBefore = subjects.filter(isBroken).length;
  for (const { subject, poison } of await applyBatch(db, subjects, events, position)) {
    for (const one of poison) reports.parked(subject.projection.name, one);
  }
  await afterBatch?.(events, position).catch((error: unknown) => {
    logger.warn({ err: error }, 'work after a commit failed');
  });
  // Whoever dropped one table has dropped others, perhaps.
  if (subjects.filter(isBroken).length > brokenBefore) throw new GenerationChanged('tables have been dropped');
}
