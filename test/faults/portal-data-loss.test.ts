import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  mailsTo,
  moveInWarehouse,
  type Placed,
  pay,
  place,
  products,
  quickPolling,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
  warehouseOrders,
} from '../support/portal.js';
import { expectOrderToEqualItsStream, expectReadModelsToEqualStreams } from '../support/truth.js';
import { until } from '../support/until.js';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal(quickPolling);
}, 120_000);
afterAll(() => portal?.stop());

async function flushAll(): Promise<void> {
  const redis = new Redis(portal.stack.env.REDIS_URL ?? '');
  await redis.flushall();
  redis.disconnect();
}

async function expectDelivered(placed: Placed, email: string): Promise<void> {
  const { id, orderNumber } = placed.order;
  await untilEvent(portal, id, 'OrderExported');
  await moveInWarehouse(portal, orderNumber, 'packed');
  await untilEvent(portal, id, 'StatusChanged', { where: { to: 'packed' } });
  await moveInWarehouse(portal, orderNumber, 'delivered');
  for (const kind of ['order-confirmation', 'ready-for-pickup', 'delivered']) {
    await untilEvent(portal, id, 'NotificationSent', { where: { kind } });
  }
  expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
  expect(await mailsTo(portal, email)).toHaveLength(3);
  await expectOrderToEqualItsStream(portal, id);
}

describe('when Redis is emptied', () => {
  it('nothing is lost: orders at every stage go on to the door', async () => {
    const [unpaid, unexported, exported] = await Promise.all(
      [0, 1, 2].map((n) => place(portal, { email: `flush-${n}@example.com`, deliveryMethod: 'pickup', pick: n })),
    );
    await pay(portal, exported!);
    await untilEvent(portal, exported!.order.id, 'OrderExported');
    const outage = { match: { method: 'POST', path: '/api/v1/orders' }, fault: { status: 503 } };
    await portal.wms('POST', '/faults', outage);
    await pay(portal, unexported!);
    await untilEvent(portal, unexported!.order.id, 'ExportAttempted');

    await flushAll();
    expect(await products(portal)).not.toEqual([]);
    await portal.wms('DELETE', '/faults');
    await pay(portal, unpaid!);
    await Promise.all(
      [unpaid, unexported, exported].map((placed, n) => expectDelivered(placed!, `flush-${n}@example.com`)),
    );
    await expectReadModelsToEqualStreams(portal);
  });
});

describe('when Redis is away', () => {
  it('readiness says so, and who waits for a sync is told soon that it cannot begin; it begins when Redis is back', async () => {
    await portal.stack.kill('redis');
    const health = await portal.api<{ checks: { name: string; detail: string }[] }>('GET', '/readyz');
    expect(health.status).toBe(200);
    expect(health.body.checks).toContainEqual({ name: 'redis queues', ok: false, detail: 'no connection' });

    const askedAt = Date.now();
    const { status, body } = await portal.api<{ code: string; detail: string }>(
      'POST',
      '/api/v1/inventory/sync?wait=true',
    );
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('job queue') });
    expect(Date.now() - askedAt).toBeLessThan(8_000);

    await portal.stack.start('redis');
    const again = await portal.api<{ status: string }>('POST', '/api/v1/inventory/sync?wait=true');
    expect(again.body.status).toBe('completed');
  });
});

describe('when the read models are dropped', () => {
  it('they come back by themselves, equal to the streams, and orders under way go on', async () => {
    const before = (await portal.api('GET', '/api/v1/inventory')).body as { items: unknown[] };
    const [paid, later] = [
      await place(portal, { email: 'drop-0@example.com', deliveryMethod: 'pickup', pick: 3 }),
      await place(portal, { email: 'drop-1@example.com', deliveryMethod: 'pickup', pick: 4 }),
    ];
    await pay(portal, paid);
    await untilEvent(portal, paid.order.id, 'OrderPaid');

    const views = () => portal.sql("select 1 from information_schema.views where table_schema = 'read'");
    const { length } = await views();
    await portal.sql('drop schema "read" cascade');
    await flushAll();
    await pay(portal, later);
    await until('every read model is back', async () => (await views()).length === length);
    await until('the portal is ready again', async () => (await portal.api('GET', '/readyz')).status === 200);

    await expectReadModelsToEqualStreams(portal);
    const after = (await portal.api('GET', '/api/v1/inventory')).body as { items: unknown[] };
    expect(after.items).toHaveLength(before.items.length);
    await Promise.all([expectDelivered(paid, 'drop-0@example.com'), expectDelivered(later, 'drop-1@example.com')]);
    for (const { order } of [paid, later]) {
      const types = await typesOf(portal, order.id);
      expect(types.filter((type) => type === 'OrderExported')).toHaveLength(1);
    }
  });

  it('leaves nothing owed, and every read model equal to its streams', async () => {
    const left = () => portal.sql(`select key from portal.effects where status <> 'done' and due_at is null`);
    await until('every effect is done', async () => (await left()).length === 0);
    await expectReadModelsToEqualStreams(portal);
  });
});
