import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { formatOrderNumber } from '../../../src/domain/order/order-number.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { placeOrder } from '../../support/orders.js';
import {
  mailsTo,
  type Placed,
  pay,
  place,
  products,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
} from '../../support/portal.js';
import { until } from '../../support/until.js';
import { orderOf, refundsOf, setStock, stockOf, untilOrder } from './support.js';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal({ RESERVATION_TTL_SECONDS: '3' });
}, 120_000);
afterAll(() => portal?.stop());

/** Another process beside the portal's. */
const commandHandler = () => {
  const { eventStore, personalData } = portal;
  return createCommandHandler({ eventStore, personalData, clock: { now: () => new Date() } });
};
const by = (system: string) => ({ correlationId: randomUUID(), causationId: randomUUID(), actor: `system:${system}` });
const orderNumberOf = (id: string) => formatOrderNumber(createHash('sha256').update(id).digest());

describe('an order that is not paid in time', () => {
  it('expires and gives its stock back; paid after all it gets its stock again and goes out', async () => {
    const placed = await place(portal, { pick: 0, email: 'late@example.com' });
    const { id, lineItems } = placed.order;
    const { sku } = lineItems[0]!;
    await untilEvent(portal, id, 'OrderExpired');
    await until('the stock is free', async () => (await stockOf(portal, sku)).reserved === 0);

    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderExported');
    const order = await orderOf(portal, id);
    expect([order.status, order.paid, order.refundStatus]).toEqual(['exported', true, 'none']);
    expect(await typesOf(portal, id)).toContain('OrderReinstated');
    await until('the stock is reserved again', async () => (await stockOf(portal, sku)).reserved === 1);
    await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'order-confirmation' } });
  });

  it('expires although the portal dies meanwhile', { timeout: 120_000 }, async () => {
    const placed = await place(portal, { pick: 1 });
    await portal.stack.kill('portal');
    await portal.stack.start('portal');
    await untilEvent(portal, placed.order.id, 'OrderExpired');
  });

  it('expires although its reservations had lapsed before it was on record', async () => {
    const id = asOrderId(randomUUID());
    const [at, expiresAt] = [6_000, 3_000].map((ms) => new Date(Date.now() - ms).toISOString()) as [string, string];
    const placing = { ...placeOrder, orderId: id, orderNumber: orderNumberOf(id), at, expiresAt };
    await commandHandler().handle(orders, id, placing, by('api'));
    await untilEvent(portal, id, 'OrderExpired');
  });

  it('paid when its stock has gone to others is cancelled, refunded once, and its buyer told', async () => {
    const sku = (await products(portal))[2]?.sku ?? '';
    await setStock(portal, sku, 1);
    const order = async (email: string): Promise<Placed> => {
      const { status, body } = await portal.api<Placed>('POST', '/api/v1/orders', {
        customer: { name: 'Ada Byron', email, phone: '+1 555 0100', companyName: 'Engines Ltd' },
        shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
        lineItems: [{ sku, quantity: 1 }],
        deliveryMethod: 'pickup',
      });
      expect(status).toBe(201);
      return body;
    };
    const slow = await order('slow@example.com');
    await untilEvent(portal, slow.order.id, 'OrderExpired');
    await until('it can be bought again', async () => (await stockOf(portal, sku)).available === 1);
    const quick = await order('quick@example.com');
    await pay(portal, quick);
    await untilEvent(portal, quick.order.id, 'OrderPaid');

    await pay(portal, slow);
    const ended = await untilOrder(
      portal,
      slow.order.id,
      'refunded',
      ({ refundStatus }) => refundStatus === 'succeeded',
    );
    expect([ended.status, ended.refundedTotal]).toEqual(['cancelled', ended.total]);
    expect(ended.netPayouts.every(({ gross }) => gross === 0)).toBe(true);
    expect(await refundsOf(portal, slow)).toHaveLength(1);
    await untilEvent(portal, slow.order.id, 'NotificationSent', { where: { kind: 'cancelled' } });
    await untilEvent(portal, slow.order.id, 'NotificationSent', { where: { kind: 'refunded' } });
    const subjects = (await mailsTo(portal, 'slow@example.com')).map(({ subject }) => subject);
    expect(subjects.map((subject) => /cancelled|refund/i.exec(subject)?.[0].toLowerCase()).sort()).toEqual([
      'cancelled',
      'refund',
    ]);
    expect((await orderOf(portal, quick.order.id)).refundStatus).toBe('none');
  });
});

it('stock that a slow process takes for an order whose stock is settled already is settled, too', async () => {
  const placed = await place(portal, { pick: 3, email: 'slow-process@example.com' });
  const { id: orderId, lineItems } = placed.order;
  const { sku } = lineItems[0]!;
  const reserved = async () => {
    await portal.api('POST', '/api/v1/inventory/sync?wait=true');
    return (await stockOf(portal, sku)).reserved;
  };
  await pay(portal, placed);
  await untilEvent(portal, orderId, 'OrderExported');
  await until('a snapshot has settled it', async () => (await reserved()) === 0);

  const at = new Date().toISOString();
  const reserve = { type: 'Reserve', orderId, quantity: 1, expiresAt: at, at } as const;
  await commandHandler().handle(inventory, sku, reserve, by('webhook'));
  await until('it is reserved again', async () => (await stockOf(portal, sku)).reserved === 1);

  await until('a snapshot has settled it again', async () => (await reserved()) === 0);
});
