import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWire, type Wire, wireOrder } from './support.js';

let wire: Wire;

beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());
beforeEach(async () => {
  await wire.call('POST', '/control/reset');
  await wire.call('POST', '/control/clock', { paused: true });
});

const knownSku = 'VTH-HON-0001';
const listPath = '/api/v1/inventory?page_size=5';
const status = async (path = listPath) => (await wire.call('GET', path)).status;

describe('faults', () => {
  it('apply to the requests they match, as often as they say', async () => {
    await wire.call('POST', '/control/faults', {
      match: { method: 'get', path: '/api/v1/inventory' },
      times: 2,
      fault: { status: 503, body: { error: 'down' } },
      retryAfter: 7,
    });
    expect(await status('/api/v1/products')).toBe(200);
    const answer = await wire.call('GET', listPath);
    expect(answer).toMatchObject({ status: 503, body: { error: 'down' } });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await status()).toBe(503);
    expect(await status()).toBe(200);
  });

  it('may match by regular expression, last for ever, and be taken away', async () => {
    await wire.call('POST', '/control/faults', { match: { path: '/status$' }, fault: { status: 500 } });
    await wire.call('POST', '/control/orders/seed', { count: 1 });
    await wire.call('POST', '/control/faults', { match: { path: 'EXT-.*/status$' }, fault: { status: 502 } });
    for (let ask = 0; ask < 3; ask += 1) expect(await status('/api/v1/orders/EXT-100001/status')).toBe(502);
    expect(await status('/api/v1/orders/EXT-100001')).toBe(200);
    await wire.call('DELETE', '/control/faults');
    expect(await status('/api/v1/orders/EXT-100001/status')).toBe(200);
  });

  it('come about as often as their probability, the same way every time', async () => {
    await wire.call('POST', '/control/faults', { probability: 0.5, fault: { status: 500 } });
    const answers: number[] = [];
    for (let ask = 0; ask < 60; ask += 1) answers.push(await status());
    const failed = answers.filter((answer) => answer === 500).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
  });

  it('may reset, cut off, delay, or carry out and lose the answer', async () => {
    const lines = [{ sku: knownSku, quantity: 1 }];
    const place = (number: string) => wire.call('POST', '/api/v1/orders', wireOrder(number, lines));
    const faulty = (fault: object) => wire.call('POST', '/control/faults', { times: 1, fault });
    const known = async (number: string) =>
      (await wire.call('GET', `/api/v1/orders?order_number=${number}`)).body.total;

    await faulty({ reset: true });
    await expect(place('VL-1')).rejects.toThrow();
    expect(await known('VL-1')).toBe(0);

    await faulty({ acceptThenDrop: true });
    await expect(place('VL-2')).rejects.toThrow();
    expect(await known('VL-2')).toBe(1);

    await faulty({ truncate: true });
    await expect(place('VL-3')).rejects.toThrow();
    expect(await known('VL-3')).toBe(1);

    await faulty({ delayMs: 150 });
    const startedAt = performance.now();
    expect((await place('VL-4')).status).toBe(201);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);

    await faulty({ answerDelayMs: 150 });
    const answer = place('VL-6');
    await expect.poll(() => known('VL-6')).toBe(1);
    expect((await answer).status).toBe(201);

    await faulty({ revokeTokens: true });
    expect((await place('VL-5')).status).toBe(401);
    expect((await place('VL-5')).status).toBe(401);
  });

  it('are checked: a rule with a word too many is refused', async () => {
    const rule = { match: { path: '/api' }, fault: { explode: true } };
    expect((await wire.call('POST', '/control/faults', rule)).status).toBe(400);
  });
});

describe('the ledger', () => {
  it('tells every request with its outcome, and counts them by route', async () => {
    await wire.call('DELETE', '/control/ledger');
    const order = wireOrder('VL-1', [{ sku: knownSku, quantity: 1 }]);
    await wire.call('POST', '/api/v1/orders', order, { 'idempotency-key': 'VL-1' });
    await wire.call('POST', '/control/faults', { times: 1, fault: { acceptThenDrop: true } });
    await wire.call('GET', '/api/v1/orders?order_number=VL-1').catch(() => undefined);
    await wire.call('GET', '/api/v1/orders/EXT-100001/status');
    const { body } = await wire.call('GET', '/control/ledger');
    expect(body.requests).toMatchObject([
      { method: 'POST', path: '/api/v1/orders', status: 201, orderNumber: 'VL-1', idempotencyKey: 'VL-1' },
      { method: 'GET', query: { order_number: 'VL-1' }, orderNumber: 'VL-1', fault: 'acceptThenDrop' },
      { method: 'GET', path: '/api/v1/orders/EXT-100001/status', route: '/api/v1/orders/{id}/status', status: 200 },
    ]);
    expect(body.counts).toEqual({
      'POST /api/v1/orders': 1,
      'GET /api/v1/orders': 1,
      'GET /api/v1/orders/{id}/status': 1,
    });
    expect(body.orders).toMatchObject([{ id: 'EXT-100001', order_number: 'VL-1' }]);
    const posts = await wire.call('GET', '/control/ledger?method=POST&path=/api/v1/orders');
    expect(posts.body.requests).toHaveLength(1);
    expect(posts.body.counts).toEqual({ 'POST /api/v1/orders': 1 });
  });
});

describe('orders', () => {
  it('can be moved on, called off and made to vanish', async () => {
    await wire.call('POST', '/control/orders/seed', { count: 2 });
    expect((await wire.call('POST', '/control/orders/EXT-100001/advance')).body.status).toBe('picking');
    expect((await wire.call('POST', '/control/orders/EXT-100001/advance', { to: 'shipped' })).body).toMatchObject({
      status: 'shipped',
      carrier: expect.any(String),
    });
    expect((await wire.call('POST', '/control/orders/EXT-100001/cancel')).status).toBe(409);
    expect((await wire.call('POST', '/control/orders/EXT-100002/cancel')).body.status).toBe('cancelled');
    await wire.call('DELETE', '/control/orders/EXT-100002');
    expect(await status('/api/v1/orders/EXT-100002')).toBe(404);
    expect((await wire.call('POST', '/control/orders/EXT-1/advance')).status).toBe(404);
  });

  it('can be made by the thousand', async () => {
    const startedAt = performance.now();
    expect(
      (await wire.call('POST', '/control/orders/seed', { count: 10_000, prefix: 'BULK-' })).body.orders,
    ).toHaveLength(10_000);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    const { body } = await wire.call('GET', '/api/v1/orders?page=10&page_size=1000');
    expect(body).toMatchObject({ total: 10_000 });
    expect(body.data.at(-1)).toMatchObject({ order_number: 'BULK-010000' });
  });
});

describe('the inventory', () => {
  const item = async (sku: string) => (await wire.call('GET', `/api/v1/inventory/${sku}`)).body;

  it('can be changed under the names the item uses', async () => {
    await wire.call('PUT', `/control/inventory/${knownSku}`, { quantity: 5, price: '1.50', brand: 'Sunleaf Naturals' });
    expect(await item(knownSku)).toMatchObject({ quantity_available: 5, price: '1.50', brand: 'Sunleaf Naturals' });
    const { body } = await wire.call('GET', '/api/v1/inventory?page_size=30');
    const alternative = body.data.find((entry) => entry.unit_price !== undefined)?.sku as string;
    await wire.call('PUT', `/control/inventory/${alternative}`, { price: 2 });
    expect(await item(alternative)).toMatchObject({ unit_price: 2 });
  });

  it('can gain and lose items, and be given broken ones', async () => {
    await wire.call('PUT', '/control/inventory/NEW-1', { quantity: 9 });
    await wire.call('DELETE', `/control/inventory/${knownSku}`);
    await wire.call('POST', '/control/inventory/raw', [{ no: 'sku' }, 'text', null]);
    const { body } = await wire.call('GET', '/api/v1/inventory?page_size=100');
    expect(body.total).toBe(33);
    expect(body.data.slice(-4)).toEqual([expect.objectContaining({ sku: 'NEW-1' }), { no: 'sku' }, 'text', null]);
    expect(await status(`/api/v1/inventory/${knownSku}`)).toBe(404);
    await wire.call('POST', '/control/inventory/raw', []);
    expect((await wire.call('GET', listPath)).body.total).toBe(30);
  });

  it('can be of any size', async () => {
    await wire.call('POST', '/control/reset', { skus: 20_000 });
    const { body } = await wire.call('GET', '/api/v1/inventory?page=20&page_size=1000');
    expect(body).toMatchObject({ total: 20_000, page: 20 });
    expect(body.data).toHaveLength(1000);
  });
});
