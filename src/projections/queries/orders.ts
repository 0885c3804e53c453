import type { Knex } from 'knex';
import type { Order } from '../../domain/order/state.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { toOrderView } from '../models/orders.js';
import { foldedText } from '../models/rows.js';
import type { OrderFilter } from '../queries.js';
import type { OrderView } from '../views.js';
import { cursorKind, cutPage, decodeCursor } from './cursor.js';
import { containing, createConditions, integer, pageSize, select } from './sql.js';

interface OrderRow {
  order_id: OrderId;
  position: string;
  revision: string;
  state: { order: Order };
}

const columns = 'order_id, position, revision, state';

/**
 * Orders as they were placed, which is the order of their first events; the newest first unless asked otherwise.
 * @throws InvalidCursor, ReadModelMissing
 */
export async function listOrders(
  db: Knex,
  filter: OrderFilter,
): Promise<{ items: OrderView[]; nextCursor: string | null }> {
  const { status, from, to, q, customerId, sort = '-placedAt' } = filter;
  const descending = sort === '-placedAt';
  const kind = cursorKind(descending ? 'orders' : `orders:${sort}`, {
    status,
    from,
    to,
    q: q === undefined ? undefined : foldedText(q),
    customerId,
  });
  const where = createConditions();
  if (status !== undefined) where.add('status = ?', status);
  if (customerId !== undefined) where.add('customer_id = ?', customerId);
  if (from !== undefined) where.add('placed_at >= ?', from);
  if (to !== undefined) where.add('placed_at < ?', to);
  if (q !== undefined) where.add('search like ?', containing(q));
  if (filter.cursor !== undefined) {
    const [position = '', id = ''] = decodeCursor(kind, filter.cursor, [/^\d{1,20}$/, /^[\s\S]{1,200}$/]);
    where.add(`(position, order_id) ${descending ? '<' : '>'} (?::numeric, ?)`, position, id);
  }
  const direction = descending ? 'desc' : 'asc';
  const limit = pageSize(filter.limit);
  const rows = await select<OrderRow>(
    db,
    // The index alone says which orders they are; only those are fetched, however many are passed over.
    `select ${columns} from "read".orders where order_id = any(array(
       select order_id from "read".orders ${where.sql}
       order by position ${direction}, order_id ${direction} limit ?))
     order by position ${direction}, order_id ${direction}`,
    [...where.bindings, limit + 1],
  );
  const { shown, nextCursor } = cutPage(kind, rows, limit, (last) => [last.position, last.order_id]);
  return { items: shown.map(view), nextCursor };
}

/** One order by id or, in any case, number. @throws ReadModelMissing */
export async function findOrder(
  db: Knex,
  idOrNumber: string,
  scope: { customerId?: string } = {},
): Promise<OrderView | null> {
  if (idOrNumber.includes('\0')) return null;
  const where = createConditions();
  where.add('(order_id = ? or lower(order_number) = lower(?))', idOrNumber, idOrNumber);
  if (scope.customerId !== undefined) where.add('customer_id = ?', scope.customerId);
  const sql = `select ${columns} from "read".orders ${where.sql} limit 1`;
  const prepareAs = scope.customerId === undefined ? 'order' : 'order of a customer';
  const [row] = await select<OrderRow>(db, sql, where.bindings, { prepareAs });
  return row ? view(row) : null;
}

/** Orders by id. @throws ReadModelMissing */
export async function ordersById(db: Knex, ids: readonly string[]): Promise<OrderView[]> {
  const rows = await select<OrderRow>(db, `select ${columns} from "read".orders where order_id = any(?)`, [[...ids]]);
  return rows.map(view);
}

/** The order that a payment intent was opened for, or null. */
export async function findOrderOfPayment(db: Knex, paymentIntentId: string): Promise<OrderId | null> {
  const [row] = await select<{ order_id: OrderId }>(
    db,
    'select order_id from "read".orders where payment_intent_id = ? limit 1',
    [paymentIntentId],
  );
  return row?.order_id ?? null;
}

function view(row: OrderRow): OrderView {
  return toOrderView(row.state.order, integer(row.revision));
}
