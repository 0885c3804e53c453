import type { Knex } from 'knex';
import { listReservations } from '../../domain/inventory/reservations.js';
import type { OrderId, Sku } from '../../domain/shared/ids.js';
import type { Product } from '../models/products.js';
import type { ReservationsView } from '../views.js';
import { select } from './sql.js';

/** Reservations of one SKU in one answer, the earliest ones; the sum counts all of them. */
const maxReservations = 1_000;

interface ReservedOrder {
  readonly order_id: OrderId;
  readonly order_number: string;
  readonly status: string;
  readonly customer_id: string | null;
}

/** A SKU's state with the orders behind its earliest reservations, in the order that the domain lists them. */
const skuWithOrders = `
  select state, (
    select jsonb_agg(to_jsonb(o)) from (
      select order_id, order_number, status, customer_id from "read".orders where order_id = any(array(
        select reserved.key
        from jsonb_each(product.state #> '{item,reservations}') bucket, jsonb_each(bucket.value) reserved
        order by reserved.value ->> 'reservedAt' collate "C", reserved.key collate "C"
        limit ${maxReservations}))
    ) o
  ) as orders
  from "read".products product where sku = ?`;

/** What is reserved of a SKU and for whom, or null for a SKU that was never seen. */
export async function findReservations(db: Knex, sku: Sku): Promise<ReservationsView | null> {
  const [row] = await select<{ state: Product; orders: ReservedOrder[] | null }>(db, skuWithOrders, [sku], {
    prepareAs: 'reservations',
  });
  if (!row) return null;
  const { item } = row.state;
  const all = listReservations(item.reservations);
  const shown = all.slice(0, maxReservations);
  const orders = new Map((row.orders ?? []).map((order) => [order.order_id, order]));
  return {
    sku,
    reserved: item.reserved,
    total: all.length,
    items: shown.map(([orderId, { quantity, reservedAt, expiresAt, exportedAt }]) => {
      const order = orders.get(orderId);
      return {
        orderId,
        orderNumber: order?.order_number ?? null,
        orderStatus: order?.status ?? null,
        customerId: order?.customer_id ?? null,
        quantity,
        state: exportedAt === null ? 'held' : 'committed',
        reservedAt,
        expiresAt,
        exportedAt,
      };
    }),
  };
}
