import type { Knex } from 'knex';
import { currentEvent } from '../../commands/event-envelope.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import type { Projection } from '../runtime/projection.js';
import { type Columns, tableDefinition, upsertRows } from './rows.js';

/** A table of schema `read` whose rows come from one event each and never change. */
export interface Ledger {
  readonly table: string;
  /** Its streams are called `{prefix}{key}`. */
  readonly prefix: string;
  /** Holds the stream's key. */
  readonly keyColumn: string;
  /** What tells the rows of one event apart. */
  readonly rowKey: readonly string[];
  /** Columns besides the stream's key, `revision` and `position`, each with its PostgreSQL type. */
  readonly columns: Columns;
  readonly indexes: readonly string[];
  /** The rows of an event, without the columns every ledger has; most events make none. */
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
    prefixes: [...new Set(ledgers.map(({ prefix }) => prefix))],
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
        await upsertRows(tx, tableName(ledger.table), ledgerColumns(ledger), ledgerKey(ledger), rows, 'keep');
      }
    },
  };
}

/** Primary key of a ledger. */
export function ledgerKey({ keyColumn, rowKey }: Ledger): readonly string[] {
  return [keyColumn, 'revision', ...rowKey];
}

/** Every column of a ledger. */
export function ledgerColumns({ keyColumn, columns }: Ledger): Columns {
  return { [keyColumn]: 'text', revision: 'bigint', ...columns, position: 'numeric(20, 0)' };
}

/** The rows a recorded event makes; none for an event of another category. */
export function ledgerRows(ledger: Ledger, recorded: RecordedEvent): Record<string, unknown>[] {
  if (!recorded.stream.startsWith(ledger.prefix)) return [];
  const rows = ledger.rowsOf(currentEvent(recorded));
  if (rows.length === 0) return [];
  const base = {
    [ledger.keyColumn]: recorded.stream.slice(ledger.prefix.length),
    revision: recorded.revision.toString(),
    position: recorded.position.commit.toString(),
  };
  return rows.map((row) => ({ ...base, ...row }));
}

async function createLedger(tx: Knex.Transaction, table: string, ledger: Ledger): Promise<void> {
  await tx.raw(`create table ${table} (${tableDefinition(ledgerColumns(ledger), ledgerKey(ledger))})`);
}
