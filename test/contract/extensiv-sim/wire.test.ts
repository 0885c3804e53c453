import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchToken, requestToken, send, startWire, type Wire, wireOrder } from './support.js';

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
const stock = async (sku = knownSku) =>
  (await wire.call('GET', `/api/v1/inventory/${sku}`)).body.quantity_available as number;
const place = (number: string, quantity = 1, sku = knownSku) =>
  wire.call('POST', '/api/v1/orders', wireOrder(number, [{ sku, quantity }]), { 'idempotency-key': number });

describe('POST /oauth/token', () => {
  it('gives a bearer token for an hour', async () => {
    const { status, body } = await requestToken(wire.sim.url);
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
  });

  it('refuses wrong credentials, other grants and other formats', async () => {
    expect(await requestToken(wire.sim.url, { client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await requestToken(wire.sim.url, { client_id: 'wrong' })).toMatchObject({ status: 401 });
    expect(await requestToken(wire.sim.url, { grant_type: 'password' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
    expect(await send(wire.sim.url, 'POST', '/oauth/token', { grant_type: 'client_credentials' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });

  it('is needed for everything else', async () => {
    for (const path of [
      '/inventory',
      `/inventory/${knownSku}`,
      '/products',
      '/orders',
      '/orders/EXT-1',
      '/orders/EXT-1/status',
    ]) {
      expect(await send(wire.sim.url, 'GET', `/api/v1${path}`)).toMatchObject({ status: 401 });
      const authorization = 'Bearer made-up';
      expect(await send(wire.sim.url, 'GET', `/api/v1${path}`, undefined, { authorization })).toMatchObject({
        status: 401,
      });
    }
  });

  it('is over when it expires or is revoked', async () => {
    const authorization = `Bearer ${await fetchToken(wire.sim.url)}`;
    const ask = (url: string, header: string) =>
      send(url, 'GET', '/api/v1/products', undefined, { authorization: header });
    expect((await ask(wire.sim.url, authorization)).status).toBe(200);
    await wire.call('POST', '/control/tokens/revoke');
    expect((await ask(wire.sim.url, authorization)).status).toBe(401);

    const brief = await startWire({ tokenTtlSeconds: 0.05 });
    const soonGone = `Bearer ${await fetchToken(brief.sim.url)}`;
    await expect.poll(async () => (await ask(brief.sim.url, soonGone)).status).toBe(401);
    await brief.close();
  });
});

describe('the catalogue', () => {
  it('comes in pages that add up', async () => {
    const first = await wire.call('GET', '/api/v1/inventory?page=1&page_size=20');
    const second = await wire.call('GET', '/api/v1/inventory?page=2&page_size=20');
    const third = await wire.call('GET', '/api/v1/inventory?page=3&page_size=20');
    expect(first.body).toMatchObject({ page: 1, page_size: 20, total: 30 });
    expect([first, second, third].map(({ body }) => body.data.length)).toEqual([20, 10, 0]);
    const skus = [...first.body.data, ...second.body.data].map(({ sku }) => sku);
    expect(new Set(skus).size).toBe(30);
  });

  it.each(['page=0', 'page=x', 'page_size=0', 'page_size=1001', 'page=1.5'])('refuses %s', async (query) => {
    expect((await wire.call('GET', `/api/v1/inventory?${query}`)).status).toBe(400);
    expect((await wire.call('GET', `/api/v1/products?${query}`)).status).toBe(400);
    expect((await wire.call('GET', `/api/v1/orders?${query}`)).status).toBe(400);
  });

  it('is believable, in two spellings, and the same every time', async () => {
    const { body } = await wire.call('GET', '/api/v1/inventory?page_size=30');
    const spellings = [
      ['brand', 'price', 'thc_content', 'batch_number', 'coa_url'],
      ['manufacturer', 'unit_price', 'thc_mg', 'lot_number', 'certificate_url'],
    ];
    const used = body.data.map((item) =>
      spellings.findIndex((names) => names.every((name) => item[name] !== undefined)),
    );
    expect(new Set(used)).toEqual(new Set([0, 1]));
    expect(new Set(body.data.map((item) => typeof (item.price ?? item.unit_price)))).toEqual(
      new Set(['number', 'string']),
    );
    expect(body.data.some((item) => item.brand === 'VitalHemp')).toBe(true);
    expect(new Set(body.data.map((item) => item.brand ?? item.manufacturer)).size).toBe(12);
    const again = await startWire();
    expect((await again.call('GET', '/api/v1/inventory?page_size=30')).body).toEqual(body);
    await again.close();
  });

  it('lists products whose id and SKU lead to the same thing', async () => {
    const { body } = await wire.call('GET', '/api/v1/products?page_size=1');
    const [product] = body.data;
    expect(product).toMatchObject({ id: `PRD-${knownSku}`, sku: knownSku, brand: 'VitalHemp' });
    expect((await wire.call('GET', `/api/v1/products/${product?.id}`)).body).toEqual(product);
    expect((await wire.call('GET', `/api/v1/inventory/${product?.sku}`)).body.product_name).toBe(product?.product_name);
    expect((await wire.call('GET', '/api/v1/products/PRD-NONE')).status).toBe(404);
    expect((await wire.call('GET', '/api/v1/inventory/NONE')).status).toBe(404);
  });
});

describe('an order', () => {
  it('is received and taken out of stock', async () => {
    const before = await stock();
    const created = await place('VL-1', 3);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: 'EXT-100001',
      order_number: 'VL-1',
      status: 'received',
      created_at: expect.stringMatching(/Z$/),
    });
    expect(await stock()).toBe(before - 3);
    expect((await wire.call('GET', '/api/v1/orders/EXT-100001')).body).toMatchObject({
      ...wireOrder('VL-1', [{ sku: knownSku, quantity: 3 }]),
      id: 'EXT-100001',
      status: 'received',
    });
    const status = await wire.call('GET', '/api/v1/orders/EXT-100001/status');
    expect(Object.keys(status.body).sort()).toEqual(['id', 'order_number', 'status', 'updated_at']);
  });

  it('is refused when its number is known, even after it was cancelled', async () => {
    const { body } = await place('VL-1');
    expect(await place('VL-1')).toMatchObject({ status: 409, body: { error: 'duplicate_order', id: body.id } });
    await wire.call('PATCH', `/api/v1/orders/${body.id}`, { status: 'cancelled', reason: 'test' });
    expect(await place('VL-1')).toMatchObject({ status: 409, body: { error: 'duplicate_order', id: body.id } });
  });

  it('is refused whole when one SKU is unknown or short, summed over its lines', async () => {
    const before = await stock();
    expect(await place('VL-1', 1, 'NONE')).toMatchObject({
      status: 400,
      body: { error: 'unknown_sku', details: [{ sku: 'NONE' }] },
    });
    const twice = wireOrder('VL-2', [
      { sku: knownSku, quantity: before },
      { sku: knownSku, quantity: 1 },
    ]);
    expect(await wire.call('POST', '/api/v1/orders', twice)).toMatchObject({
      status: 400,
      body: { error: 'insufficient_stock', details: [{ sku: knownSku, requested: before + 1, available: before }] },
    });
    expect(await stock()).toBe(before);
    expect((await wire.call('GET', '/api/v1/orders')).body.total).toBe(0);
  });

  it.each([
    ['no lines', { line_items: [] }],
    ['a quantity of zero', { line_items: [{ sku: knownSku, quantity: 0, price: 1 }] }],
    ['a price as text', { line_items: [{ sku: knownSku, quantity: 1, price: '1.00' }] }],
    ['no number', { order_number: undefined }],
    ['no customer', { customer: undefined }],
    ['an address without a zip', { shipping_address: { street1: '1', city: 'B', state: 'ID', country: 'US' } }],
  ])('is refused with %s', async (_name, change) => {
    const order = { ...wireOrder('VL-1', [{ sku: knownSku, quantity: 1 }]), ...change };
    expect(await wire.call('POST', '/api/v1/orders', order)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', message: expect.any(String), details: expect.any(Array) },
    });
  });

  it('cannot choose its id or status', async () => {
    const order = { ...wireOrder('VL-1', [{ sku: knownSku, quantity: 1 }]), id: 'MINE', status: 'delivered' };
    expect((await wire.call('POST', '/api/v1/orders', order)).body).toMatchObject({
      id: 'EXT-100001',
      status: 'received',
    });
  });

  it('is listed by number, status and time of change', async () => {
    for (const number of ['VL-1', 'VL-2', 'VL-3']) await place(number);
    await wire.call('POST', '/control/orders/EXT-100002/advance', { to: 'packed' });
    const numbers = async (query: string) =>
      (await wire.call('GET', `/api/v1/orders?${query}`)).body.data.map((order) => order.order_number);
    expect(await numbers('')).toEqual(['VL-1', 'VL-2', 'VL-3']);
    expect(await numbers('order_number=VL-2')).toEqual(['VL-2']);
    expect(await numbers('order_number=VL-9')).toEqual([]);
    expect(await numbers('status=packed,shipped')).toEqual(['VL-2']);
    expect(await numbers('status=received&page_size=1&page=2')).toEqual(['VL-3']);
    expect(await numbers('updated_since=2026-01-01T00:00:00Z')).toHaveLength(3);
    expect(await numbers(`updated_since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect((await wire.call('GET', '/api/v1/orders?updated_since=lately')).status).toBe(400);
  });

  it('can be cancelled until it ships, which puts its lines back', async () => {
    const before = await stock();
    await place('VL-1', 5);
    const cancel = (id: string) => wire.call('PATCH', `/api/v1/orders/${id}`, { status: 'cancelled', reason: 'test' });
    expect(await cancel('EXT-100001')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await cancel('EXT-100001')).toMatchObject({ status: 200 });
    expect(await stock()).toBe(before);
    await place('VL-2');
    await wire.call('POST', '/control/orders/EXT-100002/advance', { to: 'shipped' });
    expect(await cancel('EXT-100002')).toMatchObject({ status: 409, body: { id: 'EXT-100002' } });
    expect((await cancel('EXT-1')).status).toBe(404);
    expect((await wire.call('PATCH', '/api/v1/orders/EXT-100002', { status: 'shipped' })).status).toBe(400);
  });

  it('goes its way by itself, step by step, and gets a parcel number on the way', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await place('VL-1');
    await wire.call('POST', '/control/clock', { paused: false, stepSeconds: 0.1 });
    const order = async () => (await wire.call('GET', '/api/v1/orders/EXT-100001/status')).body;
    for (const status of ['received', 'picking', 'packed', 'shipped', 'delivered']) {
      await expect.poll(async () => (await order()).status, { interval: 10 }).toBe(status);
      vi.setSystemTime(Date.now() + 100);
    }
    expect(await order()).toMatchObject({
      tracking_number: expect.stringMatching(/^1Z\d+$/),
      carrier: expect.any(String),
    });
  });
});

describe('anything else', () => {
  it('is not found, and said so in the API’s words', async () => {
    expect(await wire.call('GET', '/api/v2/everything')).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});
