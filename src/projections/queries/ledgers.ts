import type { Knex } from 'knex';
import type { BrandView, PayoutFilter, PayoutStatement, SyncView } from '../queries.js';
import { createConditions, integer, pageSize, select } from './sql.js';

/** Rows of one statement; the totals count every row, shown or not. */
const maxPayoutRows = 5_000;

interface PayoutRow {
  order_id: string;
  order_number: string | null;
  brand_id: string;
  brand: string;
  kind: 'allocation' | 'reversal';
  gross: string;
  brand_share: string;
  platform_share: string;
  currency: string;
  at: Date;
}

/** Ledger rows, the newest first, and their totals by currency. */
export async function payoutStatement(db: Knex, filter: PayoutFilter): Promise<PayoutStatement> {
  const where = createConditions();
  if (filter.brandId !== undefined) where.add('brand_id = ?', filter.brandId);
  if (filter.from !== undefined) where.add('at >= ?', filter.from);
  if (filter.to !== undefined) where.add('at < ?', filter.to);
  const [rows, totals] = await Promise.all([
    select<PayoutRow>(
      db,
      `select p.*, o.order_number from (
         select * from "read".payouts ${where.sql} order by at desc, position desc, brand_id limit ?
       ) p left join "read".orders o using (order_id) order by p.at desc, p.position desc, p.brand_id`,
      [...where.bindings, maxPayoutRows],
    ),
    select<Record<'currency' | 'gross' | 'brand_share' | 'platform_share', string>>(
      db,
      `select currency, sum(gross) as gross, sum(brand_share) as brand_share, sum(platform_share) as platform_share
       from "read".payouts ${where.sql} group by currency order by currency`,
      where.bindings,
    ),
  ]);
  return {
    items: rows.map((row) => ({
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
    })),
    totals: totals.map((row) => ({
      currency: row.currency,
      gross: integer(row.gross),
      brandShare: integer(row.brand_share),
      platformShare: integer(row.platform_share),
    })),
  };
}

/** Brands by name, with the number of their listed products. */
export async function listBrands(db: Knex): Promise<BrandView[]> {
  const rows = await select<{ brand_id: string; name: string; brand_share_bps: number | null; products: string }>(
    db,
    `select b.brand_id, b.name, b.brand_share_bps,
       (select count(*) from "read".products p where p.brand_id = b.brand_id and p.listed) as products
     from "read".brands b order by lower(b.name), b.brand_id`,
  );
  return rows.map((row) => ({
    id: row.brand_id,
    name: row.name,
    brandShareBps: row.brand_share_bps,
    productCount: integer(row.products),
  }));
}

/** Sync runs, the newest first. */
export async function listSyncs(db: Knex, limit: number): Promise<SyncView[]> {
  const rows = await select<{ view: SyncView }>(
    db,
    'select view from "read".syncs order by started_at desc, sync_id desc limit ?',
    [pageSize(limit)],
  );
  return rows.map(({ view }) => view);
}

export async function findSync(db: Knex, syncId: string): Promise<SyncView | null> {
  const rows = await select<{ view: SyncView }>(db, 'select view from "read".syncs where sync_id = ?', [syncId]);
  return rows[0]?.view ?? null;
}

/** Completion of the last successful sync, ISO 8601, or null before the first. */
export async function lastSyncAt(db: Knex): Promise<string | null> {
  const rows = await select<{ at: Date | null }>(
    db,
    `select max(completed_at) as at from "read".syncs where status = 'completed'`,
  );
  return rows[0]?.at?.toISOString() ?? null;
}
