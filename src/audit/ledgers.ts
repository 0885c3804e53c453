import type { Knex } from 'knex';
import type { EventStore, Position, RecordedEvent } from '../commands/event-store.js';
import { idOf, streamOf } from '../commands/streams.js';
import { type Ledger, ledgerColumns, ledgerKey, ledgerRows } from '../projections/models/ledger.js';
import { oneBehind } from '../projections/runtime/one-behind.js';
import { askAbout, differs, fromExpected } from './expected-rows.js';
import type { Findings, RowFinding } from './findings.js';

/** Rows compared in one query. */
const chunkRows = 1_000;

/** Compares a ledger with the events that make its rows, as they pass by. The read model must have caught up. */
export interface LedgerCheck {
  /** @returns what to wait for before the next event, if anything */
  add(event: RecordedEvent): Promise<void> | undefined;
  /** Compares the rest, and looks for rows up to `head` that no event explains. @returns how many rows are due */
  end(head: Position): Promise<number>;
}

/** @param deps `skipped` are the ids of events that operators left out of the read model */
export function createLedgerCheck(
  ledger: Ledger,
  deps: { db: Knex; eventStore: EventStore; findings: Findings; skipped: ReadonlySet<string> },
): LedgerCheck {
  const { db, eventStore, findings, skipped } = deps;
  const { table, keyColumn } = ledger;
  let chunk: Record<string, unknown>[] = [];
  let due = 0;
  let lacking = 0;
  /** Events that no row can be made of. */
  const unreadable: { key: string; revision: string }[] = [];
  const comparing = oneBehind();

  return {
    add(event) {
      if (!ledger.types.has(event.type) || skipped.has(event.id)) return;
      const rows = rowsOf(ledger, event);
      if (!rows) unreadable.push({ key: idOf(event.stream), revision: event.revision.toString() });
      if (!rows) return;
      chunk.push(...rows);
      due += rows.length;
      return chunk.length < chunkRows ? undefined : flush();
    },
    async end(head) {
      await flush();
      await comparing.done();
      for (let at = 0; at < unreadable.length; at += chunkRows) await findUnmade(unreadable.slice(at, at + chunkRows));
      const upTo = head.commit.toString();
      const { rows } = await db.raw<{ rows: { count: string }[] }>(
        `select count(*) as count from "read"."${table}" where position <= ?`,
        [upTo],
      );
      if (Number(rows[0]?.count) > due - lacking) await findStrangers('position <= ?', upTo);
      // Few: rows of what was recorded meanwhile, and those that say so.
      await findStrangers('position > ? or position is null', upTo);
      return due;
    },
  };

  async function flush(): Promise<void> {
    const rows = chunk;
    chunk = [];
    if (rows.length > 0) await comparing.begin(() => compare(rows));
  }

  async function compare(expected: readonly Record<string, unknown>[]): Promise<void> {
    const found = await askAbout(
      expected,
      (rows) => differing(db, ledger, rows),
      (row): Difference => ({ key: keyOf(ledger, row), missing: false, unfit: true }),
    );
    for (const { key, missing, unfit } of found) {
      if (missing) lacking += 1;
      if (missing) report(key, 'missing', 'the event that makes it is there');
      else report(key, 'differs', unfit ? 'no row can hold what its event says' : 'it is not what its event says');
    }
  }

  /** Where a true row was made of what is unreadable now, that row is the stranger. */
  async function findUnmade(events: readonly { key: string; revision: string }[]): Promise<void> {
    const { rows } = await db.raw<{ rows: { key: string }[] }>(
      `select e.key || '/' || e.revision as key from jsonb_to_recordset(?::jsonb) as e(key text, revision bigint)
       where not exists (select 1 from "read"."${table}" r where r.${keyColumn} = e.key and r.revision = e.revision)`,
      [JSON.stringify(events)],
    );
    for (const { key } of rows) report(key, 'missing', 'its event cannot be read');
  }

  /** Names the rows that no event makes, by reading the streams they claim to come from. */
  async function findStrangers(where: string, upTo: string): Promise<void> {
    const { rows } = await db.raw<{ rows: { stream_key: string; keys: string[] }[] }>(
      `select ${keyColumn} as stream_key, array_agg(${keyText(ledger, 'r')}) as keys from "read"."${table}" r
       where ${where} group by ${keyColumn}`,
      [upTo],
    );
    for (const { stream_key: streamKey, keys } of rows) {
      const explained = await keysMadeBy(streamOf(ledger, streamKey));
      for (const key of keys) if (!explained.has(key)) report(key, 'unexpected', 'no event makes it');
    }
  }

  async function keysMadeBy(stream: string): Promise<ReadonlySet<string>> {
    const made = new Set<string>();
    for await (const event of eventStore.readStream(stream)) {
      const rows = skipped.has(event.id) ? [] : (rowsOf(ledger, event) ?? []);
      for (const row of rows) made.add(keyOf(ledger, row));
    }
    return made;
  }

  function report(key: string, reason: RowFinding['reason'], detail: string): void {
    findings.add({ kind: 'row', table, key, reason, columns: [], detail });
  }
}

interface Difference {
  readonly key: string;
  readonly missing: boolean;
  readonly unfit?: boolean;
}

async function differing(
  db: Knex,
  ledger: Ledger,
  expected: readonly Record<string, unknown>[],
): Promise<Difference[]> {
  const columns = ledgerColumns(ledger);
  const { rows } = await db.raw<{ rows: Difference[] }>(
    `select ${keyText(ledger, 'e')} as key, r.${ledger.keyColumn} is null as missing
     ${fromExpected(columns)}
     left join "read"."${ledger.table}" r on ${ledgerKey(ledger)
       .map((column) => `r.${column} = e.${column}`)
       .join(' and ')}
     where ${differs(columns)}`,
    [JSON.stringify(expected)],
  );
  return rows;
}

function keyOf(ledger: Ledger, row: Readonly<Record<string, unknown>>): string {
  return ledgerKey(ledger)
    .map((column) => row[column])
    .join('/');
}

function keyText(ledger: Ledger, table: string): string {
  return ledgerKey(ledger)
    .map((column) => `${table}.${column}`)
    .join(" || '/' || ");
}

/** Null of what cannot be read: forged data can be anything. */
function rowsOf(ledger: Ledger, event: RecordedEvent): Record<string, unknown>[] | null {
  try {
    return ledgerRows(ledger, event);
  } catch {
    return null;
  }
}
