import type { Knex } from 'knex';
import { comparePositions, type EventStore, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { messageOf } from '../../commands/failures.js';
import { applyOrIsolate } from './apply.js';
import { lockGenerations, readLiveGeneration } from './live-generation.js';
import { announceParked, park, skippedEvents } from './parking.js';
import type { Projection } from './projection.js';

export type RetryOutcome = { outcome: 'applied'; events: number } | { outcome: 'parked'; error: string };

/** Events applied at once when a parked stream is taken up again. */
const retryPageSize = 500;

/**
 * Applies a parked stream again, from the event that stopped it up to the projection's checkpoint; what comes later the
 * projector brings itself. With `skip`, that event is left out for good, in rebuilds too.
 *
 * @returns `parked` when it, or a later event, still cannot be applied; null when the stream is not parked
 */
export async function retryParkedStream(
  deps: { db: Knex; eventStore: EventStore },
  projection: Projection,
  stream: string,
  skip?: { reason: string },
): Promise<RetryOutcome | null> {
  return deps.db.transaction(async (tx) => {
    await lockGenerations(tx, projection.name);
    const live = await readLiveGeneration(tx, projection.name);
    if (!live) return null;
    const { rows } = await tx.raw<{ rows: { first_revision: string; event_id: string }[] }>(
      `select first_revision, event_id from portal.parked_streams
       where projection = ? and generation = ? and stream = ? and status = 'parked'`,
      [projection.name, live.generation, stream],
    );
    const parked = rows[0];
    if (!parked) return null;
    if (skip) {
      await tx.raw(
        `insert into portal.skipped_events (projection, event_id, stream, reason) values (?, ?, ?, ?)
         on conflict do nothing`,
        [projection.name, parked.event_id, stream, skip.reason],
      );
    }
    const place = { projection, generation: live.generation, until: live.checkpoint };
    const outcome = await takeUp(tx, deps.eventStore, place, {
      stream,
      from: BigInt(parked.first_revision),
      as: skip ? 'skipped' : 'retried',
    });
    if (outcome.outcome === 'applied') await announceParked(tx, projection.name);
    return outcome;
  });
}

/**
 * Takes up in a generation that is not live what an operator has taken up in the live one: they were told that it is
 * mended, and nobody tells them again.
 *
 * @param until the generation's checkpoint
 */
export async function takeUpMended(
  deps: { db: Knex; eventStore: EventStore },
  projection: Projection,
  generation: number,
  until: Position | null,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: { stream: string; first_revision: string; as: 'retried' | 'skipped' }[] }>(
      `select p.stream, p.first_revision, mended.status as "as" from portal.parked_streams p
       join portal.projection_generations g on g.name = p.projection
       join portal.parked_streams mended
         on mended.projection = p.projection and mended.generation = g.live and mended.stream = p.stream
       where p.projection = ? and p.generation = ? and p.status = 'parked' and mended.status <> 'parked'
       order by p.stream`,
      [projection.name, generation],
    );
    for (const { stream, first_revision, as } of rows) {
      const place = { projection, generation, until };
      await takeUp(tx, deps.eventStore, place, { stream, from: BigInt(first_revision), as });
    }
  });
}

async function takeUp(
  tx: Knex.Transaction,
  eventStore: EventStore,
  { projection, generation, until }: { projection: Projection; generation: number; until: Position | null },
  { stream, from, as }: { stream: string; from: bigint; as: 'retried' | 'skipped' },
): Promise<RetryOutcome> {
  const skipped = await skippedEvents(tx, projection.name);
  let applied = 0;
  for await (const page of pages(eventStore, stream, from, until)) {
    const events = page.filter((event) => !skipped.has(event.id));
    const [poison] = await applyOrIsolate(tx, projection, generation, events);
    if (poison) {
      await park(tx, projection.name, generation, [poison]);
      return { outcome: 'parked', error: messageOf(poison.error) };
    }
    applied += events.length;
  }
  await tx.raw(
    `update portal.parked_streams set status = ?, updated_at = now()
     where projection = ? and generation = ? and stream = ?`,
    [as, projection.name, generation, stream],
  );
  return { outcome: 'applied', events: applied };
}

async function* pages(
  eventStore: EventStore,
  stream: string,
  fromRevision: bigint,
  until: Position | null,
): AsyncGenerator<RecordedEvent[]> {
  if (!until) return;
  let page: RecordedEvent[] = [];
  for await (const event of eventStore.readStream(stream, { fromRevision })) {
    if (comparePositions(event.position, until) > 0) break;
    page.push(event);
    if (page.length === retryPageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
