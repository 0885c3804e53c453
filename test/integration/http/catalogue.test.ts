import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { minute } from '../../support/orders.js';

const portal = memoryPortal();
let app: FastifyInstance;
beforeAll(async () => {
  app = await buildApp(portal.options);
});
afterAll(() => app.close());

const hemp = {
  sku: 'HEMP-1',
  name: 'Product HEMP-1',
  brand: 'VitalHemp',
  stock: 12,
  available: 10,
  price: 2500,
  currency: 'USD',
  thc: '0.2',
  batchNumber: 'B-1',
  coaLink: null,
  updatedAt: minute(0),
};

describe('products', () => {
  it('are listed by brand, with where the answer comes from', async () => {
    const answer = await app.inject('/api/v1/products?brand=VitalHemp&inStock=true&limit=5&sort=-price');
    expect(answer.json()).toEqual({
      items: [{ id: 'p1', brandId: 'vital-hemp', description: null, ...hemp }],
      nextCursor: null,
      total: 2,
      source: 'cache',
      asOf: minute(0),
    });
  });

  it('are listed a thousand at a time for who asks so', async () => {
    expect((await app.inject('/api/v1/products?limit=1000')).statusCode).toBe(200);
  });

  it('are listed by what a query holds: empty parameters ask for nothing', async () => {
    const answer = await app.inject('/api/v1/products?brand=&q=&inStock=&sort=&limit=&cursor=');
    expect([answer.statusCode, answer.json().total]).toEqual([200, 2]);
    expect((await app.inject('/api/v1/products?colour=')).statusCode).toBe(400);
  });

  it.each(['p1', 'HEMP-1'])('are found by id or SKU: %s', async (key) => {
    const product = (await app.inject(`/api/v1/products/${key}`)).json();
    expect(product).toMatchObject({ id: 'p1', ...hemp, source: 'cache', asOf: minute(0) });
  });
});

describe('inventory', () => {
  it('lists stock, reservations and what can still be promised', async () => {
    const answer = (await app.inject('/api/v1/inventory')).json();
    expect(answer).toMatchObject({ total: 2, source: 'cache', asOf: minute(0) });
    expect(answer.items[0]).toEqual({ ...hemp, reserved: 2 });
  });

  it('of one SKU warns when it is stale', async () => {
    expect((await app.inject('/api/v1/inventory/HEMP-1')).json()).toEqual({
      ...hemp,
      reserved: 2,
      source: 'stale_cache',
      asOf: minute(0),
      warning: `no sync since ${minute(0)}`,
    });
  });
});

describe('a lot', () => {
  it('is traced by its number, and one that nobody knows is not found', async () => {
    expect((await app.inject('/api/v1/lots/B-1')).json()).toMatchObject({ batchNumber: 'B-1', orders: [] });
    const unknown = await app.inject('/api/v1/lots/B-2');
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'not-found']);
  });
});

describe('a sync', () => {
  it.each([
    ['nothing at all', {}, undefined],
    ['an empty JSON body', { 'content-type': 'application/json' }, ''],
    ['an empty form', { 'content-type': 'application/x-www-form-urlencoded' }, ''],
    ['an empty object', { 'content-type': 'application/json' }, '{}'],
  ])('starts with %s in the request', async (_what, headers, payload) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/inventory/sync',
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    expect([answer.statusCode, answer.json()]).toEqual([202, { syncId: 's1' }]);
    expect(portal.calls.at(-1)?.request).toEqual({ force: false, wait: false, trigger: 'manual' });
  });

  it.each([
    ['force=True&wait=FALSE', true, false],
    ['force=1&wait=0', true, false],
    ['force=false&wait=', false, false],
  ])('is asked for by %s, as clients of other languages write it', async (query, force, wait) => {
    expect((await app.inject({ method: 'POST', url: `/api/v1/inventory/sync?${query}` })).statusCode).toBe(202);
    expect(portal.calls.at(-1)?.request).toMatchObject({ force, wait });
  });

  it('that is waited for answers its run, a failed one too', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/inventory/sync?wait=true&force=true' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      syncId: 's1',
      status: 'failed',
      error: 'the warehouse answers 500',
      rejected: [{ sku: null, index: 3, reason: 'no sku' }],
      durationMs: 60_000,
    });
    expect(portal.calls.at(-1)?.request).toEqual({
      force: true,
      wait: true,
      trigger: 'manual',
      signal: expect.any(AbortSignal),
    });
  });

  it('is on record afterwards', async () => {
    expect((await app.inject('/api/v1/inventory/syncs?limit=1')).json().items).toHaveLength(1);
  });

  it('whose record is late answers 503 with its id', async () => {
    const late = await buildApp({
      ...portal.options,
      queries: { ...portal.options.queries, sync: async () => null },
      limits: { readWaitMs: 60 },
    });
    const answer = await late.inject({ method: 'POST', url: '/api/v1/inventory/sync?wait=true' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      503,
      { code: 'not-yet-consistent', facts: { syncId: 's1' } },
    ]);
    await late.close();
  });

  it('that is waited for when the process stops answers 503 with its id, and does not hold the stop', async () => {
    let entered = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const stopped = await buildApp({
      ...portal.options,
      useCases: {
        ...portal.options.useCases,
        syncInventory: async ({ signal }) => {
          entered();
          if (signal) await once(signal, 'abort');
          return { syncId: 's1' };
        },
      },
      queries: { ...portal.options.queries, sync: async () => null },
    });
    const url = await stopped.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(`${url}/api/v1/inventory/sync?wait=true`, { method: 'POST' });
    await waiting;
    await stopped.close();
    const { status, headers } = await answer;
    expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await (await answer).json()).toMatchObject({ code: 'unavailable', facts: { syncId: 's1' } });
  });

  it('is waited for no longer than its caller does', async () => {
    let entered: (signal: AbortSignal) => void = () => {};
    const waiting = new Promise<AbortSignal>((resolve) => {
      entered = resolve;
    });
    const left = await buildApp({
      ...portal.options,
      useCases: {
        ...portal.options.useCases,
        syncInventory: async ({ signal }) => {
          if (signal) entered(signal);
          if (signal) await once(signal, 'abort');
          return { syncId: 's1' };
        },
      },
    });
    const url = await left.listen({ host: '127.0.0.1', port: 0 });
    const leave = new AbortController();
    const answer = fetch(`${url}/api/v1/inventory/sync?wait=true`, { method: 'POST', signal: leave.signal });
    const over = once(await waiting, 'abort', { signal: AbortSignal.timeout(5_000) });
    leave.abort();
    await expect(answer).rejects.toThrow();
    await over;
    await left.close();
  });
});

describe('a Stripe webhook', () => {
  const send = (headers: Record<string, string>, payload: string) =>
    app.inject({ method: 'POST', url: '/api/v1/webhooks/stripe', headers, payload });
  // Spacing, key order and escapes survive only when nobody parses the body.
  const raw = '{ "id":"evt_1",\n\t"b":1.0, "a":"\\u00e9" }';

  it('reaches the use case byte for byte', async () => {
    const answer = await send({ 'content-type': 'application/json; charset=utf-8', 'stripe-signature': 'good' }, raw);
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true, stored: true }]);
    expect(portal.calls.at(-1)?.request).toEqual({ rawBody: raw, signature: 'good' });
  });

  it.each([
    ['a wrong signature', { 'content-type': 'application/json', 'stripe-signature': 'bad' }, raw],
    ['no signature', { 'content-type': 'application/json' }, raw],
    ['no body', {}, ''],
  ])('with %s is refused, and counted', async (_what, headers, body) => {
    const before = portal.calls.length;
    const answer = await send(headers, body);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad-signature']);
    // The use case counts what it refuses.
    expect(portal.calls.slice(before).map(({ useCase }) => useCase)).toEqual(['receiveWebhook']);
  });

  it('that could not be stored is not acknowledged', async () => {
    portal.failNext(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    const answer = await send({ 'content-type': 'application/json', 'stripe-signature': 'good' }, raw);
    expect(answer.statusCode).toBe(503);
  });

  it('may be larger than an order, up to its own limit', async () => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': 'good' };
    expect((await send(headers, 'x'.repeat(512 * 1024))).statusCode).toBe(200);
    expect((await send(headers, 'x'.repeat(1024 * 1024 + 1))).statusCode).toBe(413);
  });
});
