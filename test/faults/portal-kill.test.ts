import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/projections/queries.js';
import {
  createRequests,
  mailsTo,
  moveInWarehouse,
  type Placed,
  pay,
  place,
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
  portal = await startPortal();
}, 120_000);
afterAll(() => portal?.stop());

const posts = { method: 'POST', path: '/api/v1/orders' };
const faulty = (fault: object, times = 1) => portal.wms('POST', '/faults', { match: posts, times, fault });

/** Kills the portal the moment the store tells of this event. */
async function killAt(placed: Placed, type: string, act: () => Promise<unknown>): Promise<void> {
  const seen = untilEvent(portal, placed.order.id, type);
  await act();
  await seen;
  await portal.stack.kill('portal');
}

/** Takes an order that is on its way to the warehouse to the door, and looks at what must hold then. */
async function expectToFinish(placed: Placed, email: string): Promise<void> {
  const { id, orderNumber } = placed.order;
  await untilEvent(portal, id, 'OrderExported');
  for (const status of ['packed', 'delivered'] as const) {
    await moveInWarehouse(portal, orderNumber, status);
    await untilEvent(portal, id, 'StatusChanged', { where: { to: status } });
  }
  await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'order-confirmation' } });
  await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'delivered' } });
  await untilEvent(portal, id, 'DeliveryScheduled');

  expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
  const created = (await createRequests(portal, orderNumber)).filter(({ status }) => status === 201);
  expect(created).toHaveLength(1);
  const types = await typesOf(portal, id);
  for (const type of ['OrderPaid', 'PayoutsAllocated', 'OrderExported', 'DeliveryScheduled']) {
    expect(types.filter((one) => one === type)).toEqual([type]);
  }
  // A kill between the mail server's answer and the event may repeat a mail, under the same Message-ID.
  expect(new Set((await mailsTo(portal, email)).map(({ messageId }) => messageId)).size).toBe(2);
  await expectOrderToEqualItsStream(portal, id);
}

/** Orders that a kill fell upon; the last test takes all of them to the door. */
const lives: { placed: Placed; email: string }[] = [];

async function begin(): Promise<Placed> {
  const email = `buyer-${lives.length}@example.com`;
  const placed = await place(portal, { email, pick: lives.length });
  lives.push({ placed, email });
  return placed;
}

describe('a portal that is killed', () => {
  it('while the warehouse’s 201 is on its way adopts the order when it is back', async () => {
    const placed = await begin();
    await faulty({ answerDelayMs: 60_000 });
    await pay(portal, placed);
    await until('the warehouse has it', async () => (await warehouseOrders(portal, placed.order.orderNumber))[0]);
    await portal.stack.kill('portal');
    expect((await typesOf(portal, placed.order.id)).at(-1)).not.toBe('OrderExported');
    await portal.stack.start('portal');
    const { data } = await untilEvent(portal, placed.order.id, 'OrderExported');
    expect(data).toMatchObject({ adopted: true });
    // Looked up, not sent again: a warehouse that does not know its order numbers would have taken a second one.
    expect(await createRequests(portal, placed.order.orderNumber)).toHaveLength(1);
  });

  it('around an answer that got lost still has one order there', async () => {
    const placed = await begin();
    await faulty({ acceptThenDrop: true });
    await killAt(placed, 'ExportAttempted', () => pay(portal, placed));
    await portal.stack.start('portal');
  });

  it('between the payment and the export has not exported yet', async () => {
    const placed = await begin();
    await faulty({ status: 503 }, 50);
    await killAt(placed, 'OrderPaid', () => pay(portal, placed, 2));
    expect(await warehouseOrders(portal, placed.order.orderNumber)).toEqual([]);
    await portal.wms('DELETE', '/faults');
    await portal.stack.start('portal');
  });

  it.each(['PaymentInitiated', 'OrderExported'])('the moment %s is written goes on from there', async (step) => {
    const placed = await begin();
    await killAt(placed, step, () => pay(portal, placed));
    await portal.stack.start('portal');
  });

  it('exports every order once, and takes each to the door', async () => {
    await Promise.all(lives.map(({ placed, email }) => expectToFinish(placed, email)));
  });

  it('leaves no effect undone, and read models that equal their streams', async () => {
    const left = () =>
      portal.sql(`select key, status, last_error from portal.effects where status <> 'done' and due_at is null`);
    await until('every effect is done', async () => (await left()).length === 0);
    await expectReadModelsToEqualStreams(portal);
    const { body } = await portal.api<{ items: OrderView[] }>('GET', '/api/v1/orders?limit=100');
    expect(body.items.map(({ status }) => status)).toEqual(lives.map(() => 'delivered'));
  });
});
