import type { Knex } from 'knex';
import type { EventStore, Position, RecordedEvent } from '../commands/event-store.js';
import { payoutColumns, payoutKey, payoutRows } from '../projections/models/payouts.js';
import type { Findings, RowFinding } from './findings.js';
import { isUnfit } from './rows.js';

/** Rows compared in one query. */
const chunkRows = 1_000;

/** Compares `read.payouts` with the events that make its rows, as they pass by. The read model must have caught up. */
export interface PayoutCheck {
  add(event: RecordedEvent): Promise<void>;
  /** Compares the rest, and looks for rows up to `head` that no event explains. @returns how many rows are due */
  end(head: Position): Promise<number>;
}

export function createPayoutCheck(deps: {
  db: Knex;
  eventStore: EventStore;
  findings: Findings;
  skipped: ReadonlySet<string>;
}): PayoutCheck {
  const { db, eventStore, findings, skipped } = deps;
  let chunk: Record<string, unknown>[] = [];
  let due = 0;
  let lacking = 0;

  return {
    async add(event) {
      if (!payingEvents.has(event.type) || skipped.has(event.id)) return;
      const rows = rowsOf(event);
      chunk.push(...rows);
      due += rows.length;
      if (chunk.length >= chunkRows) await flush();
    },
    async end(head) {
      await flush();
      const { rows } = await db.raw<{ rows: { count: string }[] }>(
        'select count(*) as count from "read".payouts where position <= ?',
        [head.commit.toString()],
      );
      if (Number(rows[0]?.count) > due - lacking) await findStrangers(head);
      return due;
    },
  };

  async function flush(): Promise<void> {
    const rows = chunk;
    chunk = [];
    if (rows.length > 0) await compare(rows);
  }

  async function compare(expected: readonly Record<string, unknown>[]): Promise<void> {
    try {
      for (const { key, missing } of await differing(db, expected)) {
        if (missing) lacking += 1;
        if (missing) report(key, 'missing', 'the event that makes it is there');
        else report(key, 'differs', 'it is not what its event says');
      }
    } catch (error) {
      if (!isUnfit(error)) throw error;
      const [first] = expected;
      if (first && expected.length === 1) {
        report(keyOf(first), 'differs', 'no row can hold what its event says');
        return;
      }
      const middle = Math.ceil(expected.length / 2);
      await compare(expected.slice(0, middle));
      await compare(expected.slice(middle));
    }
  }

  /** Only when there are too many: names them by reading the streams they claim to come from. */
  async function findStrangers(head: Position): Promise<void> {
    const { rows } = await db.raw<{ rows: { order_id: string; keys: string[] }[] }>(
      `select order_id, array_agg(${keyText('r')}) as keys from "read".payouts r where position <= ? group by order_id`,
      [head.commit.toString()],
    );
    for (const { order_id: orderId, keys } of rows) {
      const explained = new Set<string>();
      for await (const event of eventStore.readStream(`order-${orderId}`)) {
        for (const row of skipped.has(event.id) ? [] : rowsOf(event)) {
          explained.add(keyOf(row));
        }
      }
      for (const key of keys) if (!explained.has(key)) report(key, 'unexpected', 'no event makes it');
    }
  }

  function report(key: string, reason: RowFinding['reason'], detail: string): void {
    findings.add({ kind: 'row', table: 'payouts', key, reason, columns: [], detail });
  }
}

const payingEvents: ReadonlySet<string> = new Set(['PayoutsAllocated', 'PayoutsReversed']);

async function differing(
  db: Knex,
  expected: readonly Record<string, unknown>[],
): Promise<{ key: string; missing: boolean }[]> {
  const names = Object.keys(payoutColumns);
  const definition = names.map((name) => `${name} ${payoutColumns[name]}`).join(', ');
  const tuple = (table: string) => names.map((name) => `${table}.${name}`).join(', ');
  const { rows } = await db.raw<{ rows: { key: string; missing: boolean }[] }>(
    `select ${keyText('e')} as key, r.order_id is null as missing
     from jsonb_to_recordset(?::jsonb) as e(${definition}) left join "read".payouts r using (${payoutKey.join(', ')})
     where (${tuple('e')}) is distinct from (${tuple('r')})`,
    [JSON.stringify(expected)],
  );
  return rows;
}

function keyOf(row: Readonly<Record<string, unknown>>): string {
  return payoutKey.map((column) => row[column]).join('/');
}

function keyText(table: string): string {
  return payoutKey.map((column) => `${table}.${column}`).join(" || '/' || ");
}

/** Forged data can be anything; what makes no row makes the true row a stranger. */
function rowsOf(event: RecordedEvent): Record<string, unknown>[] {
  try {
    return payoutRows(event);
  } catch {
    return [];
  }
}
