import type { Knex } from 'knex';
import { currentEvent } from '../../commands/event-envelope.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import type { Projection } from '../runtime/projection.js';
import { type Columns, tableDefinition, upsertRows } from './rows.js';

/** A read model with one row per stream, whose row is the fold of that stream. */
export interface StreamFold<State> {
  readonly name: string;
  readonly version: number;
  /** The stream is called `{prefix}{key}`. */
  readonly prefix: string;
  readonly keyColumn: string;
  /** Columns besides the key, `revision` and `state`, each with its PostgreSQL type; all are derived from the state. */
  readonly columns: Columns;
  readonly indexes: readonly string[];
  /** @returns null as long as there is nothing to show */
  evolve(state: State | null, event: DomainEvent, recorded: RecordedEvent): State | null;
  toColumns(state: State): Readonly<Record<string, unknown>>;
}

/**
 * A projection that keeps, per stream, the folded state itself beside the columns made of it. A batch loads the states
 * of its streams, folds in memory and writes each row once; that the row equals the fold of its stream holds by
 * construction, whatever the batch boundaries. Events up to the row's revision are ignored, so repeats change nothing.
 */
export function streamFoldProjection<State>(fold: StreamFold<State>): StreamFoldProjection<State> {
  const columns = columnsOf(fold);
  return {
    fold,
    name: fold.name,
    version: fold.version,
    prefixes: [fold.prefix],
    rebuildable: true,
    tables: [
      {
        name: fold.name,
        key: [fold.keyColumn],
        async create(tx, table) {
          await tx.raw(`create table ${table} (${tableDefinition(columns, [fold.keyColumn])})`);
        },
        indexes: fold.indexes,
      },
    ],
    async apply(events, tx, tableName) {
      const table = tableName(fold.name);
      const streams = byStream(events);
      const rows = await loadRows<State>(
        tx,
        table,
        fold.keyColumn,
        [...streams.keys()].map((name) => keyOf(fold, name)),
      );
      const changed: Record<string, unknown>[] = [];
      for (const [stream, history] of streams) {
        const key = keyOf(fold, stream);
        const row = rows.get(key) ?? { revision: -1n, state: null };
        const folded = foldStream(fold, row, history);
        if (folded.state === null || folded.revision === row.revision) continue;
        changed.push(rowOf(fold, key, folded.revision, folded.state));
      }
      await upsertRows(tx, table, columns, [fold.keyColumn], changed, 'replace-older');
    },
  };
}

/** A projection that says how its rows come about, so that others can make them too. */
export interface StreamFoldProjection<State> extends Projection {
  readonly fold: StreamFold<State>;
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

interface FoldedRow<State> {
  readonly revision: bigint;
  readonly state: State | null;
}

function foldStream<State>(
  fold: StreamFold<State>,
  row: FoldedRow<State>,
  history: readonly RecordedEvent[],
): FoldedRow<State> {
  let { revision, state } = row;
  for (const event of history) {
    if (event.revision <= revision) continue;
    state = fold.evolve(state, currentEvent(event), event);
    revision = event.revision;
  }
  return { revision, state };
}

function keyOf(fold: { readonly prefix: string }, stream: string): string {
  return stream.slice(fold.prefix.length);
}

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const history = streams.get(event.stream);
    if (history) history.push(event);
    else streams.set(event.stream, [event]);
  }
  return streams;
}

async function loadRows<State>(
  tx: Knex.Transaction,
  table: string,
  keyColumn: string,
  keys: readonly string[],
): Promise<Map<string, FoldedRow<State>>> {
  const { rows } = await tx.raw<{ rows: { key: string; revision: string; state: State }[] }>(
    `select ${keyColumn} as key, revision, state from ${table} where ${keyColumn} = any(?)`,
    [[...keys]],
  );
  return new Map(rows.map(({ key, revision, state }) => [key, { revision: BigInt(revision), state }]));
}
