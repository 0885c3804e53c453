import type { Logger } from '../../commands/ports.js';
import type { Warehouse } from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import { CallFailure } from './call-failure.js';
import { createOrder, findOrder } from './create-order.js';
import { isObject } from './error-body.js';
import { orderRoute, ordersRoute, statusOf, toOrder, toOrderStatus } from './order.js';
import { listPages } from './pages.js';
import { readableRows } from './readable-rows.js';
import { fillIn, single } from './single.js';

type Orders = Pick<
  Warehouse,
  'createOrder' | 'findOrderByNumber' | 'ordersUpdatedSince' | 'order' | 'orderStatus' | 'cancelOrder'
>;
type Cancellation = Awaited<ReturnType<Warehouse['cancelOrder']>>;

/** Orders in the warehouse: created, looked up, followed and cancelled. */
export function ordersOf(api: Api, logger: Logger): Orders {
  return {
    createOrder: (order, beforeSend) => createOrder(api, logger, order, beforeSend),
    findOrderByNumber: (orderNumber) => findOrder(api, logger, orderNumber),
    async *ordersUpdatedSince(since, statuses) {
      const query = { updated_since: since, ...(statuses ? { status: statuses.join(',') } : {}) };
      for await (const page of listPages(api, logger, { path: ordersRoute, query, lane: 'status' })) {
        yield readableRows(page.rows(), logger, toOrder);
      }
    },
    order: (id) => single(api, { template: orderRoute, id, lane: 'status', read: toOrder }),
    orderStatus: (id) =>
      single(api, { template: `${orderRoute}/status`, id, lane: 'status', read: (body) => toOrderStatus(body, id) }),
    async cancelOrder(id, reason) {
      const path = fillIn(orderRoute, id);
      if (path === null) return 'missing';
      return api.call<Cancellation>({
        method: 'PATCH',
        route: orderRoute,
        path,
        body: { status: 'cancelled', reason },
        lane: 'export',
        read: readCancellation,
        expected: (status) => expectedRefusals[status],
      });
    },
  };
}

const expectedRefusals: Readonly<Record<number, Cancellation>> = { 404: 'missing', 409: 'too-late' };

/** Only the order in its new status says that it was cancelled: some servers answer 200 to what they refuse. */
function readCancellation(body: unknown): Cancellation {
  if (body !== null && !isObject(body)) throw new CallFailure('unreadable', 'the warehouse sent no order');
  return statusOf(body?.status) === 'cancelled' ? 'cancelled' : 'unclear';
}
