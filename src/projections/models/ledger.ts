import type { Knex } from 'knex';
import { currentEvent } from '../../commands/event-reading.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import { idOf, isStreamOf, prefixOf } from '../../commands/streams.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import { oneBehind } from '../runtime/one-behind.js';
import type { Fill, FillTarget, Projection } from '../runtime/projection.js';
import { type Columns, tableDefinition, upsertRows } from './rows.js';

/** A table of schema `read` whose rows come from one event each and never change. */
export interface Ledger {
  readonly table: string;
  /** Of the streams its events are in. */
  readonly category: string;
  /** Holds the id of the stream. */
  readonly keyColumn: string;
  /** What tells the rows of one event apart. */
  readonly rowKey: readonly string[];
  /** Columns besides the stream's id, `revision` and `position`, each with its PostgreSQL type. */
  readonly columns: Columns;
  readonly indexes: readonly string[];
  /** Types of the events that make rows. */
  readonly types: ReadonlySet<string>;
  /** New rows of an event of these types, without the columns every ledger has. */
  rowsOf(event: DomainEvent): Record<string, unknown>[];
}

/** A projection that says which ledgers it keeps, so that others can make their rows too. */
export interface LedgerProjection extends Projection {
  readonly ledgers: readonly Ledger[];
}

/** A projection that keeps some ledgers. A row that is there stays, so applying an event again changes nothing. */
export function ledgerProjection(options: {
  name: string;
  version: number;
  ledgers: readonly Ledger[];
}): LedgerProjection {
  const { name, version, ledgers } = options;
  return {
    name,
    version,
    ledgers,
    prefixes: [...new Set(ledgers.map(prefixOf))],
    rebuildable: true,
    tables: ledgers.map((ledger) => ({
      name: ledger.table,
      key: ledgerKey(ledger),
      indexes: ledger.indexes,
      create: (tx: Knex.Transaction, table: string) => createLedger(tx, table, ledger),
    })),
    async apply(events, tx, tableName) {
      for (const ledger of ledgers) {
        const rows = events.flatMap((event) => ledgerRows(ledger, event));
        await insertRows(tx, tableName(ledger.table), ledger, rows);
      }
    },
    startFill: (target) => startLedgerFill(ledgers, target),
  };
}

/** Rows gathered before they are written: few statements, of some megabytes. */
const chunkRows = 4_000;

function startLedgerFill(ledgers: readonly Ledger[], { db, tableName }: FillTarget): Fill {
  const gathered = ledgers.map((ledger) => ({ ledger, rows: [] as Record<string, unknown>[], writing: oneBehind() }));
  return {
    async take(events) {
      for (const entry of gathered) {
        for (const event of events) entry.rows.push(...ledgerRows(entry.ledger, event));
        if (entry.rows.length >= chunkRows) await write(entry);
      }
    },
    async end() {
      for (const entry of gathered) await write(entry);
      for (const { writing } of gathered) await writing.done();
    },
  };

  async function write(entry: (typeof gathered)[number]): Promise<void> {
    const { ledger, rows, writing } = entry;
    entry.rows = [];
    await writing.begin(() => insertRows(db, tableName(ledger.table), ledger, rows));
  }
}

function insertRows(db: Knex, table: string, ledger: Ledger, rows: readonly Record<string, unknown>[]): Promise<void> {
  return upsertRows(db, table, ledgerColumns(ledger), ledgerKey(ledger), rows, 'keep');
}

/** Primary key of a ledger. */
export function ledgerKey({ keyColumn, rowKey }: Ledger): readonly string[] {
  return [keyColumn, 'revision', ...rowKey];
}

/** Every column of a ledger. */
export function ledgerColumns({ keyColumn, columns }: Ledger): Columns {
  return { [keyColumn]: 'text', revision: 'bigint', ...columns, position: 'numeric(20, 0)' };
}

/** The rows a recorded event makes; none for an event of another category or type. */
export function ledgerRows(ledger: Ledger, recorded: RecordedEvent): Record<string, unknown>[] {
  if (!ledger.types.has(recorded.type) || !isStreamOf(ledger, recorded.stream)) return [];
  const rows = ledger.rowsOf(currentEvent(recorded));
  const key = idOf(recorded.stream);
  const revision = recorded.revision.toString();
  const position = recorded.position.commit.toString();
  for (const row of rows) Object.assign(row, { [ledger.keyColumn]: key, revision, position });
  return rows;
}

async function createLedger(tx: Knex.Transaction, table: string, ledger: Ledger): Promise<void> {
  await tx.raw(`create table ${table} (${tableDefinition(ledgerColumns(ledger), ledgerKey(ledger))})`);
}
