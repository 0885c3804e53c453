import type { Knex } from 'knex';
import { currentEvent } from '../../commands/event-reading.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import { idOf, streamOf } from '../../commands/streams.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import type { Columns } from './rows.js';

/** A read model with one row per stream, whose row is the fold of that stream. */
export interface StreamFold<State> {
  readonly name: string;
  readonly version: number;
  /** Of the streams. */
  readonly category: string;
  readonly keyColumn: string;
  /** Columns besides the key, `revision` and `state`, each with its PostgreSQL type; all are derived from the state. */
  readonly columns: Columns;
  readonly indexes: readonly string[];
  /** @returns null as long as there is nothing to show */
  evolve(state: State | null, event: DomainEvent, recorded: RecordedEvent): State | null;
  toColumns(state: State): Readonly<Record<string, unknown>>;
}

/** A stream as far as it has been folded: -1 and null before its first event. */
export interface Folded<State> {
  revision: bigint;
  state: State | null;
}

/** Folds one more event onto a stream, unless it is in it already. */
export function foldEvent<State>(fold: StreamFold<State>, folded: Folded<State>, event: RecordedEvent): void {
  if (event.revision <= folded.revision) return;
  folded.state = fold.evolve(folded.state, currentEvent(event), event);
  folded.revision = event.revision;
}

/** Every column of the table, the key first. */
export function columnsOf(fold: Pick<StreamFold<unknown>, 'keyColumn' | 'columns'>): Columns {
  return { [fold.keyColumn]: 'text', revision: 'bigint', ...fold.columns, state: 'jsonb' };
}

/** The row of a stream whose last event in it has this revision. */
export function rowOf<State>(
  fold: Pick<StreamFold<State>, 'keyColumn' | 'toColumns'>,
  key: string,
  revision: bigint,
  state: State,
): Record<string, unknown> {
  return { [fold.keyColumn]: key, revision: revision.toString(), ...fold.toColumns(state), state };
}

/** What the rows of some streams hold, by stream. Streams without a row are absent. */
export async function loadFolded<State>(
  db: Knex,
  table: string,
  fold: StreamFold<State>,
  streams: readonly string[],
): Promise<Map<string, Folded<State>>> {
  const { keyColumn } = fold;
  const { rows } = await db.raw<{ rows: { key: string; revision: string; state: State }[] }>(
    `select ${keyColumn} as key, revision, state from ${table} where ${keyColumn} = any(?)`,
    [streams.map(idOf)],
  );
  return new Map(rows.map(({ key, revision, state }) => [streamOf(fold, key), { revision: BigInt(revision), state }]));
}
