import type { Knex } from 'knex';
import { listReservations } from '../../domain/inventory/reservations.js';
import type { Product } from '../models/products.js';
import type { ReservationsView } from '../queries.js';
import { select } from './sql.js';

/** Reservations of one SKU in one answer, the earliest ones; the sum counts all of them. */
const maxReservations = 1_000;

/** What is reserved of a SKU and for whom, or null for a SKU that was never seen. */
export async function findReservations(db: Knex, sku: string): Promise<ReservationsView | null> {
  const [row] = await select<{ state: Product }>(db, 'select state from "read".products where sku = ?', [sku]);
  if (!row) return null;
  const { item } = row.state;
  const all = listReservations(item.reservations);
  const shown = all.slice(0, maxReservations);
  const known = await select<{ order_id: string; order_number: string; status: string; customer_id: string | null }>(
    db,
    'select order_id, order_number, status, customer_id from "read".orders where order_id = any(?)',
    [shown.map(([orderId]) => orderId)],
  );
  const orders = new Map(known.map((order) => [order.order_id, order]));
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
