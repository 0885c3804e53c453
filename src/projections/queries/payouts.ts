import type { Knex } from 'knex';
import type { BrandId, OrderId } from '../../domain/shared/ids.js';
import type { PayoutFilter } from '../queries.js';
import type { PayoutEntry, PayoutStatement } from '../views.js';
import { asOfOneMoment, createConditions, integer, select } from './sql.js';

/** Rows of one statement in one answer; what has more is read row by row, see {@link payoutEntries}. */
const maxStatementRows = 5_000;
/** Rows read at once. */
const pageRows = 5_000;

interface PayoutRow {
  order_id: OrderId;
  order_number: string | null;
  revision: string;
  brand_id: BrandId;
  brand: string;
  kind: 'allocation' | 'reversal';
  gross: string;
  brand_share: string;
  platform_share: string;
  currency: string;
  at: Date;
  /** As text, because a Date drops microseconds. */
  at_key: string;
  position: string;
}

/** Ledger rows, the newest first, and the totals by currency of every row that matches, all as of one moment. */
export function payoutStatement(db: Knex, filter: PayoutFilter): Promise<PayoutStatement> {
  return asOfOneMoment(db, async (moment) => {
    const where = conditions(filter);
    const rows = await page(moment, filter, null, maxStatementRows);
    const totals = await select<Record<'currency' | 'rows' | 'gross' | 'brand_share' | 'platform_share', string>>(
      moment,
      `select currency, count(*) as rows, sum(gross) as gross, sum(brand_share) as brand_share,
         sum(platform_share) as platform_share
       from "read".payouts ${where.sql} group by currency order by currency`,
      where.bindings,
    );
    return {
      items: rows.map(toEntry),
      complete: totals.reduce((count, row) => count + integer(row.rows), 0) === rows.length,
      totals: totals.map((row) => ({
        currency: row.currency,
        gross: integer(row.gross),
        brandShare: integer(row.brand_share),
        platformShare: integer(row.platform_share),
      })),
    };
  });
}

/**
 * Every ledger row that matches, the newest first, as of one moment. Holds no connection and no snapshot between two
 * pages: a slow reader takes none from others, and rows of the ledger never change.
 */
export async function* payoutEntries(db: Knex, filter: PayoutFilter): AsyncGenerator<PayoutEntry> {
  const upTo = await newestPosition(db, filter);
  if (upTo === null) return;
  let last: PayoutRow | null = null;
  do {
    const rows: PayoutRow[] = await page(db, { ...filter, upTo }, last, pageRows);
    for (const row of rows) yield toEntry(row);
    last = rows.length === pageRows ? (rows.at(-1) ?? null) : null;
  } while (last);
}

/** Position of the latest event with an entry that matches; null when there is none. */
async function newestPosition(db: Knex, filter: PayoutFilter): Promise<string | null> {
  const where = conditions(filter);
  const sql = `select max(position) as position from "read".payouts ${where.sql}`;
  const [row] = await select<{ position: string | null }>(db, sql, where.bindings);
  return row?.position ?? null;
}

interface Rows extends PayoutFilter {
  /** Leaves out entries of later events. */
  readonly upTo?: string;
}

function page(db: Knex, filter: Rows, after: PayoutRow | null, limit: number): Promise<PayoutRow[]> {
  const where = conditions(filter);
  if (after) {
    where.add(
      '(at, position, order_id, revision, brand_id) < (?::timestamptz, ?::numeric, ?, ?::bigint, ?)',
      after.at_key,
      after.position,
      after.order_id,
      after.revision,
      after.brand_id,
    );
  }
  return select<PayoutRow>(
    db,
    `select p.*, o.order_number from (
       select *, at::text as at_key from "read".payouts ${where.sql}
       order by at desc, position desc, order_id desc, revision desc, brand_id desc limit ?
     ) p left join "read".orders o using (order_id)
     order by p.at desc, p.position desc, p.order_id desc, p.revision desc, p.brand_id desc`,
    [...where.bindings, limit],
  );
}

function conditions(filter: Rows) {
  const where = createConditions();
  if (filter.upTo !== undefined) where.add('position <= ?::numeric', filter.upTo);
  if (filter.brandId !== undefined) where.add('brand_id = ?', filter.brandId);
  if (filter.from !== undefined) where.add('at >= ?', filter.from);
  if (filter.to !== undefined) where.add('at < ?', filter.to);
  return where;
}

function toEntry(row: PayoutRow): PayoutEntry {
  return {
    orderId: row.order_id,
    orderNumber: row.order_number ?? row.order_id,
    brandId: row.brand_id,
    brand: row.brand,
    kind: row.kind,
    gross: integer(row.gross),
    brandShare: integer(row.brand_share),
    platformShare: integer(row.platform_share),
    currency: row.currency,
    at: row.at.toISOString(),
  };
}
