import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames } from '../../embedded/stack/index.js';
import { isRunning } from '../../embedded/stack/process-table.js';
import type { OrderView } from '../../src/projections/views.js';
import { notedChildren } from '../support/launcher.js';
import {
  createRequests,
  mailsTo,
  moveInWarehouse,
  type Placed,
  pay,
  place,
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
  portal = await startPortal(quickPolling, { programs: partNames });
}, 120_000);
afterAll(() => portal?.stop());

/** Moves the order through the warehouse, waiting at each step until the portal has noticed and told its buyer. */
async function fulfil({ order }: Placed): Promise<void> {
  for (const status of ['picking', 'packed', 'shipped', 'delivered'] as const) {
    await moveInWarehouse(portal, order.orderNumber, status);
    await untilEvent(portal, order.id, 'StatusChanged', { where: { to: status } });
    if (status === 'shipped' || status === 'delivered') await notified(order.id, status);
  }
}

const show = async (id: string) => (await portal.api<OrderView>('GET', `/api/v1/orders/${id}`)).body;
const notified = (orderId: string, kind: string) =>
  untilEvent(portal, orderId, 'NotificationSent', { where: { kind } });

describe('an order from the catalogue to the door', () => {
  it('is paid, exported once, followed, delivered, and tells its buyer once of each step', async () => {
    const email = 'delivery@example.com';
    const placed = await place(portal, { deliveryMethod: 'delivery', quantity: 2, email });
    const { id, orderNumber, total } = placed.order;
    expect(placed.order).toMatchObject({
      status: 'awaiting_payment',
      refundStatus: 'none',
      deliveryMethod: 'delivery',
    });

    await pay(portal, placed, 3);
    await untilEvent(portal, id, 'OrderExported');
    await notified(id, 'order-confirmation');
    await fulfil(placed);
    await untilEvent(portal, id, 'DeliveryScheduled');
    await until(
      'the webhook was delivered three times',
      async () => (await deliveriesOf('payment_intent.succeeded')) >= 3,
    );

    const [inWarehouse, ...others] = await warehouseOrders(portal, orderNumber);
    expect(others).toEqual([]);
    expect(inWarehouse).toMatchObject({
      status: 'delivered',
      delivery_method: 'delivery',
      customer: { email },
      line_items: [{ quantity: 2 }],
      metadata: { portal_order_id: id, delivery_zone: 'north', payment_status: 'paid', total_amount: total / 100 },
    });
    expect((await createRequests(portal, orderNumber)).map(({ status }) => status)).toEqual([201]);

    const once = [
      'OrderPlaced',
      'PaymentInitiated',
      'OrderPaid',
      'PayoutsAllocated',
      'ExportAttempted',
      'OrderExported',
    ];
    const types = await typesOf(portal, id);
    for (const type of [...once, 'DeliveryScheduled']) expect(types.filter((one) => one === type)).toEqual([type]);

    expect((await mailsTo(portal, email)).map(({ messageId }) => messageId.split('.')[1]?.split('@')[0])).toEqual([
      'order-confirmation',
      'shipped',
      'delivered',
    ]);
    await expectOrderToEqualItsStream(portal, id);
    expect(await show(id)).toMatchObject({
      status: 'delivered',
      extensivOrderId: inWarehouse?.id,
      trackingNumber: inWarehouse?.tracking_number,
      carrier: inWarehouse?.carrier,
    });
  });

  it('whose tracking number comes late tells its buyer of it, once', async () => {
    const email = 'late-number@example.com';
    const placed = await place(portal, { email });
    const { id } = placed.order;
    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderExported');
    const left = async (trackingNumber?: string) => {
      const body = { status: 'shipped', reason: 'the carrier says so', ...(trackingNumber && { trackingNumber }) };
      expect((await portal.api('PATCH', `/api/v1/orders/${id}/status`, body)).status).toBe(200);
    };
    /** Of each mail, whether it tells the number. Any number will not do: that of the order may look like one. */
    const shippingMails = async () => {
      const mails = await mailsTo(portal, email);
      return mails.filter(({ subject }) => subject.includes('on its way')).map(({ text }) => text.includes('1Z999'));
    };
    await left();
    await notified(id, 'shipped');
    await left('1Z999');
    await until('the buyer knows the number', async () => (await shippingMails()).length === 2);
    await left('1Z999');
    expect(await shippingMails()).toEqual([false, true]);
  });

  it('can be picked up: the buyer hears when it is ready, and no delivery is ordered', async () => {
    const email = 'pickup@example.com';
    const placed = await place(portal, { deliveryMethod: 'pickup', email });
    const { id, orderNumber } = placed.order;
    await pay(portal, placed, 2);
    await untilEvent(portal, id, 'OrderExported');
    await notified(id, 'order-confirmation');
    await moveInWarehouse(portal, orderNumber, 'picking');
    await untilEvent(portal, id, 'StatusChanged', { where: { to: 'picking' } });
    await moveInWarehouse(portal, orderNumber, 'packed');
    await notified(id, 'ready-for-pickup');
    await moveInWarehouse(portal, orderNumber, 'delivered');
    await notified(id, 'delivered');

    expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
    expect((await mailsTo(portal, email)).map(({ messageId }) => messageId.split('.')[1]?.split('@')[0])).toEqual([
      'order-confirmation',
      'ready-for-pickup',
      'delivered',
    ]);
    expect(await typesOf(portal, id)).not.toContain('DeliveryScheduled');
    await expectOrderToEqualItsStream(portal, id);
  });

  it('moves the stock with it: reserved on placing, and the next snapshot after the export settles it', async () => {
    const placed = await place(portal, { pick: 5, quantity: 3 });
    const sku = placed.order.lineItems[0]!.sku;
    const stock = async () =>
      (await portal.api<{ stock: number; reserved: number; available: number }>('GET', `/api/v1/inventory/${sku}`))
        .body;
    const before = await until('the reservation shows', async () => {
      const now = await stock();
      return now.reserved === 3 && now;
    });
    expect(before.available).toBe(before.stock - 3);

    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderExported');
    await until('no effect of the order is open', async () => (await openEffects(placed.order.id)) === 0);
    const sync = await portal.api<{ status: string }>('POST', '/api/v1/inventory/sync?wait=true');
    expect(sync.body.status).toBe('completed');
    await until('the snapshot has settled the reservation', async () => (await stock()).reserved === 0);
    expect(await stock()).toMatchObject({ stock: before.stock - 3, reserved: 0, available: before.available });
  });

  it('is not done again when old effects were deleted, as the guide on scaling says, and every event is read again', async () => {
    const email = 'refunded@example.com';
    const placed = await place(portal, { email });
    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderExported');
    await portal.api('POST', `/api/v1/orders/${placed.order.id}/cancel`, { reason: 'changed plans' });
    await notified(placed.order.id, 'refunded');
    await until('nothing is owed', async () => (await owed()).length === 0);
    const before = await askedOfTheWorld();
    const [checkpoint] = await portal.sql(`select * from portal.projection_checkpoints where name = 'effects'`);

    await portal.sql(`delete from portal.effects where status = 'done' and kind <> 'alert'`);
    await portal.sql(`delete from portal.webhooks where status = 'processed'`);
    await portal.sql(
      `update portal.projection_checkpoints set commit_position = null, prepare_position = null where name = 'effects'`,
    );
    await until('every event is read again', async () => {
      const [now] = await portal.sql(
        `select from portal.projection_checkpoints where name = 'effects' and commit_position >= $1`,
        [checkpoint?.commit_position],
      );
      return now !== undefined;
    });
    await until('nothing is owed', async () => (await owed()).length === 0);
    expect(await portal.sql('select status from portal.effects where key = $1', [`export:${placed.order.id}`])).toEqual(
      [{ status: 'done' }],
    );
    expect(await askedOfTheWorld()).toEqual(before);
  });

  it('leaves every read model equal to the fold of its stream, and nothing owed', async () => {
    await expectReadModelsToEqualStreams(portal);
    expect(await owed()).toEqual([]);
  });

  it('stops in order when it is asked to, and leaves no process behind', async () => {
    const processes = notedChildren(portal.stack.dataDir);
    expect(processes).toHaveLength(8);
    await portal.stack.kill('portal', 'SIGTERM');
    const log = await readFile(path.join(portal.stack.dataDir, 'logs', 'portal.log'), 'utf8');
    expect(log).toMatch(/"stopped"/);
    expect(log).not.toMatch(/forced/);
    await portal.stop();
    expect(processes.filter(isRunning)).toEqual([]);
  });
});

const owed = () => portal.sql(`select key from portal.effects where status <> 'done' and due_at is null`);

/** What has left the portal so far, and what its orders say of it. */
async function askedOfTheWorld() {
  const { items } = (await portal.api<{ items: OrderView[] }>('GET', '/api/v1/orders?limit=100')).body;
  const { requests } = await portal.stripe<{ requests: { method: string; path: string }[] }>('GET', '/ledger');
  return {
    stripe: requests.filter(({ method }) => method === 'POST').map(({ path: asked }) => asked),
    orders: await Promise.all(
      items.map(async ({ id, orderNumber, customer: { email } }) => ({
        events: await typesOf(portal, id),
        mails: (await mailsTo(portal, email)).map(({ messageId }) => messageId),
        created: (await createRequests(portal, orderNumber)).length,
      })),
    ),
  };
}

const openEffects = async (orderId: string) =>
  Number(
    (
      await portal.sql<{ open: string }>(
        `select count(*) as open from portal.effects where subject = $1 and status = 'open' and due_at is null`,
        [orderId],
      )
    )[0]?.open,
  );

async function deliveriesOf(type: string): Promise<number> {
  const { deliveries } = await portal.stripe<{ deliveries: { type: string; status: number | null }[] }>(
    'GET',
    '/ledger',
  );
  return deliveries.filter((delivery) => delivery.type === type && delivery.status === 200).length;
}
