import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { FaultRule, type Faults } from '../faults.js';
import type { Inventory } from '../inventory.js';
import type { Ledger } from '../ledger.js';
import { type OrderBook, type OrderStatus, orderStatuses } from '../orders.js';
import type { Tokens } from '../tokens.js';
import { refuse } from './answers.js';

/** How fast orders move by themselves. */
export interface Pace {
  paused: boolean;
  stepSeconds: number;
}

export interface Controlled {
  readonly inventory: Inventory;
  readonly orders: OrderBook;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly pace: Pace;
  readonly now: () => Date;
  /** Keeps what a handler did to the stock; orders are kept by their book. */
  record(entries: ReturnType<Inventory['inject']>): void;
  reset(size?: number): void;
}

const Status = Type.Union(orderStatuses.map((status) => Type.Literal(status)));
const Advance = Type.Object({ to: Type.Optional(Status) });
const Clock = Type.Object({
  paused: Type.Optional(Type.Boolean()),
  stepSeconds: Type.Optional(Type.Number({ minimum: 0 })),
});
/** Most orders one call may make; more than any benchmark here needs. */
const maxSeed = 100_000;
const Seed = Type.Object({
  count: Type.Integer({ minimum: 1, maximum: maxSeed }),
  prefix: Type.Optional(Type.String({ minLength: 1 })),
  status: Type.Optional(Status),
});
const Reset = Type.Object({ skus: Type.Optional(Type.Integer({ minimum: 0 })) });

type ById = { Params: { id: string } };
type BySku = { Params: { sku: string } };

/** The steering of the simulator under `/control`, for tests and benchmarks. It needs no token and is never faulty. */
export function controlRoutes(app: FastifyInstance, sim: Controlled): void {
  // Callers may leave out a body that has only optional fields.
  app.addHook('preValidation', async (request) => {
    request.body ??= {};
  });

  const ruleOrRules = Type.Union([FaultRule, Type.Array(FaultRule)]);
  app.post<{ Body: FaultRule | FaultRule[] }>('/faults', { schema: { body: ruleOrRules } }, (request) => {
    for (const rule of [request.body].flat()) sim.faults.add(rule);
    return { rules: sim.faults.list() };
  });
  app.get('/faults', () => ({ rules: sim.faults.list() }));
  app.delete('/faults', (_request, reply) => {
    sim.faults.clear();
    return reply.code(204).send();
  });

  app.post('/tokens/revoke', (_request, reply) => {
    sim.tokens.revokeAll();
    return reply.code(204).send();
  });

  app.post<{ Body: Static<typeof Clock> }>('/clock', { schema: { body: Clock } }, (request) =>
    Object.assign(sim.pace, request.body),
  );

  app.post<{ Body: Static<typeof Reset> }>('/reset', { schema: { body: Reset } }, (request, reply) => {
    sim.reset(request.body.skus);
    return reply.code(204).send();
  });

  orderControls(app, sim);
  inventoryControls(app, sim);
  ledgerControls(app, sim);
}

function orderControls(app: FastifyInstance, { orders, inventory }: Controlled): void {
  app.post<ById & { Body: { to?: OrderStatus } }>(
    '/orders/:id/advance',
    { schema: { body: Advance } },
    (request, reply) => {
      const order = orders.byId(request.params.id);
      if (!order) return refuse(reply, 404, 'not_found', 'No such order.');
      orders.advance(order, request.body.to);
      return reply.send(order);
    },
  );
  app.post<ById>('/orders/:id/cancel', (request, reply) => {
    const order = orders.byId(request.params.id);
    if (!order) return refuse(reply, 404, 'not_found', 'No such order.');
    return orders.cancel(order, 'cancelled by the warehouse')
      ? reply.send(order)
      : refuse(reply, 409, 'already_shipped', `The order is ${order.status}.`);
  });
  app.delete<ById>('/orders/:id', (request, reply) => {
    const order = orders.byId(request.params.id);
    if (order) orders.vanish(order);
    return reply.code(204).send();
  });
  app.post<{ Body: Static<typeof Seed> }>('/orders/seed', { schema: { body: Seed } }, (request, reply) => {
    const { count, prefix = 'SEED-', status = 'received' } = request.body;
    const items = inventory.items();
    const first = orders.size + 1;
    const made = Array.from({ length: count }, (_, index) => {
      const serial = first + index;
      const order = seedOrder(`${prefix}${String(serial).padStart(6, '0')}`, items[serial % items.length]?.sku);
      return orders.receive(order, { moveStock: false, status: status as OrderStatus });
    });
    return reply.send({ count, orders: made.map(({ id, order_number }) => ({ id, order_number })) });
  });
}

function inventoryControls(app: FastifyInstance, { inventory, record, now }: Controlled): void {
  app.put<BySku & { Body: Record<string, unknown> }>(
    '/inventory/:sku',
    { schema: { body: Type.Record(Type.String(), Type.Unknown()) } },
    (request) => {
      record(inventory.put(request.params.sku, request.body, now().toISOString()));
      return inventory.find(request.params.sku);
    },
  );
  app.delete<BySku>('/inventory/:sku', (request, reply) => {
    record(inventory.remove(request.params.sku));
    return reply.code(204).send();
  });
  app.post<{ Body: unknown[] }>(
    '/inventory/raw',
    { schema: { body: Type.Array(Type.Unknown()) } },
    (request, reply) => {
      record(inventory.inject(request.body));
      return reply.code(204).send();
    },
  );
}

function ledgerControls(app: FastifyInstance, { ledger, orders }: Controlled): void {
  app.get<{ Querystring: { method?: string; path?: string } }>('/ledger', (request) => ({
    ...ledger.select(request.query),
    ordersTotal: orders.size,
    orders: lastOrders(orders),
  }));
  app.delete('/ledger', (_request, reply) => {
    ledger.clear();
    return reply.code(204).send();
  });
}

/** Orders listed by the ledger: the latest, since a benchmark may have made very many. */
const listedOrders = 1000;

function lastOrders(orders: OrderBook): unknown[] {
  const skipped = Math.max(0, orders.size - listedOrders);
  return [...orders.all()].slice(skipped);
}

function seedOrder(orderNumber: string, sku = 'NONE') {
  return {
    order_number: orderNumber,
    order_date: '2026-01-02T09:00:00.000Z',
    delivery_method: 'delivery',
    customer: {
      name: 'Seeded Buyer',
      email: 'buyer@example.com',
      phone: '+1 555 0100',
      companyName: 'Corner Wellness',
    },
    shipping_address: { street1: '1 Main St', street2: null, city: 'Boise', state: 'ID', zip: '83702', country: 'US' },
    line_items: [{ sku, quantity: 1, price: 10, description: sku }],
    metadata: {},
  };
}
