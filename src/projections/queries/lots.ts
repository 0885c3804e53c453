import type { Knex } from 'knex';
import type { Order } from '../../domain/order/state.js';
import type { BrandId, OrderId, Sku } from '../../domain/shared/ids.js';
import { toOrderView } from '../models/orders.js';
import type { LotOrder, LotProduct, LotView } from '../views.js';
import { cursorKind, cutPage, decodeCursor } from './cursor.js';
import { asOfOneMoment, createConditions, integer, pageSize, select } from './sql.js';

/** Statuses in which the goods have left the warehouse, and in which they never will. */
const gone = ['shipped', 'delivered'];
const never = ['cancelled', 'expired'];

/** A lot holds a few products at most; what has more is not a lot. */
const maxProducts = 1_000;

/**
 * Where a lot went: its products, and a page of the orders it was sold to, the earliest first, all as of one moment. Null
 * for a lot that no catalogue and no order ever named. The number counts in any case.
 * @throws InvalidCursor, ReadModelMissing
 */
export async function findLot(
  db: Knex,
  batchNumber: string,
  page: { limit: number; cursor?: string },
): Promise<LotView | null> {
  if (batchNumber.includes('\0')) return null;
  return asOfOneMoment(db, async (moment) => {
    const products = await productsOf(moment, batchNumber);
    const [first] = products;
    if (!first) return null;
    return { batchNumber: first.batchNumber, products, ...(await ordersOf(moment, batchNumber, page)) };
  });
}

async function productsOf(db: Knex, batchNumber: string): Promise<LotProduct[]> {
  const rows = await select<ProductRow>(
    db,
    `with listed as (
       select distinct on (batch_number, sku) batch_number, sku, name, brand_id, brand, coa_link,
         min(listed_at) over (partition by batch_number, sku) as listed_at
       from "read".lot_listings where lower(batch_number) = lower(?)
       order by batch_number, sku, revision desc
     ), sold as (
       select s.batch_number, s.sku, max(s.name) as name, max(s.brand_id) as brand_id, max(s.brand) as brand,
         max(s.coa_link) as coa_link, count(distinct s.order_id) as orders, sum(s.quantity) as quantity,
         sum(s.quantity) filter (where o.status = any(?)) as shipped,
         sum(s.quantity) filter (where o.status = any(?)) as cancelled
       from "read".lot_sales s left join "read".orders o using (order_id)
       where lower(s.batch_number) = lower(?)
       group by s.batch_number, s.sku
     )
     select batch_number, sku, coalesce(l.name, s.name) as name, coalesce(l.brand_id, s.brand_id) as brand_id,
       coalesce(l.brand, s.brand) as brand, coalesce(l.coa_link, s.coa_link) as coa_link, l.listed_at,
       coalesce(s.orders, 0) as orders, coalesce(s.quantity, 0) as quantity, coalesce(s.shipped, 0) as shipped,
       coalesce(s.cancelled, 0) as cancelled
     from listed l full join sold s using (batch_number, sku)
     order by batch_number, sku limit ${maxProducts}`,
    [batchNumber, gone, never, batchNumber],
  );
  return rows.map((row) => ({
    batchNumber: row.batch_number,
    sku: row.sku,
    name: row.name,
    brandId: row.brand_id,
    brand: row.brand,
    coaLink: row.coa_link,
    listedAt: row.listed_at?.toISOString() ?? null,
    orders: integer(row.orders),
    quantity: integer(row.quantity),
    shipped: integer(row.shipped),
    cancelled: integer(row.cancelled),
  }));
}

async function ordersOf(
  db: Knex,
  batchNumber: string,
  page: { limit: number; cursor?: string },
): Promise<Pick<LotView, 'orders' | 'nextCursor'>> {
  const kind = cursorKind('lot', { batchNumber: batchNumber.toLowerCase() });
  const where = createConditions();
  where.add('lower(s.batch_number) = lower(?)', batchNumber);
  if (page.cursor !== undefined) {
    const [position = '', id = '', line = ''] = decodeCursor(kind, page.cursor, [
      /^\d{1,20}$/,
      /^[\s\S]{1,200}$/,
      /^\d{1,9}$/,
    ]);
    where.add('(s.position, s.order_id, s.line) > (?::numeric, ?, ?::integer)', position, id, line);
  }
  const limit = pageSize(page.limit);
  const rows = await select<SaleRow>(
    db,
    `select s.order_id, s.line, s.position, s.sku, s.batch_number, s.name, s.coa_link, s.quantity, s.placed_at,
       o.state, o.revision as order_revision
     from "read".lot_sales s left join "read".orders o using (order_id) ${where.sql}
     order by s.position, s.order_id, s.line limit ?`,
    [...where.bindings, limit + 1],
  );
  const { shown, nextCursor } = cutPage(kind, rows, limit, (last) => [last.position, last.order_id, last.line]);
  return { orders: shown.map(toLotOrder), nextCursor };
}

function toLotOrder(row: SaleRow): LotOrder {
  const order = row.state && toOrderView(row.state.order, integer(row.order_revision ?? 0));
  return {
    orderId: row.order_id,
    orderNumber: order?.orderNumber ?? null,
    status: order?.status ?? null,
    batchNumber: row.batch_number,
    sku: row.sku,
    name: row.name,
    coaLink: row.coa_link,
    quantity: integer(row.quantity),
    placedAt: row.placed_at.toISOString(),
    customerId: order?.customerId ?? null,
    customer: order?.customer ?? null,
  };
}

interface ProductRow {
  batch_number: string;
  sku: Sku;
  name: string;
  brand_id: BrandId;
  brand: string;
  coa_link: string | null;
  listed_at: Date | null;
  orders: string;
  quantity: string;
  shipped: string;
  cancelled: string;
}

interface SaleRow {
  order_id: OrderId;
  line: number;
  position: string;
  sku: Sku;
  batch_number: string;
  name: string;
  coa_link: string | null;
  quantity: string;
  placed_at: Date;
  state: { order: Order } | null;
  order_revision: string | null;
}
