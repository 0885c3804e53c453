import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Inventory } from '../inventory.js';
import type { OrderBook, WmsOrder } from '../orders.js';
import { refuse, sendPage } from './answers.js';

const Text = Type.String({ minLength: 1 });
const OptionalText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** Lines of one order; far above what a shop sends, and low enough to answer at once. */
const maxLines = 1000;

const OrderBody = Type.Object({
  order_number: Text,
  order_date: Text,
  delivery_method: Text,
  customer: Type.Object({ name: Text, email: Text, phone: OptionalText, companyName: OptionalText }),
  shipping_address: Type.Object({
    street1: Text,
    street2: OptionalText,
    city: Text,
    state: Text,
    zip: Text,
    country: Text,
  }),
  line_items: Type.Array(
    Type.Object({
      sku: Text,
      quantity: Type.Integer({ minimum: 1 }),
      price: Type.Number({ minimum: 0 }),
      description: Type.Optional(Type.String()),
    }),
    { minItems: 1, maxItems: maxLines },
  ),
  metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
type OrderBody = Static<typeof OrderBody>;

const OrderPatch = Type.Object({ status: Type.Literal('cancelled'), reason: Type.Optional(Type.String()) });

type ById = { Params: { id: string } };

/** The order endpoints. Creating an order is not idempotent: a known order number is refused with the order's id. */
export function orderRoutes(app: FastifyInstance, orders: OrderBook, inventory: Inventory): void {
  app.post<{ Body: OrderBody }>('/orders', { schema: { body: OrderBody } }, (request, reply) => {
    const order = request.body;
    const key = request.headers['idempotency-key'];
    if (key !== undefined && key !== order.order_number) {
      return refuse(reply, 400, 'invalid_request', 'The Idempotency-Key is not the order_number.');
    }
    const known = orders.byNumber(order.order_number);
    if (known) return refuse(reply, 409, 'duplicate_order', 'This order_number exists already.', { id: known.id });
    const { unknown, short } = inventory.shortages(order.line_items);
    if (unknown.length > 0) {
      return refuse(reply, 400, 'unknown_sku', 'Some SKUs do not exist.', { details: unknown.map((sku) => ({ sku })) });
    }
    if (short.length > 0) return refuse(reply, 400, 'insufficient_stock', 'Too few in stock.', { details: short });
    const { id, order_number, status, created_at } = orders.receive(order);
    return reply.code(201).send({ id, order_number, status, created_at });
  });

  app.get<{ Querystring: Record<string, string | undefined> }>('/orders', (request, reply) => {
    const { order_number, status, updated_since } = request.query;
    const since = updated_since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(updated_since);
    if (Number.isNaN(since)) return refuse(reply, 400, 'invalid_request', 'updated_since is an ISO 8601 time.');
    return sendPage(reply, select(orders, order_number, status?.split(','), since), request.query);
  });

  app.get<ById>('/orders/:id', (request, reply) => {
    const order = orders.byId(request.params.id);
    return order ? reply.send(order) : refuse(reply, 404, 'not_found', 'No such order.');
  });

  app.get<ById>('/orders/:id/status', (request, reply) => {
    const order = orders.byId(request.params.id);
    if (!order) return refuse(reply, 404, 'not_found', 'No such order.');
    const { id, order_number, status, tracking_number, carrier, updated_at } = order;
    return reply.send({ id, order_number, status, tracking_number, carrier, updated_at });
  });

  app.patch<ById & { Body: Static<typeof OrderPatch> }>(
    '/orders/:id',
    { schema: { body: OrderPatch } },
    (request, reply) => {
      const order = orders.byId(request.params.id);
      if (!order) return refuse(reply, 404, 'not_found', 'No such order.');
      if (!orders.cancel(order, request.body.reason)) {
        return refuse(reply, 409, 'already_shipped', `The order is ${order.status}.`, { id: order.id });
      }
      return reply.send(order);
    },
  );
}

/** Oldest first, so that orders which change between two pages do not move to another page. */
function select(
  orders: OrderBook,
  orderNumber: string | undefined,
  statuses: readonly string[] | undefined,
  since: number,
): WmsOrder[] {
  const candidates = orderNumber === undefined ? orders.all() : [orders.byNumber(orderNumber)];
  return [...candidates].filter(
    (order): order is WmsOrder =>
      order !== undefined &&
      (statuses === undefined || statuses.includes(order.status)) &&
      (since === Number.NEGATIVE_INFINITY || Date.parse(order.updated_at) >= since),
  );
}
