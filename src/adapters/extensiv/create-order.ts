import type { Logger } from '../../commands/ports.js';
import { asExtensivOrderId } from '../../domain/shared/ids.js';
import {
  type CreatedOrder,
  WarehouseError,
  type WarehouseOrder,
  type WarehouseOrderRequest,
} from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import { CallFailure } from './call-failure.js';
import { errorCode, isObject } from './error-body.js';
import { orderBody, orderNumberOf, orderRoute, ordersRoute, statusOf, toOrder } from './order.js';
import { listPages } from './pages.js';
import { readCreatedOrder } from './schemas.js';
import { single } from './single.js';
import { textOf } from './text.js';

/**
 * Sends an order. The request is repeated only after answers that mean nothing happened: 429, a refused connection, or
 * a refused token. @throws WarehouseError `rejected`, `busy` or `unknown`
 */
export async function createOrder(
  api: Api,
  logger: Logger,
  order: WarehouseOrderRequest,
  beforeSend?: () => Promise<void>,
): Promise<CreatedOrder> {
  const outcome = await api.call<CreatedOrder | Conflict>({
    method: 'POST',
    route: ordersRoute,
    path: ordersRoute,
    headers: { 'idempotency-key': order.orderNumber },
    body: orderBody(order),
    lane: 'export',
    once: true,
    freshConnection: true,
    beforeSend,
    read: (body) => ({ extensivOrderId: asExtensivOrderId(String(readCreatedOrder(body).id)), adopted: false }),
    expected: (status, body) => (status === 409 ? readConflict(body) : undefined),
  });
  return 'conflict' in outcome ? adopt(api, logger, order.orderNumber, outcome) : outcome;
}

/**
 * The order of this number, rather one that is not cancelled. `null` is the warehouse's word that there is none: a list
 * that is shorter than it says, or has orders without a number, does not give it.
 * @throws WarehouseError `unknown` also when the list leaves that open
 */
export async function findOrder(api: Api, logger: Logger, orderNumber: string): Promise<WarehouseOrder | null> {
  const query = { order_number: orderNumber };
  let seen = 0;
  let total: number | null = null;
  let nameless = false;
  // A warehouse that ignores the filter sends all orders, so the list is read to its end.
  for await (const page of listPages(api, logger, { path: ordersRoute, query, lane: 'export', search: true })) {
    const rows = page.rows();
    const found = ownRow(rows, orderNumber);
    if (found !== undefined) return readFound(found);
    seen += rows.length;
    total = page.total;
    nameless ||= rows.some((row) => numberIn(row) === null);
  }
  if (nameless) throw doubtful('the warehouse lists orders without a number, and one of them may be ours');
  if (total !== null && seen < total) throw doubtful(`the warehouse counts ${total} orders but sent ${seen}`);
  return null;
}

/** The row of an order; where the warehouse has it twice, that of the one it still works on. */
function ownRow(rows: readonly unknown[], orderNumber: string): unknown {
  const own = rows.filter((row) => numberIn(row) === orderNumber);
  return own.find((row) => isObject(row) && statusOf(row.status) !== 'cancelled') ?? own[0];
}

function numberIn(row: unknown): string | null {
  return isObject(row) ? orderNumberOf(row.order_number) : null;
}

/** What a 409 says, and the order it says it collides with. */
interface Conflict {
  readonly conflict: string;
  readonly id: string | null;
}

function readConflict(body: unknown): Conflict {
  const id = isObject(body) ? textOf(body.id) : null;
  const conflict = errorCode(body) ?? 'conflict';
  return { conflict, id: conflict === 'duplicate_order' ? id : null };
}

/** The order of this number, which need not be the one that the 409 names: a warehouse may cut numbers off. */
async function adopt(api: Api, logger: Logger, orderNumber: string, { conflict, id }: Conflict): Promise<CreatedOrder> {
  const named = id === null ? null : await single(api, { template: orderRoute, id, lane: 'export', read: toOrder });
  const existing = named?.orderNumber === orderNumber ? named : await findOrder(api, logger, orderNumber);
  if (existing) return { extensivOrderId: existing.extensivOrderId, adopted: true };
  throw new WarehouseError(
    conflict === 'duplicate_order' ? 'unknown' : 'rejected',
    `POST ${ordersRoute}: the warehouse answered 409 ${conflict}, and lists no order of this number`,
    { method: 'POST', route: ordersRoute, status: 409 },
  );
}

/** A row that cannot be read may be the order, so it must not pass for its absence. */
function readFound(row: unknown): WarehouseOrder {
  try {
    return toOrder(row);
  } catch (error) {
    throw error instanceof CallFailure ? doubtful(error.message) : error;
  }
}

function doubtful(reason: string): WarehouseError {
  return new WarehouseError('unknown', `GET ${ordersRoute}: ${reason}`, { method: 'GET', route: ordersRoute });
}
