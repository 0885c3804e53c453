import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { asSku } from '../../../src/domain/shared/ids.js';
import { snapshot } from '../../support/inventory.js';
import { type Placed, pay, products, startPortal, type TestPortal, untilEvent } from '../../support/portal.js';
import { until } from '../../support/until.js';
import { orderBody, setStock, stockOf } from './support.js';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
}, 120_000);
afterAll(() => portal?.stop());

const reservationsOf = async (sku: string) =>
  (
    await portal.api<{ reserved: number; total: number; items: { orderId: string }[] }>(
      'GET',
      `/api/v1/inventory/${sku}/reservations`,
    )
  ).body;

/** Nothing of the SKU is reserved any more. */
const untilFree = (sku: string) =>
  until(`nothing of ${sku} is reserved`, async () => (await reservationsOf(sku)).reserved === 0);

describe('a sync that is waited for', () => {
  it('says where it ended, and a read from there on shows its run', async () => {
    const { body, headers } = await portal.api<{ syncId: string }>('POST', '/api/v1/inventory/sync?wait=true');
    const position = headers.get('x-event-position') ?? '';
    expect(position).toMatch(/^\d+\/\d+$/);
    const runs = await portal.api<{ items: { syncId: string }[] }>('GET', '/api/v1/inventory/syncs', undefined, {
      'x-min-event-position': position,
    });
    expect(runs.body.items[0]?.syncId).toBe(body.syncId);
  });
});

describe('placing an order', () => {
  it('of a scarce product 200 times at once sells exactly what there is', { timeout: 120_000 }, async () => {
    const [product] = await products(portal);
    const sku = product?.sku ?? '';
    await setStock(portal, sku, 50);

    const body = { ...(await orderBody(portal)), lineItems: [{ sku, quantity: 1 }] };
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        // Half of them with an idempotency key: its lock must not stand in anybody's way.
        portal.api<Placed & { code?: string }>(
          'POST',
          '/api/v1/orders',
          body,
          index % 2 ? { 'idempotency-key': `rush-${index}` } : {},
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ body: { code } }) => code))).toEqual(new Set(['insufficient-stock']));

    const placed = answers.filter(({ status }) => status === 201).map(({ body: { order } }) => order);
    expect(new Set(placed.map(({ orderNumber }) => orderNumber)).size).toBe(50);
    const view = await until('the reservations show', async () => {
      const seen = await reservationsOf(sku);
      return seen.total === 50 && seen;
    });
    expect(view.reserved).toBe(50);
    expect(view.items.map(({ orderId }) => orderId).sort()).toEqual(placed.map(({ id }) => id).sort());
    expect(await stockOf(portal, sku)).toMatchObject({ stock: 50, reserved: 50, available: 0 });
  });

  it('of products in two currencies is refused, and holds no stock', async () => {
    const inEuros = snapshot({ sku: asSku('IN-EUROS'), currency: 'EUR' }, new Date().toISOString());
    const handler = createCommandHandler({ ...portal, clock: { now: () => new Date() } });
    const asked = { correlationId: 'c', causationId: 'c', actor: 'system:test' };
    await handler.handle(inventory, asSku('IN-EUROS'), inEuros, asked);
    const { lineItems, ...body } = await orderBody(portal);
    const { status, body: problem } = await portal.api<{ detail: string }>('POST', '/api/v1/orders', {
      ...body,
      lineItems: [...lineItems, { sku: 'IN-EUROS', quantity: 2 }],
    });
    expect([status, problem.detail]).toEqual([422, 'products of different currencies cannot be paid in one order']);
    const { state } = await handler.load(inventory, asSku('IN-EUROS'));
    expect(state?.reserved).toBe(0);
  });

  it('that costs nothing is refused, naming field and rule, and holds no stock', async () => {
    const sku = 'FREE-SAMPLE';
    await portal.wms('PUT', `/inventory/${sku}`, {
      product_name: 'Sample',
      brand: 'VitalHemp',
      quantity_available: 5,
      price: 0,
    });
    await until('it is listed', async () => {
      await portal.api('POST', '/api/v1/inventory/sync?wait=true');
      return (await portal.api('GET', `/api/v1/inventory/${sku}`)).status === 200;
    });
    const body = await orderBody(portal);
    const { status, body: problem } = await portal.api<{ code: string; detail: string }>('POST', '/api/v1/orders', {
      ...body,
      lineItems: [{ sku, quantity: 2 }],
    });
    expect([status, problem.code, problem.detail]).toEqual([
      422,
      'invalid-command',
      'lineItems add up to a total of 0; the total of an order must be more than 0',
    ]);
    await untilFree(sku);

    const lineItems = [...body.lineItems, { sku, quantity: 2 }];
    const withOthers = await portal.api<Placed>('POST', '/api/v1/orders', { ...body, lineItems });
    expect([withOthers.status, withOthers.body.payment !== null]).toEqual([201, true]);
  });

  it('of the same scarce products in any order of lines sells all there is', async () => {
    const scarce = (await products(portal)).slice(7, 10).map(({ sku }) => sku);
    const [one = '', two = '', three = ''] = scarce;
    await setStock(portal, one, 30);
    await setStock(portal, two, 8);
    await setStock(portal, three, 8);
    const body = await orderBody(portal);
    const baskets = [
      [one, two, three],
      [three, two, one],
      [two, one, three],
    ];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const lineItems = baskets[index % baskets.length]?.map((sku) => ({ sku, quantity: 1 }));
        return portal.api('POST', '/api/v1/orders', { ...body, lineItems });
      }),
    );
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((status) => status === 201).length, new Set(statuses)]).toEqual([8, new Set([201, 409])]);
  });

  it('twice under one idempotency key is one order and one payment, even at the same time', async () => {
    const body = await orderBody(portal, { pick: 1 });
    const key = { 'idempotency-key': 'basket-1' };
    const place = (payload: object) => portal.api<Placed & { code?: string }>('POST', '/api/v1/orders', payload, key);
    const answers = await Promise.all([place(body), place(body), place(body)]);
    answers.push(await place(body));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body: { order } }) => order.id)).size).toBe(1);
    expect(new Set(answers.map(({ body: { payment } }) => payment.clientSecret)).size).toBe(1);
    expect(answers.at(-1)?.headers.get('idempotency-replayed')).toBe('true');
    // Whoever lost the first answer reads the own write by the second one.
    expect(new Set(answers.map(({ headers }) => headers.get('x-event-position')))).toEqual(
      new Set([expect.stringMatching(/^\d+\/\d+$/)]),
    );

    const other = await place({ ...body, deliveryMethod: 'delivery' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('is there from the moment it was placed, though that is recorded a little later', async () => {
    const { body } = await portal.api<Placed>('POST', '/api/v1/orders', await orderBody(portal));
    const { id, placedAt } = body.order;
    const past = await portal.api('GET', `/api/v1/orders/${id}?asOf=${placedAt}`);
    expect(past).toMatchObject({ status: 200, body: { revision: 0, placedAt } });
    const before = new Date(Date.parse(placedAt) - 1).toISOString();
    for (const [asOf, detail] of [
      [before, 'The order was not placed yet at that time.'],
      ['99', 'The order has not come to that revision.'],
    ]) {
      const answer = await portal.api('GET', `/api/v1/orders/${id}?asOf=${asOf}`);
      expect(answer).toMatchObject({ status: 404, body: { detail } });
    }
  });

  it('takes name and price from the catalogue and sums the quantities of a SKU', async () => {
    const product = (await products(portal))[2];
    const sku = product?.sku ?? '';
    const body = {
      ...(await orderBody(portal)),
      lineItems: [
        { sku, quantity: 1 },
        { sku, quantity: 2 },
      ],
    };
    const { order } = (await portal.api<Placed>('POST', '/api/v1/orders', body)).body;
    expect(order.lineItems).toHaveLength(1);
    expect(order.lineItems[0]).toMatchObject({ sku, quantity: 3, unitPrice: product?.price, name: product?.name });
    expect(order.total).toBe(3 * (product?.price ?? 0));
    const priced = { ...body, lineItems: [{ sku, quantity: 1, unitPrice: 1 }] };
    expect((await portal.api('POST', '/api/v1/orders', priced)).status).toBe(400);
  });

  it('that is refused leaves nothing reserved', async () => {
    const [, , , plenty, scarce] = await products(portal);
    const lines = (sku: string, quantity: number) => [
      { sku: plenty?.sku ?? '', quantity: 1 },
      { sku, quantity },
    ];
    const body = await orderBody(portal);
    const place = async (change: object) => {
      const answer = await portal.api<{ code: string }>('POST', '/api/v1/orders', { ...body, ...change });
      return [answer.status, answer.body.code];
    };
    expect(await place({ lineItems: lines('NO-SUCH-SKU', 1) })).toEqual([422, 'unknown-sku']);
    expect(await place({ lineItems: lines(scarce?.sku ?? '', (scarce?.available ?? 0) + 1) })).toEqual([
      409,
      'insufficient-stock',
    ]);
    // What no wait for stock will mend is told first, whichever line it is on.
    const short = { sku: scarce?.sku ?? '', quantity: (scarce?.available ?? 0) + 1 };
    const unknown = { sku: 'NO-SUCH-SKU', quantity: 1 };
    for (const lineItems of [
      [short, unknown],
      [unknown, short],
    ]) {
      expect(await place({ lineItems })).toEqual([422, 'unknown-sku']);
    }
    const tooFar = { lineItems: lines(scarce?.sku ?? '', 1), deliveryMethod: 'delivery', deliveryZone: 'boulder' };
    const shippingAddress = { ...body.shippingAddress, zip: '10001' };
    expect(await place({ ...tooFar, shippingAddress })).toEqual([422, 'unknown-delivery-zone']);
    await untilFree(plenty?.sku ?? '');
    await untilFree(scarce?.sku ?? '');
  });

  it('of more pieces of a SKU than an order may have is refused, however many lines they are on', async () => {
    const body = await orderBody(portal);
    const [{ sku = '' } = {}] = body.lineItems;
    const lineItems = [1, 2].map(() => ({ sku, quantity: 600_000 }));
    const answer = await portal.api<{ code?: string }>('POST', '/api/v1/orders', { ...body, lineItems });
    expect([answer.status, answer.body.code]).toEqual([422, 'quantity-limit-exceeded']);
  });

  it('needs no zone, nor one that the portal knows', async () => {
    const body = await orderBody(portal, { pick: 5 });
    const pickup = await portal.api('POST', '/api/v1/orders', { ...body, deliveryZone: 'atlantis' });
    const delivery = await portal.api('POST', '/api/v1/orders', { ...body, deliveryMethod: 'delivery' });
    const elsewhere = { ...body, deliveryMethod: 'delivery', deliveryZone: 'atlantis' };
    const { status, body: placed } = await portal.api<Placed>('POST', '/api/v1/orders', elsewhere);
    expect([pickup.status, delivery.status, status]).toEqual([201, 201, 201]);
    expect(placed.order).toMatchObject({ deliveryZone: 'atlantis' });
  });

  it('that the payment provider will never take stands without a payment, and says so', async () => {
    await portal.stripe('POST', '/faults', { match: 'POST /v1/payment_intents', status: 400, times: 2 });
    const { status, body } = await portal.api<Placed>('POST', '/api/v1/orders', await orderBody(portal, { pick: 6 }));
    expect([status, body.payment]).toEqual([201, null]);
    const refused = await portal.api<{ code: string }>('POST', `/api/v1/orders/${body.order.id}/payment`);
    expect([refused.status, refused.body.code]).toEqual([422, 'payment-refused']);
    await portal.stripe('DELETE', '/faults');
  });

  it('while the payment provider is down stands, and its payment is fetched later', async () => {
    await portal.stripe('POST', '/faults', { match: 'POST /v1/payment_intents', status: 500, times: 50 });
    const body = await orderBody(portal, { pick: 6 });
    const answer = await portal.api<Placed>('POST', '/api/v1/orders', body, { 'idempotency-key': 'outage' });
    expect([answer.status, answer.body.payment, answer.body.order.status]).toEqual([201, null, 'awaiting_payment']);
    const fetchPayment = () =>
      portal.api<{ paymentIntentId?: string; code?: string }>('POST', `/api/v1/orders/${answer.body.order.id}/payment`);
    expect((await fetchPayment()).body.code).toBe('payment-unavailable');

    await portal.stripe('DELETE', '/faults');
    const payment = await fetchPayment();
    expect(payment.status).toBe(200);
    const { data } = await untilEvent(portal, answer.body.order.id, 'PaymentInitiated');
    expect(data).toMatchObject({ paymentIntentId: payment.body.paymentIntentId, amount: answer.body.order.total });
    const again = await portal.api<Placed>('POST', '/api/v1/orders', body, { 'idempotency-key': 'outage' });
    expect(again.body.payment).toEqual(payment.body);
    expect(await fetchPayment()).toMatchObject({ status: 200, body: payment.body });
  });

  it('that waits for a payment provider that hangs keeps no lock, and no connection, from others', async () => {
    await portal.stripe('POST', '/faults', { match: 'POST /v1/payment_intents', delayMs: 3_000, times: 1 });
    const body = await orderBody(portal, { pick: 6 });
    const placing = portal.api<Placed>('POST', '/api/v1/orders', body, { 'idempotency-key': 'slow' });
    const locksHeld = async () => {
      const rows = await portal.sql(`select from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and datname = current_database() and application_name = 'portal locks'`);
      return rows.length;
    };
    await until('the order is placed', async () => {
      const rows =
        await portal.sql(`select from portal.idempotency_keys k join "read".orders o on o.order_id = k.order_id::text
        where k.key = 'slow'`);
      return rows.length === 1;
    });
    let answered = false;
    void placing.finally(() => {
      answered = true;
    });
    await until('no lock is held', async () => (await locksHeld()) === 0);
    expect(answered).toBe(false);
    expect((await placing).body.payment).toMatchObject({ paymentIntentId: expect.any(String) });
  });

  it('whose payment was cancelled at the provider gets another one, which pays for it', async () => {
    const { body: placed } = await portal.api<Placed>('POST', '/api/v1/orders', await orderBody(portal, { pick: 6 }));
    const { id } = placed.order;
    const fetchPayment = () => portal.api<Placed['payment']>('POST', `/api/v1/orders/${id}/payment`);
    const first = placed.payment.paymentIntentId;
    await portal.stripe('POST', `/payment_intents/${first}/cancel`, {});
    const second = await fetchPayment();
    expect(second.status).toBe(200);
    expect(second.body.paymentIntentId).not.toBe(first);
    expect((await fetchPayment()).body).toEqual(second.body);
    await pay(portal, { order: placed.order, payment: second.body });
    const { data } = await untilEvent(portal, id, 'OrderPaid');
    expect(data).toMatchObject({ paymentIntentId: second.body.paymentIntentId });
  });

  it('that is then cancelled has no payment to complete', async () => {
    const { body } = await portal.api<Placed>('POST', '/api/v1/orders', await orderBody(portal, { pick: 7 }));
    const url = `/api/v1/orders/${body.order.id}`;
    expect((await portal.api('POST', `${url}/cancel`, { reason: 'changed plans' })).status).toBe(200);
    expect(await portal.api('POST', `${url}/payment`)).toMatchObject({
      status: 409,
      body: { code: 'already-cancelled' },
    });
  });
});
