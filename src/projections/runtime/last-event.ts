import type { Knex } from 'knex';
import type { EventStore, RecordedEvent } from '../../commands/event-store.js';

/** An event that a projection has read. */
export interface LastEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly hash: string;
}

/** What a projection has read last. */
export interface LastRead {
  readonly projection: string;
  readonly last: LastEvent;
}

/** The last event of each live generation that has read any. */
export async function lastEvents(db: Knex, where = 'true'): Promise<LastRead[]> {
  const { rows } = await db.raw<{
    rows: { name: string; last_stream: string; last_revision: string; last_hash: string }[];
  }>(
    `select c.name, c.last_stream, c.last_revision, c.last_hash from portal.projection_checkpoints c
     join portal.projection_generations g on g.name = c.name and g.live = c.generation
     where c.last_stream is not null and ${where} order by c.name`,
  );
  return rows.map(({ name, last_stream: stream, last_revision, last_hash: hash }) => ({
    projection: name,
    last: { stream, revision: BigInt(last_revision), hash },
  }));
}

export function lastOf(events: readonly RecordedEvent[]): LastEvent | null {
  const event = events.at(-1);
  return event ? { stream: event.stream, revision: event.revision, hash: hashOf(event) } : null;
}

/** Empty for what cannot be a hash: forged metadata can hold text that no column takes. */
function hashOf({ metadata: { hash } }: RecordedEvent): string {
  return /^[0-9a-f]{64}$/.test(hash) ? hash : '';
}

/** Whether the event store has an event as it was read. */
export async function isThere(
  eventStore: Pick<EventStore, 'readStream'>,
  { stream, revision, hash }: LastEvent,
): Promise<boolean> {
  for await (const event of eventStore.readStream(stream, { fromRevision: revision, maxCount: 1 })) {
    return event.revision === revision && hashOf(event) === hash;
  }
  return false;
}
