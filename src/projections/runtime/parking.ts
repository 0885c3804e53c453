import type { Knex } from 'knex';
import type { RecordedEvent } from '../../commands/event-store.js';
import { messageOf } from '../../commands/failures.js';
import { erasedText } from '../../domain/shared/personal-data.js';
import type { PoisonEvent } from './apply.js';

/** A stream that one projection has stopped applying, as operators see it. */
export interface ParkedStream {
  projection: string;
  stream: string;
  firstRevision: number;
  eventId: string;
  eventType: string;
  error: string;
  parkedAt: string;
}

/** An error message is for a person; a page of SQL parameters is not. */
const maxErrorLength = 1_000;

/** Records poison events in the batch's own transaction. What is parked anew has not been told; what still is, is no news. */
export async function park(
  tx: Knex.Transaction,
  projection: string,
  generation: number,
  poison: readonly PoisonEvent[],
): Promise<void> {
  for (const { event, error } of poison) {
    await tx.raw(
      `insert into portal.parked_streams
         (projection, generation, stream, first_revision, commit_position, prepare_position, event_id, event_type, error)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (projection, generation, stream) do update set status = 'parked',
         first_revision = excluded.first_revision, commit_position = excluded.commit_position,
         prepare_position = excluded.prepare_position, event_id = excluded.event_id,
         event_type = excluded.event_type, error = excluded.error, parked_at = now(), updated_at = now(),
         told_at = case when parked_streams.status = 'parked' then parked_streams.told_at end`,
      [
        projection,
        generation,
        event.stream,
        event.revision.toString(),
        event.position.commit.toString(),
        event.position.prepare.toString(),
        event.id,
        event.type,
        messageOf(error).slice(0, maxErrorLength),
      ],
    );
  }
}

/** Tells the projector, which has what is parked in memory, to read it anew. */
export async function announceParked(tx: Knex.Transaction, projection: string): Promise<void> {
  await tx.raw('update portal.projection_generations set parked_epoch = parked_epoch + 1 where name = ?', [projection]);
}

/** Streams that are parked, each with the revision of the event that stopped it. */
export type Parked = ReadonlyMap<string, bigint>;

/** The streams a projection has parked in one generation. */
export async function parkedStreams(db: Knex, projection: string, generation: number): Promise<Map<string, bigint>> {
  const { rows } = await db.raw<{ rows: { stream: string; first_revision: string }[] }>(
    `select stream, first_revision from portal.parked_streams
     where projection = ? and generation = ? and status = 'parked'`,
    [projection, generation],
  );
  return new Map(rows.map((row) => [row.stream, BigInt(row.first_revision)]));
}

/** Whether an event waits for its stream to be taken up. What comes before the one that stopped it may be yet to apply. */
export function isLeftParked(parked: Parked, { stream, revision }: RecordedEvent): boolean {
  const from = parked.get(stream);
  return from !== undefined && revision >= from;
}

/** Names of the streams a projection has parked in whatever generation. */
export async function parkedAnywhere(db: Knex, projection: string): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { stream: string }[] }>(
    `select distinct stream from portal.parked_streams where projection = ? and status = 'parked'`,
    [projection],
  );
  return new Set(rows.map((row) => row.stream));
}

/** Ids of the events that an operator has decided to leave out of a projection, in every generation. */
export async function skippedEvents(db: Knex, projection: string): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { event_id: string }[] }>(
    'select event_id from portal.skipped_events where projection = ?',
    [projection],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** SQL that has the streams which are parked in the live generations, as `p`; more conditions may follow. */
export const fromParked = `from portal.parked_streams p
  join portal.projection_generations g on g.name = p.projection and g.live = p.generation
  where p.status = 'parked'`;

/** Everything parked in the live generations, oldest first. */
export async function listParked(db: Knex): Promise<ParkedStream[]> {
  const { rows } = await db.raw<{ rows: ParkedRow[] }>(`select p.* ${fromParked} order by p.parked_at, p.stream`);
  return rows.map(toParked);
}

export interface ParkedRow {
  readonly projection: string;
  readonly stream: string;
  readonly first_revision: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly error: string;
  readonly parked_at: Date;
}

export function toParked(row: ParkedRow): ParkedStream {
  return {
    projection: row.projection,
    stream: row.stream,
    firstRevision: Number(row.first_revision),
    eventId: row.event_id,
    eventType: row.event_type,
    error: row.error,
    parkedAt: row.parked_at.toISOString(),
  };
}

/** Takes out what went wrong with a stream, in every projection and generation: the database may quote the customer. */
export async function eraseParkedErrors(db: Knex, stream: string): Promise<void> {
  await db('portal.parked_streams').where({ stream }).update({ error: erasedText });
}
