import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { asExtensivOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import { pollStatuses } from '../../../src/processes/polling/poll.js';
import { WarehouseError } from '../../../src/processes/ports/warehouse.js';
import { loadOpenOrders } from '../../../src/projections/queries/open-orders.js';
import { startWorkers } from '../../../src/workers.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

const list = 'GET /api/v1/orders';
const single = 'GET /api/v1/orders/{id}/status';

let world: WarehouseWorld;
let sku: string;

beforeAll(async () => {
  world = await startWarehouseWorld();
  await world.sync();
  const stocked = await world.portal.projections.queries.products({ inStock: true, sort: '-stock', limit: 1 });
  sku = stocked.items[0]!.sku;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.control('DELETE', '/faults');
  // Orders of earlier tests are none of this one's business.
  await settleAll();
  await world.control('DELETE', '/ledger');
});

/** Orders that the warehouse has received. */
async function exported(count: number): Promise<{ orderId: OrderId; orderNumber: string; extensivOrderId: string }[]> {
  const made = await world.control<{ orders: { id: string; order_number: string }[] }>('POST', '/orders/seed', {
    count,
  });
  return Promise.all(
    made.orders.map(async ({ id: extensivOrderId, order_number: orderNumber }) => {
      const { orderId } = await world.paidOrder(sku, { orderNumber });
      await confirmExport(orderId, extensivOrderId);
      return { orderId, orderNumber, extensivOrderId };
    }),
  );
}

async function confirmExport(orderId: OrderId, extensivOrderId: string): Promise<void> {
  const at = new Date().toISOString();
  const { handler } = world.portal;
  await handler.handle(orders, orderId, { type: 'AttemptExport', at }, context());
  await handler.handle(
    orders,
    orderId,
    { type: 'ConfirmExport', extensivOrderId: asExtensivOrderId(extensivOrderId), adopted: false, at },
    context(),
  );
}

async function settleAll(): Promise<void> {
  await world.shown();
  for (const { orderId } of await loadOpenOrders(world.portal.pools.workers)) {
    const at = new Date().toISOString();
    const command = { type: 'ObserveWmsStatus', status: 'delivered', trackingNumber: null, carrier: null, at } as const;
    await world.portal.handler.handle(orders, orderId, command, context());
  }
}

async function poll(haltOnceListed = async () => {}): Promise<void> {
  await world.shown();
  const openOrders = () => loadOpenOrders(world.portal.pools.workers);
  const warehouse: typeof world.portal.warehouse = {
    ...world.portal.warehouse,
    async *ordersUpdatedSince(...asked) {
      for await (const page of world.portal.warehouse.ordersUpdatedSince(...asked)) {
        await haltOnceListed();
        yield page;
      }
    },
  };
  await pollStatuses({ ...world.portal, warehouse, openOrders, busyPauseMs: 10 }, context());
}

const statusOf = async ({ orderId }: { orderId: OrderId }) => (await world.order(orderId)).status;
const advance = (order: { extensivOrderId: string }, to: string) =>
  world.control('POST', `/orders/${order.extensivOrderId}/advance`, { to });

describe('a poll', () => {
  it('asks for pages, not for orders, and writes nothing when nothing has changed', async () => {
    const all = await exported(30);
    const before = await Promise.all(all.map(({ orderId }) => world.portal.handler.load(orders, orderId)));
    await poll();
    expect(await world.counts()).toMatchObject({ [list]: 1 });
    expect((await world.counts())[single]).toBeUndefined();
    const after = await Promise.all(all.map(({ orderId }) => world.portal.handler.load(orders, orderId)));
    expect(after.map(({ revision }) => revision)).toEqual(before.map(({ revision }) => revision));
  });

  it('takes over a status that skips ahead, with tracking number and carrier', async () => {
    const [order] = await exported(2);
    await advance(order!, 'shipped');
    await poll();
    const seen = await world.order(order!.orderId);
    expect(seen).toMatchObject({
      status: 'shipped',
      carrier: expect.any(String),
      trackingNumber: expect.stringMatching(/^1Z/),
    });
  });

  it('looks up what has left the list', async () => {
    const [delivered, cancelled, open] = await exported(3);
    await advance(delivered!, 'delivered');
    await world.control('POST', `/orders/${cancelled!.extensivOrderId}/cancel`);
    await poll();
    expect(await Promise.all([delivered!, cancelled!, open!].map(statusOf))).toEqual([
      'delivered',
      'cancelled',
      'exported',
    ]);
    expect((await world.counts())[single]).toBe(2);
  });

  it('finds many finished orders in a list too', async () => {
    const all = await exported(40);
    await Promise.all(all.map((order) => advance(order, 'delivered')));
    await poll();
    expect(new Set(await Promise.all(all.map(statusOf)))).toEqual(new Set(['delivered']));
    expect((await world.counts())[single]).toBeUndefined();
  });

  it('records a step back once, and changes nothing', async () => {
    const [order] = await exported(1);
    await advance(order!, 'packed');
    await poll();
    await advance(order!, 'picking');
    await poll();
    await poll();
    const { status, statusConflicts } = await world.order(order!.orderId);
    expect({ status, statusConflicts }).toEqual({ status: 'packed', statusConflicts: ['regression:picking'] });
  });

  it('takes no step back from a poll that was halted while another one went on', async () => {
    const [order] = await exported(1);
    await advance(order!, 'picking');
    await poll(async () => {
      await advance(order!, 'shipped');
      await poll();
    });
    expect(await world.order(order!.orderId)).toMatchObject({ status: 'shipped', statusConflicts: [] });
  });

  it('applies nothing that the warehouse says of an order of another number', async () => {
    const [order] = await exported(1);
    const other = await world.paidOrder(sku);
    await confirmExport(other.orderId, order!.extensivOrderId);
    await poll();
    expect(await world.order(other.orderId)).toMatchObject({ statusConflicts: ['missing-in-wms:missing'] });
    await world.control('POST', `/orders/${order!.extensivOrderId}/cancel`);
    await poll();
    expect(await statusOf(order!)).toBe('cancelled');
    const { status, statusConflicts } = await world.order(other.orderId);
    expect({ status, statusConflicts }).toEqual({ status: 'exported', statusConflicts: ['missing-in-wms:missing'] });
  });

  it('records once that an order has vanished', async () => {
    const [order] = await exported(1);
    await world.control('DELETE', `/orders/${order!.extensivOrderId}`);
    await poll();
    await poll();
    expect((await world.order(order!.orderId)).statusConflicts).toEqual(['missing-in-wms:missing']);
  });
});

describe('a warehouse in trouble', () => {
  it('one failing order stops no other', async () => {
    const [broken, fine] = await exported(2);
    await Promise.all([broken!, fine!].map((order) => advance(order, 'delivered')));
    await world.fault({ match: { path: `/api/v1/orders/${broken!.extensivOrderId}` }, fault: { status: 500 } });
    await poll();
    expect(await statusOf(fine!)).toBe('delivered');
    expect(await statusOf(broken!)).toBe('exported');
    await world.control('DELETE', '/faults');
    await poll();
    expect(await statusOf(broken!)).toBe('delivered');
  });

  it.each([
    ['refuses its list', { status: 400 }],
    ['cannot list', { status: 500 }],
    ['lists nonsense', { status: 200, body: { orders: 'none' } }],
    ['lists an empty page with a total', { status: 200, body: { data: [], page: 1, total: 99 } }],
  ])('%s: orders are looked up one by one', async (_name, fault) => {
    const [order] = await exported(2);
    await advance(order!, 'picking');
    await world.fault({ match: { method: 'GET', path: 'orders$' }, fault });
    await poll();
    expect(await statusOf(order!)).toBe('picking');
    expect((await world.counts())[single]).toBe(2);
  });

  it('ignores the filters: what is finished is taken from the list', async () => {
    const [order, other] = await exported(2);
    await advance(order!, 'shipped');
    const row = {
      id: order!.extensivOrderId,
      order_number: order!.orderNumber,
      status: 'delivered',
      tracking_number: 'T',
      carrier: 'C',
    };
    const still = { id: other!.extensivOrderId, order_number: other!.orderNumber, status: 'received' };
    const strange = { id: 'EXT-1', order_number: 'VL-1', status: 'cancelled' };
    const body = [strange, row, still, row];
    await world.fault({ match: { method: 'GET', path: 'orders$' }, times: 1, fault: { status: 200, body } });
    await poll();
    expect(await world.order(order!.orderId)).toMatchObject({ status: 'delivered', trackingNumber: 'T', carrier: 'C' });
    expect((await world.counts())[single]).toBeUndefined();
  });

  it('away altogether: the poll ends with an error and the next one goes on', async () => {
    const [order] = await exported(1);
    await advance(order!, 'picking');
    await world.fault({ match: { path: '/api' }, fault: { status: 429 } });
    await expect(poll()).rejects.toThrow('429');
    await world.control('DELETE', '/faults');
    await poll();
    expect(await statusOf(order!)).toBe('picking');
  });
});

describe('a process that stops', () => {
  it('gives up the order that it waits to look up, which is no failure of that order', async () => {
    await exported(1);
    await world.shown();
    const stop = new AbortController();
    const captured: unknown[] = [];
    const warehouse: typeof world.portal.warehouse = {
      ...world.portal.warehouse,
      async *ordersUpdatedSince() {},
      async orderStatus() {
        stop.abort();
        throw new WarehouseError('busy', 'the circuit to the warehouse is open', { method: 'GET', route: single });
      },
    };
    const openOrders = () => loadOpenOrders(world.portal.pools.workers);
    const reporter = { capture: (error: unknown) => void captured.push(error) };
    await pollStatuses({ ...world.portal, warehouse, openOrders, reporter, signal: stop.signal }, context());
    expect(captured).toEqual([]);
  });

  it('is listened for once by all orders that wait to be looked up, however many', async () => {
    await exported(20);
    await world.shown();
    const held = new Set<string>();
    const warehouse: typeof world.portal.warehouse = {
      ...world.portal.warehouse,
      async *ordersUpdatedSince() {},
      async orderStatus(id) {
        if (held.has(id)) return null;
        held.add(id);
        throw new WarehouseError('busy', 'the circuit to the warehouse is open', { method: 'GET', route: single });
      },
    };
    const openOrders = () => loadOpenOrders(world.portal.pools.workers);
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const { signal } = new AbortController();
      await pollStatuses({ ...world.portal, warehouse, openOrders, signal, busyPauseMs: 10 }, context());
    } finally {
      process.off('warning', onWarning);
    }
    expect(held.size).toBe(20);
    expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning');
  });
});

describe('a poll that fails as a whole', () => {
  it('is told in the log', async () => {
    await exported(1);
    await world.shown();
    await world.fault({ match: { path: '/api/v1/orders' }, fault: { status: 401 } });
    const told: object[] = [];
    const logger: typeof world.portal.logger = Object.assign(Object.create(world.portal.logger), {
      error: (facts: object) => void told.push(facts),
    });
    const workers = await startWorkers({ ...world.portal, logger });
    try {
      await expect
        .poll(() => told, { timeout: 30_000, interval: 25 })
        .toContainEqual(expect.objectContaining({ process: 'status-polling' }));
    } finally {
      await workers.stop();
    }
  });
});
