import type { Knex } from 'knex';
import { comparePositions, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { assertCheckpoints } from './checkpoints.js';
import { GenerationChanged, holdGenerations, type LiveGeneration, loadLiveGeneration } from './live-generation.js';
import { isLeftParked, type Parked, parkedStreams, skippedEvents } from './parking.js';
import { type Projection, wants } from './projection.js';
import { tablesExist } from './tables.js';

/** A projection together with what its owner knows of its live generation. */
export interface Subject {
  readonly projection: Projection;
  readonly generation: number;
  checkpoint: Position | null;
  parkedEpoch: string;
  parked: Parked;
  skipped: ReadonlySet<string>;
  /** Why nothing is applied until a rebuild, or null when all is well. */
  broken: string | null;
  /** Events that went by while it was broken. */
  missed: number;
}

export async function loadSubject(db: Knex, projection: Projection): Promise<Subject> {
  const live = await loadLiveGeneration(db, projection);
  return {
    projection,
    generation: live.generation,
    checkpoint: live.checkpoint,
    parkedEpoch: live.parkedEpoch,
    parked: await parkedStreams(db, projection.name, live.generation),
    skipped: await skippedEvents(db, projection.name),
    broken: await faultOf(db, projection, live),
    missed: 0,
  };
}

async function faultOf(db: Knex, projection: Projection, live: LiveGeneration): Promise<string | null> {
  if (projection.rebuildable && live.version !== projection.version) {
    return `${projection.name} was filled by version ${live.version}, the code is version ${projection.version}`;
  }
  return (await tablesExist(db, projection, live.generation)) ? null : `the tables of ${projection.name} are missing`;
}

/** Nothing is applied to it until a rebuild. */
export function isBroken({ broken }: Subject): boolean {
  return broken !== null;
}

/**
 * Looks whether the subjects are still as they were loaded.
 * @throws GenerationChanged when another generation of one went live, or its tables have been dropped; OwnershipLost when
 * the checkpoint of one is not where it was left
 */
export async function assertUnchanged(db: Knex, subjects: readonly Subject[]): Promise<void> {
  await db.transaction(async (tx) => {
    await holdGenerations(tx, generationsOf(subjects));
    const expected = subjects.map(({ projection, generation, checkpoint }) => ({
      name: projection.name,
      generation,
      checkpoint,
    }));
    await assertCheckpoints(tx, expected);
  });
  for (const { projection, generation, broken } of subjects) {
    if (broken === null && !(await tablesExist(db, projection, generation))) {
      throw new GenerationChanged(`the tables of ${projection.name} are gone`);
    }
  }
}

/** What {@link holdGenerations} is to hold. */
export function generationsOf(subjects: readonly Subject[]): { name: string; generation: number }[] {
  return subjects.map(({ projection, generation }) => ({ name: projection.name, generation }));
}

/** The events of these that a projection has still to apply in a generation. */
export function pendingEvents(
  { projection, checkpoint, parked, skipped }: Pick<Subject, 'projection' | 'checkpoint' | 'parked' | 'skipped'>,
  events: readonly RecordedEvent[],
): RecordedEvent[] {
  return events.filter(
    (event) =>
      wants(projection, event) &&
      (checkpoint === null || comparePositions(event.position, checkpoint) > 0) &&
      !isLeftParked(parked, event) &&
      !skipped.has(event.id),
  );
}
