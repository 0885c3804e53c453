import type { Knex } from 'knex';
import { comparePositions, type Position } from '../../commands/event-store.js';
import { inheritFirstFill } from '../runtime/first-fill.js';
import { lockGenerations, readLiveGeneration } from '../runtime/live-generation.js';
import type { Projection } from '../runtime/projection.js';
import { dropGeneration, pointViews, tablesExist } from '../runtime/tables.js';
import { catchUp } from './catch-up.js';
import type { GenerationDeps } from './deps.js';
import type { AssertAlone } from './exclusively.js';

type SwitchDeps = Pick<GenerationDeps, 'db' | 'eventStore'>;

/** Called after each commit with the events in it. */
type OnEvents = (count: number) => void;

/** Shorter than a statement of the pool may take, which would end the wait first, and not say that it was for a lock. */
const holdWaitMs = 25_000;

/**
 * The projector waits for whoever holds a generation. One that is silent for so long hangs or was halted: the server ends
 * its transaction, and nothing has been switched. Longer than the last few events take.
 */
const silentHoldMs = 30_000;

/** Longer than PostgreSQL takes to break off its own clean-up of a table that somebody wants to drop. */
const dropWaitMs = 5_000;

/** The gap to the live checkpoint is closed this often outside the lock, so that the rest under it is small. */
const maxApproaches = 5;

/**
 * Makes a generation live, caught up to where the live one stands, in one transaction. What is older than both goes.
 * @throws RebuildLockLost; nothing has been switched then
 */
export async function switchTo(
  deps: SwitchDeps,
  projection: Projection,
  generation: number,
  assertAlone: AssertAlone,
  onEvents: OnEvents = () => undefined,
): Promise<void> {
  await approach(deps, projection, generation, onEvents);
  await holding(deps, projection, async (tx) => {
    assertAlone();
    const goal = await goalOf(deps, deps.db, projection);
    if (goal) await catchUp(deps, [{ projection, generation, until: goal, onEvents }]);
    const live = (await readLiveGeneration(tx, projection.name))?.generation ?? null;
    if (live !== null) await inheritFirstFill(tx, projection.name, live, generation);
    await pointViews(tx, projection, generation);
    await tx.raw(
      `update portal.projection_generations
       set live = ?, previous = ?, switched_at = now(), parked_epoch = parked_epoch + 1 where name = ?`,
      [generation, live, projection.name],
    );
    await forgetAllBut(tx, projection, [generation, live]);
  });
}

/** Closes the gap to the goal while the projector goes on. */
export async function approach(
  deps: SwitchDeps,
  projection: Projection,
  generation: number,
  onEvents: OnEvents,
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
export async function goalOf(deps: SwitchDeps, db: Knex, projection: Projection): Promise<Position | null> {
  const live = await readLiveGeneration(db, projection.name);
  const followed =
    live &&
    !live.rewound &&
    live.version === projection.version &&
    (await tablesExist(db, projection, live.generation));
  return followed ? live.checkpoint : await deps.eventStore.head();
}

/** Keeps the live generation where it is while `work` runs: no batch of the projector commits. */
export async function holding<T>(
  deps: Pick<SwitchDeps, 'db'>,
  projection: Projection,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return deps.db.transaction(async (tx) => {
    await tx.raw(`set local lock_timeout = ${holdWaitMs}`);
    await tx.raw(`set local idle_in_transaction_session_timeout = ${silentHoldMs}`);
    await lockGenerations(tx, projection.name);
    return work(tx);
  });
}

/** {@link holding} to drop unused tables: one that a halted process has still in use is not worth the projector's wait. */
export async function holdingBriefly<T>(
  deps: Pick<SwitchDeps, 'db'>,
  projection: Projection,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return holding(deps, projection, async (tx) => {
    await tx.raw(`set local lock_timeout = ${dropWaitMs}`);
    return work(tx);
  });
}

/** {@link forget} for every generation that is not one of these. */
export async function forgetAllBut(
  tx: Knex.Transaction,
  projection: Projection,
  kept: readonly (number | null)[],
): Promise<void> {
  const { rows } = await tx.raw<{ rows: { generation: number }[] }>(
    'select generation from portal.projection_checkpoints where name = ? and generation <> all(?::int[])',
    [projection.name, kept.filter((generation) => generation !== null)],
  );
  await forget(
    tx,
    projection,
    rows.map(({ generation }) => generation),
  );
}

/** Drops a generation that has not gone live: the answer of the switch may have been lost, not the switch. */
export async function forgetUnused(
  deps: Pick<SwitchDeps, 'db'>,
  projection: Projection,
  generation: number,
): Promise<void> {
  await holdingBriefly(deps, projection, async (tx) => {
    const { rows: using } = await tx.raw<{ rows: unknown[] }>(
      'select 1 from portal.projection_generations where name = ? and ? in (live, previous)',
      [projection.name, generation],
    );
    if (using.length === 0) await forget(tx, projection, [generation]);
  });
}

/** Drops some generations with all that is known of them. */
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
