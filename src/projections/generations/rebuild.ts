import type { Knex } from 'knex';
import { comparePositions, type EventStore, type Position } from '../../commands/event-store.js';
import type { Clock, Logger } from '../../commands/ports.js';
import { type LiveGeneration, loadLiveGeneration, readLiveGeneration } from '../runtime/checkpoints.js';
import type { OwnerLock, Ownership } from '../runtime/owner-lock.js';
import type { Projection } from '../runtime/projection.js';
import { catchUp, type Target } from './catch-up.js';
import { type Comparison, compareGenerations } from './compare.js';
import { completeGeneration, createGeneration, dropGeneration, pointViews, tablesExist } from './tables.js';

export interface RebuildOutcome {
  projection: string;
  /** The generation that was filled; live now unless this was a mere check. */
  generation: number;
  events: number;
  /** Null when the live rows were missing or made by another version, so that there was nothing to compare with. */
  comparison: Comparison | null;
  switched: boolean;
  durationMs: number;
}

export interface RebuildOptions {
  onProgress?: (progress: { events: number }) => void;
  /** Fill and compare, then drop what was filled: an audit of the live rows. */
  checkOnly?: boolean;
}

export interface GenerationDeps {
  readonly db: Knex;
  readonly eventStore: EventStore;
  readonly ownerLock: OwnerLock;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** This projection is being rebuilt or rolled back already. */
export class RebuildInProgress extends Error {
  override readonly name = 'RebuildInProgress';
}

/** There is no earlier generation to return to, or the projection has only one for ever. */
export class NoSuchGeneration extends Error {
  override readonly name = 'NoSuchGeneration';
}

/** Comparing and indexing big tables, and waiting for a lock, may take longer than a request ever should. */
const longStatementMs = 30 * 60_000;
const holdWaitMs = 60_000;

/** The gap to the live checkpoint is closed this often outside the lock, so that the rest under it is small. */
const maxApproaches = 5;

/**
 * Fills the next generation of read models beside the live one, from one reading of `$all`, compares each with its live
 * one row by row at one and the same position, and makes it live in one transaction. Reads and writes go on meanwhile;
 * the projector of the live generation waits only for the last few events. The former generation stays for
 * {@link rollbackProjection}.
 *
 * @returns one outcome per read model, in the order given
 * @throws RebuildInProgress, NoSuchGeneration
 */
export async function rebuildProjections(
  deps: GenerationDeps,
  projections: readonly Projection[],
  options: RebuildOptions = {},
): Promise<RebuildOutcome[]> {
  for (const { name, rebuildable } of projections) {
    if (!rebuildable) throw new NoSuchGeneration(`${name} must not be rebuilt`);
  }
  return exclusively(deps, projections, async () => {
    const startedAt = deps.clock.now().getTime();
    let read = 0;
    const onRead = (count: number) => {
      read += count;
      options.onProgress?.({ events: read });
    };
    const rebuilds: Rebuild[] = [];
    for (const projection of projections) rebuilds.push(await begin(deps, projection));
    await fill(deps, rebuilds, onRead);

    const outcomes: RebuildOutcome[] = [];
    for (const rebuild of rebuilds) {
      const { comparison, switched } = await finish(deps, rebuild, options);
      const { projection, generation, events } = rebuild;
      const durationMs = deps.clock.now().getTime() - startedAt;
      const outcome = { projection: projection.name, generation, events, comparison, switched, durationMs };
      deps.logger.info(outcome, switched ? 'projection rebuilt' : 'projection checked');
      outcomes.push(outcome);
    }
    return outcomes;
  });
}

/** A new generation on its way. */
interface Rebuild {
  readonly projection: Projection;
  readonly generation: number;
  readonly live: LiveGeneration;
  events: number;
}

async function begin(deps: GenerationDeps, projection: Projection): Promise<Rebuild> {
  const live = await loadLiveGeneration(deps.db, projection);
  const generation = await nextGeneration(deps.db, projection.name);
  await deps.db.transaction((tx) => createGeneration(tx, projection, generation));
  return { projection, generation, live, events: 0 };
}

/** The long way, all together; only then come the indexes. */
async function fill(
  deps: GenerationDeps,
  rebuilds: readonly Rebuild[],
  onRead: (count: number) => void,
): Promise<void> {
  const targets: Target[] = [];
  for (const rebuild of rebuilds) {
    const until = await goalOf(deps, deps.db, rebuild.projection);
    if (until) targets.push({ ...rebuild, until, onEvents: counting(rebuild) });
  }
  await catchUp(deps, targets, onRead);
  for (const { projection, generation } of rebuilds) {
    await deps.db.transaction(async (tx) => {
      await tx.raw(`set local statement_timeout = ${longStatementMs}`);
      await completeGeneration(tx, projection, generation);
    });
  }
}

async function finish(
  deps: GenerationDeps,
  rebuild: Rebuild,
  { checkOnly = false }: RebuildOptions,
): Promise<Pick<RebuildOutcome, 'comparison' | 'switched'>> {
  const { projection, generation, live } = rebuild;
  const onEvents = counting(rebuild);
  await approach(deps, projection, generation, onEvents);
  const comparable = live.version === projection.version && (await tablesExist(deps.db, projection, live.generation));
  const comparison = comparable ? await compareAtOnePosition(deps, projection, generation, onEvents) : null;
  if (checkOnly) await deps.db.transaction((tx) => forget(tx, projection, [generation]));
  else await switchTo(deps, projection, generation, onEvents);
  return { comparison, switched: !checkOnly };
}

function counting(rebuild: Rebuild): (count: number) => void {
  return (count) => {
    rebuild.events += count;
  };
}

/**
 * Makes the former generation live again, after bringing it up to the present.
 *
 * @throws NoSuchGeneration when there is none, or when other code has made it
 */
export async function rollbackProjection(
  deps: GenerationDeps,
  projection: Projection,
): Promise<{ projection: string; generation: number }> {
  return exclusively(deps, [projection], async () => {
    const { rows } = await deps.db.raw<{ rows: { previous: number | null; version: number | null }[] }>(
      `select g.previous, c.version from portal.projection_generations g
       left join portal.projection_checkpoints c on c.name = g.name and c.generation = g.previous where g.name = ?`,
      [projection.name],
    );
    const previous = rows[0]?.previous ?? null;
    if (previous === null || !(await tablesExist(deps.db, projection, previous))) {
      throw new NoSuchGeneration(`${projection.name} has no former generation`);
    }
    if (rows[0]?.version !== projection.version) {
      throw new NoSuchGeneration(
        `generation ${previous} of ${projection.name} was made by other code: run that release`,
      );
    }
    await approach(deps, projection, previous);
    await switchTo(deps, projection, previous);
    return { projection: projection.name, generation: previous };
  });
}

/** Drops every generation but the live one: what they hold follows the events no more. There is no rollback then. */
export async function dropFormerGenerations(deps: GenerationDeps, projection: Projection): Promise<void> {
  await exclusively(deps, [projection], () =>
    holding(deps, projection, async (tx) => {
      const live = await readLiveGeneration(tx, projection.name);
      if (!live) return;
      const { rows } = await tx.raw<{ rows: { generation: number }[] }>(
        'select generation from portal.projection_checkpoints where name = ? and generation <> ?',
        [projection.name, live.generation],
      );
      await forget(
        tx,
        projection,
        rows.map(({ generation }) => generation),
      );
      await tx.raw('update portal.projection_generations set previous = null where name = ?', [projection.name]);
    }),
  );
}

async function exclusively<T>(
  deps: GenerationDeps,
  projections: readonly Projection[],
  work: () => Promise<T>,
): Promise<T> {
  const held: Ownership[] = [];
  try {
    for (const { name } of projections) {
      const ownership = await deps.ownerLock.tryAcquire(`rebuild:${name}`);
      if (!ownership) throw new RebuildInProgress(`${name} is being rebuilt already`);
      held.push(ownership);
    }
    return await work();
  } finally {
    for (const ownership of held) await ownership.release();
  }
}

/** Closes the gap to the goal while the projector goes on. */
async function approach(
  deps: GenerationDeps,
  projection: Projection,
  generation: number,
  onEvents: (count: number) => void = () => undefined,
): Promise<void> {
  let reached: Position | null = null;
  for (let step = 0; step < maxApproaches; step++) {
    const goal = await goalOf(deps, deps.db, projection);
    if (!goal || (reached && comparePositions(goal, reached) <= 0)) return;
    await catchUp(deps, [{ projection, generation, until: goal, onEvents }]);
    reached = goal;
  }
}

/** Where the new generation has to be: with the live one, or at the head when nobody moves the live one any more. */
async function goalOf(deps: GenerationDeps, db: Knex, projection: Projection): Promise<Position | null> {
  const live = await readLiveGeneration(db, projection.name);
  const followed = live && live.version === projection.version && (await tablesExist(db, projection, live.generation));
  return followed ? live.checkpoint : await deps.eventStore.head();
}

/** Keeps the live generation where it is while `work` runs: no batch of the projector commits. */
async function holding<T>(
  deps: GenerationDeps,
  projection: Projection,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return deps.db.transaction(async (tx) => {
    await tx.raw(`set local lock_timeout = ${holdWaitMs}`);
    await tx.raw('set local idle_in_transaction_session_timeout = 0');
    await tx.raw('select 1 from portal.projection_generations where name = ? for update', [projection.name]);
    return work(tx);
  });
}

/** Both generations are seen by one snapshot, taken while they stand at the same position; the lock ends right then. */
async function compareAtOnePosition(
  deps: GenerationDeps,
  projection: Projection,
  generation: number,
  onEvents: (count: number) => void,
): Promise<Comparison> {
  const snapshot = await deps.db.transaction(undefined, { isolationLevel: 'repeatable read', readOnly: true });
  try {
    // Settings take no snapshot yet.
    await snapshot.raw(`set local statement_timeout = ${longStatementMs}`);
    await snapshot.raw('set local idle_in_transaction_session_timeout = 0');
    const live = await holding(deps, projection, async (tx) => {
      const now = await readLiveGeneration(tx, projection.name);
      if (!now) throw new NoSuchGeneration(`${projection.name} has no live generation`);
      if (now.checkpoint) await catchUp(deps, [{ projection, generation, until: now.checkpoint, onEvents }]);
      // The first query takes the snapshot.
      await snapshot.raw('select 1');
      return now.generation;
    });
    return await compareGenerations(snapshot, projection, live, generation);
  } finally {
    await snapshot.rollback().catch(() => undefined);
  }
}

async function switchTo(
  deps: GenerationDeps,
  projection: Projection,
  generation: number,
  onEvents: (count: number) => void = () => undefined,
): Promise<void> {
  await holding(deps, projection, async (tx) => {
    const goal = await goalOf(deps, deps.db, projection);
    if (goal) await catchUp(deps, [{ projection, generation, until: goal, onEvents }]);
    const { rows } = await tx.raw<{ rows: { live: number }[] }>(
      'select live from portal.projection_generations where name = ?',
      [projection.name],
    );
    const live = rows[0]?.live ?? null;
    await pointViews(tx, projection, generation);
    await tx.raw(
      `update portal.projection_generations
       set live = ?, previous = ?, switched_at = now(), parked_epoch = parked_epoch + 1 where name = ?`,
      [generation, live, projection.name],
    );
    const { rows: old } = await tx.raw<{ rows: { generation: number }[] }>(
      `select generation from portal.projection_checkpoints
       where name = ? and generation <> ? and generation is distinct from ?`,
      [projection.name, generation, live],
    );
    await forget(
      tx,
      projection,
      old.map((row) => row.generation),
    );
  });
}

async function forget(tx: Knex.Transaction, projection: Projection, generations: readonly number[]): Promise<void> {
  for (const generation of generations) {
    await dropGeneration(tx, projection, generation);
    await tx.raw('delete from portal.projection_checkpoints where name = ? and generation = ?', [
      projection.name,
      generation,
    ]);
    await tx.raw('delete from portal.parked_streams where projection = ? and generation = ?', [
      projection.name,
      generation,
    ]);
  }
}

async function nextGeneration(db: Knex, name: string): Promise<number> {
  const { rows } = await db.raw<{ rows: { next: number }[] }>(
    'select max(generation) + 1 as next from portal.projection_checkpoints where name = ?',
    [name],
  );
  return rows[0]?.next ?? 1;
}
