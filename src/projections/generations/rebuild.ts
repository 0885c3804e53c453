import type { Knex } from 'knex';
import { type LiveGeneration, loadLiveGeneration } from '../runtime/live-generation.js';
import type { Projection } from '../runtime/projection.js';
import { noteRewound } from '../runtime/rewound.js';
import { completeGeneration, createGeneration, tablesExist, vacuumGeneration } from '../runtime/tables.js';
import { catchUp, type Target } from './catch-up.js';
import type { Comparison } from './compare.js';
import { compareWithLive } from './compare-live.js';
import { type GenerationDeps, NoSuchGeneration } from './deps.js';
import { type AssertAlone, exclusively } from './exclusively.js';
import { fillGenerations } from './fill.js';
import { approach, forgetAllBut, forgetUnused, goalOf, holdingBriefly, switchTo } from './switch.js';

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
  return exclusively(deps, projections, async (assertAlone) => {
    const startedAt = deps.clock.now().getTime();
    let read = 0;
    const onRead = (count: number) => {
      assertAlone();
      read += count;
      options.onProgress?.({ events: read });
    };
    // A live generation that follows an event store of the past says neither how far to go nor what is right.
    await noteRewound(deps);
    const unfinished = new Set<Rebuild>();
    try {
      for (const projection of projections) unfinished.add(await begin(deps, projection));
      await fill(deps, [...unfinished], onRead);
      const outcomes: RebuildOutcome[] = [];
      for (const rebuild of unfinished) {
        const { comparison, switched } = await finish(deps, rebuild, assertAlone, options);
        unfinished.delete(rebuild);
        const { projection, generation, events } = rebuild;
        const durationMs = deps.clock.now().getTime() - startedAt;
        const outcome = { projection: projection.name, generation, events, comparison, switched, durationMs };
        deps.logger.info(outcome, switched ? 'projection rebuilt' : 'projection checked');
        outcomes.push(outcome);
      }
      return outcomes;
    } catch (error) {
      for (const { projection, generation } of unfinished) await leave(deps, projection, generation);
      throw error;
    }
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
  // Makes the first generation ever where there is none yet: only what is there can be held.
  await loadLiveGeneration(deps.db, projection);
  return holdingBriefly(deps, projection, async (tx) => {
    const live = await loadLiveGeneration(tx, projection);
    const generation = await nextGeneration(tx, projection.name);
    // What a rebuild that died has filled is of no use to anybody, and can be as large as the live rows.
    await forgetAllBut(tx, projection, [live.generation, live.previous]);
    await createGeneration(tx, projection, generation);
    return { projection, generation, live, events: 0 };
  });
}

/** Gives the disk back after a failure, which a full disk may have been. Where even that fails, the next rebuild does it. */
async function leave(deps: GenerationDeps, projection: Projection, generation: number): Promise<void> {
  await forgetUnused(deps, projection, generation).catch((error: unknown) =>
    deps.logger.warn({ err: error, projection: projection.name, generation }, 'a rebuild is left behind'),
  );
}

/** Brings all of them close to the end of the log in one reading; only then come the indexes. */
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
  await fillGenerations(deps, targets, onRead);
  await catchUp(deps, targets, onRead);
  for (const { projection, generation } of rebuilds) {
    await deps.db.transaction((tx) => completeGeneration(tx, projection, generation));
    await vacuumGeneration(deps.db, projection, generation);
  }
}

async function finish(
  deps: GenerationDeps,
  rebuild: Rebuild,
  assertAlone: AssertAlone,
  { checkOnly = false }: RebuildOptions,
): Promise<Pick<RebuildOutcome, 'comparison' | 'switched'>> {
  const { projection, generation, live } = rebuild;
  const onEvents = counting(rebuild);
  await approach(deps, projection, generation, onEvents);
  const comparable =
    !live.rewound && live.version === projection.version && (await tablesExist(deps.db, projection, live.generation));
  const comparison = comparable ? await compareWithLive(deps, projection, generation, onEvents) : null;
  if (checkOnly) await forgetUnused(deps, projection, generation);
  else await switchTo(deps, projection, generation, assertAlone, onEvents);
  return { comparison, switched: !checkOnly };
}

function counting(rebuild: Rebuild): (count: number) => void {
  return (count) => {
    rebuild.events += count;
  };
}

async function nextGeneration(db: Knex, name: string): Promise<number> {
  const { rows } = await db.raw<{ rows: { next: number }[] }>(
    'select max(generation) + 1 as next from portal.projection_checkpoints where name = ?',
    [name],
  );
  return rows[0]?.next ?? 1;
}
