import type { Knex } from 'knex';
import { comparePositions, type EventStore, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { applyOrIsolate } from '../runtime/apply.js';
import { moveCheckpoints, toPosition } from '../runtime/checkpoints.js';
import { park, parkedStreams, skippedEvents } from '../runtime/parking.js';
import type { Projection } from '../runtime/projection.js';

/** Events per transaction; larger than the live projector's, because nobody waits for them. */
const pageSize = 1_000;

/**
 * Reads `$all` from a generation's checkpoint up to and including `until`, applies it and leaves the checkpoint there.
 * Only one page is in memory. Events that cannot be applied park their stream in that generation. No side effect.
 */
export async function catchUp(
  deps: { db: Knex; eventStore: EventStore },
  projection: Projection,
  generation: number,
  until: Position,
  onEvents: (count: number) => void = () => undefined,
): Promise<void> {
  const { db, eventStore } = deps;
  let checkpoint = await checkpointOf(db, projection.name, generation);
  if (checkpoint && comparePositions(checkpoint, until) >= 0) return;
  const skipped = await skippedEvents(db, projection.name);
  const parked = await parkedStreams(db, projection.name, generation);
  let page: RecordedEvent[] = [];

  async function apply(events: readonly RecordedEvent[], to: Position): Promise<void> {
    const open = events.filter(({ id, stream }) => !skipped.has(id) && !parked.has(stream));
    const poison = await db.transaction(async (tx) => {
      const poison = open.length > 0 ? await applyOrIsolate(tx, projection, generation, open) : [];
      await park(tx, projection.name, generation, poison);
      await moveCheckpoints(tx, [{ name: projection.name, generation, from: checkpoint, to }]);
      return poison;
    });
    for (const { event } of poison) parked.add(event.stream);
    checkpoint = to;
    onEvents(events.length);
  }

  const events = eventStore.readAll({ prefixes: projection.prefixes, ...(checkpoint ? { from: checkpoint } : {}) });
  for await (const event of events) {
    if (comparePositions(event.position, until) > 0) break;
    page.push(event);
    if (page.length < pageSize) continue;
    await apply(page, event.position);
    page = [];
  }
  if (page.length > 0 || !checkpoint || comparePositions(checkpoint, until) < 0) await apply(page, until);
}

async function checkpointOf(db: Knex, name: string, generation: number): Promise<Position | null> {
  const { rows } = await db.raw<{ rows: { commit_position: string | null; prepare_position: string | null }[] }>(
    'select commit_position, prepare_position from portal.projection_checkpoints where name = ? and generation = ?',
    [name, generation],
  );
  if (!rows[0]) throw new Error(`projection ${name} has no generation ${generation}`);
  return toPosition(rows[0]);
}
