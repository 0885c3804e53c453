import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import type { OrderFilter } from '../../../src/projections/queries.js';
import { type MemoryPortal, memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, orderBody, pay, placeOrder, toExported, toPaid, toShipped } from '../../support/orders.js';
import { testTokens } from '../../support/tokens.js';

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function start(overrides: Partial<AppOptions> = {}): Promise<{ app: FastifyInstance; portal: MemoryPortal }> {
  const portal = memoryPortal(overrides);
  app = await buildApp(portal.options);
  return { app, portal };
}

describe('placing an order', () => {
  it('answers the order, its payment, where to find it and where the write ended', async () => {
    const { app, portal } = await start();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/orders',
      headers: { 'idempotency-key': 'basket 7', 'x-correlation-id': 'checkout-7' },
      payload: orderBody(),
    });
    expect(answer.statusCode).toBe(201);
    const { order, payment } = answer.json();
    expect(payment).toEqual({ paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_s' });
    expect(answer.headers).toMatchObject({
      location: `/api/v1/orders/${order.id}`,
      etag: '"0"',
      'x-event-position': '1/1',
      'x-correlation-id': 'checkout-7',
    });
    const [call] = portal.calls;
    expect(call?.request).toMatchObject({ idempotencyKey: 'basket 7', customerId: null, ...orderBody() });
    expect(call?.context).toMatchObject({ correlationId: 'checkout-7', actor: 'operator:local' });
    const fetched = await app.inject(`/api/v1/orders/${order.id}`);
    expect(fetched.json()).toEqual(order);
  });

  it.each([{}, { phone: null, companyName: null }])('needs no telephone and no company: %o', async (left) => {
    const { app, portal } = await start();
    const { name, email } = orderBody().customer;
    const payload = { ...orderBody(), customer: { name, email, ...left } };
    expect((await app.inject({ method: 'POST', url: '/api/v1/orders', payload })).statusCode).toBe(201);
    expect(portal.calls[0]?.request).toMatchObject({ customer: { name, email, phone: '', companyName: '' } });
  });

  it.each(['us', 'USA', 'United States'])('takes %s for a country, as people write it', async (country) => {
    const { app, portal } = await start();
    const shippingAddress = { ...orderBody().shippingAddress, country };
    const payload = { ...orderBody(), shippingAddress };
    expect((await app.inject({ method: 'POST', url: '/api/v1/orders', payload })).statusCode).toBe(201);
    expect(portal.calls[0]?.request).toMatchObject({ shippingAddress: { country } });
  });

  it('answers every field of the contract', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toExported);
    const order = (await app.inject(`/api/v1/orders/${exampleId(1)}`)).json();
    expect(order).toEqual({
      id: exampleId(1),
      orderNumber: placeOrder.orderNumber,
      status: 'exported',
      refundStatus: 'none',
      customerId: 'c1',
      customer: placeOrder.customer,
      shippingAddress: placeOrder.shippingAddress,
      lineItems: placeOrder.lineItems,
      total: 10_000,
      currency: 'USD',
      refundedTotal: 0,
      deliveryMethod: 'delivery',
      deliveryZone: 'north',
      extensivOrderId: 'EX-1',
      trackingNumber: null,
      carrier: null,
      paymentIntentId: 'pi_1',
      payouts: {
        rule: { version: 1, brandShareBps: 7000 },
        entries: [
          { brandId: 'vital-hemp', brand: 'VITAL-HEMP', gross: 7500, brandShare: 5250, platformShare: 2250 },
          { brandId: 'green-leaf', brand: 'GREEN-LEAF', gross: 2500, brandShare: 1750, platformShare: 750 },
        ],
        brandTotal: 7000,
        platformTotal: 3000,
      },
      revision: portal.eventsOf(exampleId(1)).length - 1,
      placedAt: placeOrder.at,
      paidAt: pay.at,
      exportedAt: expect.any(String),
      erasedAt: null,
      updatedAt: expect.any(String),
    });
  });

  it('answers the order from its stream while the read models are late', async () => {
    const { app, portal } = await start({ limits: { writeWaitMs: 20 } });
    portal.freezeReadModels();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', payload: orderBody() });
    expect(answer.statusCode).toBe(201);
    const { order } = answer.json();
    expect(order).toMatchObject({ status: 'awaiting_payment', total: 7500 });
    expect((await app.inject(`/api/v1/orders/${order.id}`)).json()).toEqual(order);
    const number = await app.inject(`/api/v1/orders/${order.orderNumber}`);
    expect(number.statusCode, 'a number is known to the read model only').toBe(404);
  });

  it('says which order was placed when it cannot be read at all', async () => {
    const portal = memoryPortal();
    const broken = async () => {
      throw new Error('down');
    };
    app = await buildApp({
      ...portal.options,
      queries: { ...portal.options.queries, reach: broken, order: broken },
      histories: { ...portal.options.histories, orderAsOf: broken },
    });
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', payload: orderBody() });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'not-yet-consistent', facts: { orderId: exampleId(1) } });
    expect(answer.headers.location).toBe(`/api/v1/orders/${exampleId(1)}`);
    expect(answer.headers['x-event-position']).toBe('1/1');
    expect(answer.body, 'why is for the log').not.toContain('down');
    expect(portal.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', facts: expect.objectContaining({ err: new Error('down') }) }),
    );
  });
});

it('orders are listed in the order asked for, the newest first without a word', async () => {
  const asked: (string | undefined)[] = [];
  const queries = {
    ...memoryPortal().options.queries,
    orders: async ({ sort }: OrderFilter) => {
      asked.push(sort);
      return { items: [], nextCursor: null };
    },
  };
  const { app } = await start({ queries });
  for (const query of ['?sort=placedAt', '?sort=-placedAt', '?sort=', '', '?sort=total']) {
    const answer = await app.inject(`/api/v1/orders${query}`);
    expect(answer.statusCode, query).toBe(query === '?sort=total' ? 400 : 200);
  }
  expect(asked).toEqual(['placedAt', '-placedAt', undefined, undefined]);
});

describe('reading an order', () => {
  it('finds it by number in any case and answers 304 while the caller holds its revision', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toPaid);
    const url = `/api/v1/orders/${placeOrder.orderNumber.toLowerCase()}`;
    const first = await app.inject(url);
    expect(first.statusCode).toBe(200);
    const tag = String(first.headers.etag);
    expect(tag).toBe(`"${first.json().revision}"`);
    const second = await app.inject({ url, headers: { 'if-none-match': tag } });
    expect([second.statusCode, second.body]).toEqual([304, '']);
    await app.inject({
      method: 'POST',
      url: `/api/v1/orders/${exampleId(1)}/cancel`,
      payload: { reason: 'changed plans' },
    });
    expect((await app.inject({ url, headers: { 'if-none-match': tag } })).statusCode).toBe(200);
  });

  it('shows its events with their hashes', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), [placeOrder]);
    const history = (await app.inject(`/api/v1/orders/${exampleId(1)}/history`)).json();
    expect(history).toEqual({
      orderId: exampleId(1),
      verified: true,
      events: [
        {
          revision: 0,
          type: 'OrderPlaced',
          data: portal.eventsOf(exampleId(1))[0]?.data,
          recordedAt: expect.any(String),
          actor: 'operator:local',
          correlationId: exampleId(900),
          causationId: exampleId(900),
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
  });

  it('waits for a position, and says so when the read models do not get there', async () => {
    const { app, portal } = await start({ limits: { readWaitMs: 20 } });
    portal.addOrder(exampleId(1), [placeOrder]);
    const read = (position: string) =>
      app.inject({ url: '/api/v1/orders', headers: { 'x-min-event-position': position } });
    expect((await read('1/1')).statusCode).toBe(200);
    const early = await read('2/2');
    expect([early.statusCode, early.json().code]).toEqual([503, 'not-yet-consistent']);
    expect(early.headers['retry-after']).toBeDefined();
    const malformed = await read('tomorrow');
    expect([malformed.statusCode, malformed.json().code]).toEqual([400, 'invalid-position']);
    const headers = { 'x-min-event-position': '2/2' };
    expect((await app.inject({ method: 'HEAD', url: '/api/v1/orders', headers })).statusCode).toBe(503);
    const url = `/api/v1/orders/${exampleId(1)}/cancel`;
    const write = await app.inject({ method: 'POST', url, headers, payload: { reason: 'by hand' } });
    expect(write.statusCode, 'a write shows nothing old').toBe(200);
  });
});

describe('reading what the read models have left behind', () => {
  async function changed() {
    const started = await start();
    started.portal.addOrder(exampleId(1), [placeOrder]);
    started.portal.addOrder(exampleId(2), [placeOrder]);
    started.portal.parkWrites();
    const url = `/api/v1/orders/${exampleId(1)}`;
    const write = await started.app.inject({ method: 'POST', url: `${url}/cancel`, payload: { reason: 'by hand' } });
    const position = String(write.headers['x-event-position']);
    const read = (path: string, asked = position) =>
      started.app.inject({ url: path, headers: { 'x-min-event-position': asked } });
    return { ...started, url, write, read };
  }

  it('a write answers what was written', async () => {
    const { write } = await changed();
    expect([write.statusCode, write.json().status]).toEqual([200, 'cancelled']);
  });

  it('does not wait for ever, and says that something may be missing', async () => {
    const { read } = await changed();
    const list = await read('/api/v1/orders');
    expect([list.statusCode, list.headers['x-parked-streams']]).toEqual([200, 'true']);
    const earlier = await read('/api/v1/orders', '1/1');
    expect([earlier.statusCode, earlier.headers['x-parked-streams']]).toEqual([200, undefined]);
  });

  it('an order comes from its stream, and from the read model where that cannot be read, which is said', async () => {
    const { app, portal, read, url } = await changed();
    expect((await app.inject(url)).json().status, 'nothing is promised without a position').toBe('awaiting_payment');
    const order = await read(url);
    expect([order.json().status, order.headers['x-parked-streams']]).toEqual(['cancelled', undefined]);
    portal.spoil(exampleId(1), 0, () => ({ data: null }));
    const old = await read(url);
    expect([old.statusCode, old.json().status, old.headers['x-parked-streams']]).toEqual([
      200,
      'awaiting_payment',
      'true',
    ]);
  });
});

describe('changing an order', () => {
  it('cancels, and cancels again without another event', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), [placeOrder]);
    const cancel = () =>
      app.inject({
        method: 'POST',
        url: `/api/v1/orders/${exampleId(1)}/cancel`,
        payload: { reason: 'changed plans' },
      });
    const first = await cancel();
    expect(first.json()).toMatchObject({ id: exampleId(1), status: 'cancelled' });
    expect(first.headers['x-event-position']).toBeDefined();
    const second = await cancel();
    expect([second.statusCode, second.headers['x-event-position']]).toEqual([200, undefined]);
    expect(second.json()).toEqual(first.json());
  });

  it('refuses to cancel what has been shipped', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toShipped);
    const before = portal.eventsOf(exampleId(1)).length;
    const url = `/api/v1/orders/${exampleId(1)}/cancel`;
    const answer = await app.inject({ method: 'POST', url, payload: { reason: 'changed plans' } });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'already-shipped']);
    expect(portal.eventsOf(exampleId(1))).toHaveLength(before);
  });

  it('sets the status by hand, forwards only', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toExported);
    const set = (status: string) =>
      app.inject({
        method: 'PATCH',
        url: `/api/v1/orders/${placeOrder.orderNumber}/status`,
        payload: { status, reason: 'told by phone', trackingNumber: '1Z1' },
      });
    expect((await set('shipped')).json()).toMatchObject({ status: 'shipped', trackingNumber: '1Z1' });
    const back = await set('picking');
    expect([back.statusCode, back.json().code]).toEqual([409, 'illegal-transition']);
  });

  it('sets the status only while the order is as the caller has seen it', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toExported);
    const url = `/api/v1/orders/${exampleId(1)}`;
    const set = (status: string, tag?: string) =>
      app.inject({
        method: 'PATCH',
        url: `${url}/status`,
        headers: tag === undefined ? {} : { 'if-match': tag },
        payload: { status, reason: 'told by phone' },
      });
    const seen = (await app.inject({ url, headers: { 'accept-encoding': 'gzip' } })).headers.etag as string;
    expect(seen).toMatch(/-gzip"$/);
    const changed = await set('picking', `"0", ${seen}`);
    expect([changed.statusCode, changed.json().status]).toEqual([200, 'picking']);
    expect(changed.headers.etag).toBe(`"${changed.json().revision}"`);
    const before = portal.eventsOf(exampleId(1)).length;
    for (const stale of [seen, '"0"', `W/${changed.headers.etag}`, '3', '"nonsense"', '']) {
      const refused = await set('packed', stale);
      expect([refused.statusCode, refused.json().code], stale).toEqual([412, 'precondition-failed']);
    }
    expect(portal.eventsOf(exampleId(1))).toHaveLength(before);
    expect((await set('packed', '*')).json().status).toBe('packed');
    expect((await set('shipped')).json().status).toBe('shipped');
  });

  it.each([
    ['cancel', { reason: 'changed plans' }],
    ['refunds', { amount: 100, reason: 'broken glass' }],
    ['export/retry', { reason: 'address corrected' }],
  ])('makes no change by /%s to an order that is not as the caller has seen it', async (path, payload) => {
    const { app, portal } = await start();
    const refusedByWms = { type: 'FailExport', reason: 'no such state', at: pay.at } as const;
    portal.addOrder(
      exampleId(1),
      path === 'export/retry' ? [...toPaid, { type: 'AttemptExport', at: pay.at }, refusedByWms] : toExported,
    );
    const url = `/api/v1/orders/${exampleId(1)}`;
    const seen = (await app.inject(url)).headers.etag as string;
    const ask = (tag: string) =>
      app.inject({ method: 'POST', url: `${url}/${path}`, headers: { 'if-match': tag }, payload });
    const before = portal.eventsOf(exampleId(1)).length;
    const refused = await ask('"0"');
    expect([refused.statusCode, refused.json().code]).toEqual([412, 'precondition-failed']);
    expect(portal.eventsOf(exampleId(1))).toHaveLength(before);
    expect((await ask(seen)).statusCode).toBe(200);
    expect(portal.eventsOf(exampleId(1)).length).toBeGreaterThan(before);
  });

  it('answers a refund that was asked for before under the same key, and says so', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), toExported);
    const ask = (key: string) =>
      app.inject({
        method: 'POST',
        url: `/api/v1/orders/${exampleId(1)}/refunds`,
        headers: { 'idempotency-key': key },
        payload: { amount: 100, reason: 'broken glass' },
      });
    const answers = [await ask('glass-1'), await ask('glass-1')];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(answers.map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(portal.calls.filter(({ useCase }) => useCase === 'requestRefund').map(({ request }) => request)).toEqual(
      Array(2).fill(expect.objectContaining({ idempotencyKey: 'glass-1' })),
    );
    expect((await ask('no\u007fkey')).statusCode).toBe(400);
  });

  it('retries an export with or without a body', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), [...toPaid, { type: 'AttemptExport', at: pay.at }]);
    const url = `/api/v1/orders/${exampleId(1)}/export/retry`;
    const answers = [
      await app.inject({ method: 'POST', url }),
      await app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' } }),
      await app.inject({ method: 'POST', url, payload: { reason: 'address corrected' } }),
    ];
    expect(answers.map((answer) => answer.json().code)).toEqual(Array(3).fill('illegal-transition'));
    expect(portal.calls.map(({ request }) => request)).toMatchObject([
      { orderId: exampleId(1), reason: 'retried by an operator' },
      { orderId: exampleId(1), reason: 'retried by an operator' },
      { orderId: exampleId(1), reason: 'address corrected' },
    ]);
  });

  it('hands out the open payment', async () => {
    const { app, portal } = await start();
    portal.addOrder(exampleId(1), [placeOrder]);
    const answer = await app.inject({ method: 'POST', url: `/api/v1/orders/${exampleId(1)}/payment` });
    expect(answer.json()).toEqual({ paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_s' });
    expect(answer.headers['x-event-position']).toBe('7/7');
  });
});

describe('a buyer', () => {
  const own = { authorization: 'Bearer buyer:c1' };
  const foreign = { authorization: 'Bearer buyer:c2' };

  it('sees its own orders only, without the split of the payment', async () => {
    const { app, portal } = await start({ authenticate: testTokens() });
    portal.addOrder(exampleId(1), toPaid);
    const url = `/api/v1/orders/${exampleId(1)}`;
    expect((await app.inject({ url, headers: own })).json()).toMatchObject({ status: 'paid', payouts: null });
    expect((await app.inject({ url: '/api/v1/orders', headers: own })).json().items).toMatchObject([{ payouts: null }]);
    expect((await app.inject({ url: '/api/v1/orders', headers: foreign })).json().items).toEqual([]);
    const nothing = await app.inject({ url: `/api/v1/orders/${exampleId(9)}`, headers: foreign });
    const others = await app.inject({ url, headers: foreign });
    expect(others.statusCode).toBe(404);
    expect({ ...others.json(), correlationId: '' }).toEqual({ ...nothing.json(), correlationId: '' });
  });

  it('sees no foreign order through its stream either', async () => {
    const { app, portal } = await start({ authenticate: testTokens() });
    portal.freezeReadModels();
    portal.addOrder(exampleId(1), toPaid);
    const url = `/api/v1/orders/${exampleId(1)}`;
    expect((await app.inject({ url, headers: own })).statusCode).toBe(200);
    expect((await app.inject({ url, headers: foreign })).statusCode).toBe(404);
  });

  it('changes its own orders only', async () => {
    const { app, portal } = await start({ authenticate: testTokens() });
    for (const n of [1, 2]) portal.addOrder(exampleId(n), [placeOrder]);
    const cancel = (headers: Record<string, string>, n = 1) =>
      app.inject({
        method: 'POST',
        url: `/api/v1/orders/${exampleId(n)}/cancel`,
        headers,
        payload: { reason: 'mine' },
      });
    expect((await cancel(foreign)).statusCode).toBe(404);
    expect(portal.calls).toEqual([]);
    expect((await cancel(own)).json().status).toBe('cancelled');
    expect((await cancel({ authorization: 'Bearer operator' }, 2)).statusCode).toBe(200);
    expect(portal.calls.map(({ request }) => request)).toMatchObject([
      { initiator: 'buyer', reason: 'mine' },
      { initiator: 'operator' },
    ]);
  });

  it('places orders for itself', async () => {
    const { app, portal } = await start({ authenticate: testTokens() });
    const place = (authorization: string) =>
      app.inject({ method: 'POST', url: '/api/v1/orders', headers: { authorization }, payload: orderBody() });
    expect((await place('Bearer buyer:c7')).json().order.customerId).toBe('c7');
    expect((await place('Bearer buyer')).statusCode, 'a buyer without customer id').toBe(403);
    const list = await app.inject({ url: '/api/v1/orders', headers: { authorization: 'Bearer buyer' } });
    expect(list.json()).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('customer_id') });
    expect(portal.calls).toHaveLength(1);
  });
});
