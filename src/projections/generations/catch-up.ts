import type { Knex } from 'knex';
import {
  comparePositions,
  type EventStore,
  earliest,
  later,
  type Position,
  type RecordedEvent,
} from '../../commands/event-store.js';
import { applyOrIsolate } from '../runtime/apply.js';
import { moveCheckpoints, toPosition } from '../runtime/checkpoints.js';
import { lastOf } from '../runtime/last-event.js';
import { oneBehind } from '../runtime/one-behind.js';
import { park, parkedAnywhere, parkedStreams, skippedEvents } from '../runtime/parking.js';
import type { Projection } from '../runtime/projection.js';
import { pendingEvents } from '../runtime/subject.js';
import { takeUpMended } from '../runtime/take-up.js';

/**
 * Events per transaction. Larger than the live projector's, because nobody waits for them, and the more of a stream's
 * events meet in one page, the less often its row is written. With still larger ones garbage costs more than that saves.
 */
const usualPage = 5_000;

/** A generation, and how far it is to go (inclusive). */
export interface Target {
  readonly projection: Projection;
  readonly generation: number;
  readonly until: Position;
  /** Called after each commit with the events in it. */
  readonly onEvents?: (count: number) => void;
}

/**
 * Reads `$all` once from the earliest of the generations' checkpoints, applies it to all of them and leaves each
 * checkpoint at its `until`. While one page is written the next one is read; no more is in memory. Events that cannot be
 * applied park their stream in that generation; what operators have taken up in the live one is taken up there, too. No
 * side effect.
 */
export async function catchUp(
  deps: { db: Knex; eventStore: EventStore },
  targets: readonly Target[],
  onRead: (count: number) => void = () => undefined,
  pageSize = usualPage,
): Promise<void> {
  const { db, eventStore } = deps;
  const behind: Generation[] = [];
  for (const target of targets) {
    const generation = await load(deps, target);
    if (!generation.checkpoint || comparePositions(generation.checkpoint, target.until) < 0) behind.push(generation);
  }
  const [first] = behind;
  if (!first) return;
  const goal = behind.map(({ target }) => target.until).reduce(later, first.target.until);
  const from = earliest(behind.map(({ checkpoint }) => checkpoint));

  const writing = oneBehind();
  const write = (page: readonly RecordedEvent[], to: Position) =>
    writing.begin(async () => {
      await Promise.all(behind.map((generation) => apply(db, generation, page, to)));
      onRead(page.length);
    });

  let page: RecordedEvent[] = [];
  const prefixes = [...new Set(behind.flatMap(({ target }) => target.projection.prefixes))];
  try {
    for await (const event of eventStore.readAll({ prefixes, from })) {
      if (comparePositions(event.position, goal) > 0) break;
      page.push(event);
      if (page.length < pageSize) continue;
      await write(page, event.position);
      page = [];
    }
    await write(page, goal);
  } finally {
    await writing.done();
  }
}

interface Generation {
  readonly target: Target;
  readonly skipped: ReadonlySet<string>;
  readonly parked: Map<string, bigint>;
  readonly known: ReadonlySet<string>;
  checkpoint: Position | null;
}

async function load(deps: { db: Knex; eventStore: EventStore }, target: Target): Promise<Generation> {
  const { db } = deps;
  const { projection, generation } = target;
  const checkpoint = await checkpointOf(db, projection.name, generation);
  await takeUpMended(deps, projection, generation, checkpoint);
  return {
    target,
    skipped: await skippedEvents(db, projection.name),
    parked: await parkedStreams(db, projection.name, generation),
    known: await parkedAnywhere(db, projection.name),
    checkpoint,
  };
}

/** Applies what a generation has still to apply of a page that ends at `pageEnd`. */
async function apply(db: Knex, state: Generation, page: readonly RecordedEvent[], pageEnd: Position): Promise<void> {
  const { projection, generation, until, onEvents } = state.target;
  const from = state.checkpoint;
  const to = comparePositions(pageEnd, until) > 0 ? until : pageEnd;
  if (from && comparePositions(to, from) <= 0) return;
  const events = pendingEvents({ projection, ...state }, page).filter(
    (event) => comparePositions(event.position, to) <= 0,
  );
  const poison = await db.transaction(async (tx) => {
    const poison = events.length > 0 ? await applyOrIsolate(tx, projection, generation, events, state.known) : [];
    await park(tx, projection.name, generation, poison);
    await moveCheckpoints(tx, [{ name: projection.name, generation, from, to, last: lastOf(events) }]);
    return poison;
  });
  for (const { event } of poison) state.parked.set(event.stream, event.revision);
  state.checkpoint = to;
  onEvents?.(events.length);
}

async function checkpointOf(db: Knex, name: string, generation: number): Promise<Position | null> {
  const { rows } = await db.raw<{ rows: { commit_position: string | null; prepare_position: string | null }[] }>(
    'select commit_position, prepare_position from portal.projection_checkpoints where name = ? and generation = ?',
    [name, generation],
  );
  if (!rows[0]) throw new Error(`projection ${name} has no generation ${generation}`);
  return toPosition(rows[0]);
}
