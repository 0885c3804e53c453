import type { Knex } from 'knex';
import { comparePositions, type EventStore, type RecordedEvent } from '../../commands/event-store.js';
import { applyOrIsolate, type PoisonEvent } from './apply.js';
import { lockGenerations, readLiveGeneration } from './live-generation.js';
import { announceParked, park, parkedStreams, skippedEvents } from './parking.js';
import type { Projection } from './projection.js';
import { pendingEvents } from './subject.js';

/**
 * Parks every stream with an event that waits and cannot be applied, however many there are: a projector that meets many at
 * once stands still instead, since it cannot tell them from an outage. Nothing is applied: that is left to the projector,
 * which goes on up to those events.
 *
 * @returns names of the streams, in the order of their events; none when the projection has never run
 */
export async function parkWaiting(
  { db, eventStore }: { db: Knex; eventStore: EventStore },
  projection: Projection,
): Promise<string[]> {
  return db.transaction(async (tx) => {
    await lockGenerations(tx, projection.name);
    const live = await readLiveGeneration(tx, projection.name);
    const head = await eventStore.head();
    if (!live || !head) return [];
    const { checkpoint } = live;
    const parked = await parkedStreams(tx, projection.name, live.generation);
    const skipped = await skippedEvents(tx, projection.name);
    const poison: PoisonEvent[] = [];
    const trial = await tx.transaction();
    for await (const page of eventStore.readAllPages({ prefixes: projection.prefixes, from: checkpoint })) {
      const due = page.filter(({ position }) => comparePositions(position, head) <= 0);
      const events = pendingEvents({ projection, checkpoint, parked, skipped }, due);
      const found = await applyOrIsolate(trial, projection, live.generation, events, streamsOf(events));
      for (const { event } of found) parked.set(event.stream, event.revision);
      poison.push(...found);
      if (due.length < page.length) break;
    }
    await trial.rollback();
    await park(tx, projection.name, live.generation, poison);
    await announceParked(tx, projection.name);
    return poison.map(({ event }) => event.stream);
  });
}

/** Whoever asks has seen that they fail: that is no sign of an outage any more. */
function streamsOf(events: readonly RecordedEvent[]): ReadonlySet<string> {
  return new Set(events.map(({ stream }) => stream));
}
