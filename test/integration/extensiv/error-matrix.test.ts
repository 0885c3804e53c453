import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asExtensivOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { collect } from '../../support/collect.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { type Bench, failure, orderRequest, startBench } from './support.js';

const knownSku = asSku('VTH-HON-0001');
const itemRoute = 'GET /api/v1/inventory/{sku}';
const item = { method: 'GET', path: '/api/v1/inventory/' };

let stack: TestStack;
let bench: Bench;

beforeAll(async () => {
  stack = await startTestStack(['redis']);
});
afterAll(() => stack.stop());
beforeEach(async () => {
  bench = await startBench(stack.env.REDIS_URL!);
});
afterEach(() => bench.close());

/** Levels of the lines that tell of failed calls: `error` is what the guide's `grep Extensiv logs/error.log` finds. */
const failuresLogged = () =>
  bench.records.logs.flatMap(({ level, message }) => (message?.startsWith('Extensiv call failed: ') ? [level] : []));

describe('the guide’s error matrix, on reads', () => {
  it('answers null for 404, without a repeat or a report', async () => {
    expect(await bench.warehouse.inventoryItem(asSku('NO-SUCH-SKU'))).toBeNull();
    expect(await bench.warehouse.product('PRD-NONE')).toBeNull();
    expect(await bench.warehouse.order(asExtensivOrderId('EXT-1'))).toBeNull();
    expect(await bench.warehouse.orderStatus(asExtensivOrderId('EXT-1'))).toBeNull();
    expect((await bench.counts())[itemRoute]).toBe(1);
    expect(bench.records.captured).toEqual([]);
  });

  it('takes a gateway’s page with status 404 for no word of the warehouse', async () => {
    const notFound = { status: 404, body: '<html><title>404 Not Found</title></html>' };
    await bench.fault({ match: { path: '^/api/v1/' }, fault: notFound });
    const unknown = { name: 'WarehouseError', kind: 'unknown', details: { status: 404 } };
    expect(await failure(bench.warehouse.orderStatus(asExtensivOrderId('EXT-1')))).toMatchObject(unknown);
    expect(await failure(bench.warehouse.findOrderByNumber('VL-1001'))).toMatchObject(unknown);
    expect(await failure(bench.warehouse.cancelOrder(asExtensivOrderId('EXT-1'), 'out of stock'))).toMatchObject(
      unknown,
    );
  });

  it('does not repeat a 400, and reports it once', async () => {
    await bench.fault({ match: item, fault: { status: 400, body: { error: 'invalid_request', message: 'no' } } });
    const error = await failure(bench.warehouse.inventoryItem(knownSku));
    expect(error).toMatchObject({ name: 'WarehouseError', kind: 'rejected', details: { status: 400, method: 'GET' } });
    expect((await bench.counts())[itemRoute]).toBe(1);
    expect(bench.records.captured).toHaveLength(1);
    expect(bench.records.captured[0]?.context).toMatchObject({
      route: '/api/v1/inventory/{sku}',
      attempt: 1,
      final: true,
    });
    expect(failuresLogged()).toEqual(['error']);
  });

  it.each([500, 502, 503, 504])('repeats a %i three times, and reports each', async (status) => {
    await bench.fault({ match: item, fault: { status } });
    const error = await failure(bench.warehouse.inventoryItem(knownSku));
    expect(error).toMatchObject({ kind: 'unknown', details: { status } });
    expect((await bench.counts())[itemRoute]).toBe(4);
    expect(bench.records.captured.map(({ context }) => [context.attempt, context.final])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    expect(failuresLogged()).toEqual(['warn', 'warn', 'warn', 'error']);
  });

  it.each([
    ['a 500', { status: 500 }],
    ['a reset connection', { reset: true }],
    ['an answer that is lost', { acceptThenDrop: true }],
    ['a truncated body', { truncate: true }],
    ['a body that is cut off but complete on the wire', { status: 200, body: '{"sku":"VTH-' }],
    ['a page of HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' }],
    ['a time-out', { delayMs: 5000 }, { timeoutMs: 600 }],
    ['a 429', { status: 429 }],
  ])('comes through two times %s', async (_name, fault, settings: { timeoutMs?: number } = {}) => {
    const { warehouse } = bench.client(settings);
    await bench.fault({ match: item, times: 2, fault });
    expect(await warehouse.inventoryItem(knownSku)).toMatchObject({ sku: knownSku, brand: 'VitalHemp' });
    expect((await bench.counts())[itemRoute]).toBe(3);
  });

  it('tells a 429 that does not end as busy', async () => {
    await bench.fault({ match: item, fault: { status: 429 } });
    expect(await failure(bench.warehouse.inventoryItem(knownSku))).toMatchObject({
      kind: 'busy',
      details: { status: 429 },
    });
    expect((await bench.counts())[itemRoute]).toBe(4);
    expect(bench.records.captured).toHaveLength(1);
  });

  it('waits 1, 2 and 4 times the base, never less', async () => {
    const { warehouse, records } = bench.client({ retryBaseMs: 40 });
    await bench.fault({ match: item, fault: { status: 503 } });
    await failure(warehouse.inventoryItem(knownSku));
    const { requests } = await bench.control<{ requests: { at: string }[] }>('GET', '/ledger?path=/api/v1/inventory');
    const times = requests.map(({ at }) => Date.parse(at));
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    // The ledger's clock counts whole milliseconds.
    expect(gaps[0]).toBeGreaterThanOrEqual(39);
    expect(gaps[1]).toBeGreaterThanOrEqual(79);
    expect(gaps[2]).toBeGreaterThanOrEqual(159);
    const announced = records.logs.flatMap(({ facts }) => (typeof facts.delayMs === 'number' ? [facts.delayMs] : []));
    expect(announced).toHaveLength(3);
    for (const [index, least] of [40, 80, 160].entries()) {
      expect(announced[index]).toBeGreaterThanOrEqual(least);
      expect(announced[index]).toBeLessThanOrEqual(least + 4);
    }
  });

  it('waits as long as Retry-After says, in seconds', async () => {
    await bench.fault({ match: item, times: 1, fault: { status: 429 }, retryAfter: 1 });
    const startedAt = Date.now();
    expect(await bench.warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('waits as long as Retry-After says, as an HTTP date', async () => {
    const inTwoSeconds = new Date(Date.now() + 2000).toUTCString();
    await bench.fault({ match: item, times: 1, fault: { status: 503 }, retryAfter: inTwoSeconds });
    expect(await bench.warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(inTwoSeconds));
  });

  it('follows no redirect: the token would go wherever it points', async () => {
    await bench.fault({ match: item, fault: { status: 302, headers: { location: '/api/v1/products' } } });
    expect(await failure(bench.warehouse.inventoryItem(knownSku))).toMatchObject({ details: { status: 302 } });
    expect((await bench.counts())['GET /api/v1/products']).toBeUndefined();
  });

  it('does not take a list that is gone for an empty one', async () => {
    await bench.fault({ match: { path: '/api/v1/inventory' }, fault: { status: 404 } });
    expect(await failure(collect(bench.warehouse.inventory()))).toMatchObject({
      kind: 'rejected',
      details: { status: 404 },
    });
  });
});

describe('the guide’s error matrix, on creating an order', () => {
  const createRoute = 'POST /api/v1/orders';
  const create = { method: 'POST', path: '/api/v1/orders' };

  it('creates it once, with the number as idempotency key', async () => {
    const created = await bench.warehouse.createOrder(orderRequest(knownSku));
    expect(created).toEqual({ extensivOrderId: 'EXT-100001', adopted: false });
    const { requests } = await bench.control<{ requests: object[] }>('GET', '/ledger?method=POST&path=/api/v1/orders');
    expect(requests).toMatchObject([{ status: 201, orderNumber: 'VL-1001', idempotencyKey: 'VL-1001' }]);
  });

  it('adopts the order that a 409 names', async () => {
    const first = await bench.warehouse.createOrder(orderRequest(knownSku));
    expect(await bench.warehouse.createOrder(orderRequest(knownSku))).toEqual({ ...first, adopted: true });
  });

  it('looks up the order when a 409 names one of another number', async () => {
    const other = await bench.warehouse.createOrder({ ...orderRequest(knownSku), orderNumber: 'VL-1000' });
    const own = await bench.warehouse.createOrder(orderRequest(knownSku));
    const body = { error: 'duplicate_order', id: other.extensivOrderId };
    await bench.fault({ match: create, fault: { status: 409, body } });
    expect(await bench.warehouse.createOrder(orderRequest(knownSku))).toEqual({ ...own, adopted: true });
  });

  it('looks up the order when a 409 does not name it', async () => {
    const first = await bench.warehouse.createOrder(orderRequest(knownSku));
    await bench.fault({ match: create, fault: { status: 409, body: { error: 'conflict' } } });
    expect(await bench.warehouse.createOrder(orderRequest(knownSku))).toEqual({ ...first, adopted: true });
    expect(await failure(bench.warehouse.createOrder(orderRequest(knownSku, { orderNumber: 'VL-9' })))).toMatchObject({
      kind: 'rejected',
    });
  });

  it.each([400, 403, 422])('is rejected by %i, without a repeat', async (status) => {
    await bench.fault({ match: create, fault: { status } });
    expect(await failure(bench.warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'rejected' });
    expect((await bench.counts())[createRoute]).toBe(1);
    expect(bench.records.captured).toHaveLength(1);
  });

  it('says which SKU the warehouse does not know', async () => {
    const error = await failure(bench.warehouse.createOrder(orderRequest('NO-SUCH-SKU')));
    expect(error).toMatchObject({ kind: 'rejected' });
    expect(error.message).toContain('unknown_sku (NO-SUCH-SKU)');
  });

  it.each([
    ['a 500', { status: 500 }],
    ['a 503', { status: 503 }],
    ['a reset connection', { reset: true }],
    ['an answer that is lost', { acceptThenDrop: true }],
    ['a truncated body', { truncate: true }],
    ['a success that is no JSON', { status: 201, body: 'created' }],
    ['a redirect', { status: 303, headers: { location: '/api/v1/orders/EXT-7' } }],
    ['a success without an id', { status: 201, body: { ok: true } }],
    ['a time-out', { delayMs: 5000 }],
  ])('is unknown after %s, and never sent again', async (_name, fault) => {
    const { warehouse } = bench.client({ timeoutMs: 200 });
    await bench.fault({ match: create, fault });
    expect(await failure(warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'unknown' });
    expect((await bench.counts())[createRoute]).toBe(1);
  });

  it('finds the order whose answer was lost', async () => {
    await bench.fault({ match: create, times: 1, fault: { acceptThenDrop: true } });
    await failure(bench.warehouse.createOrder(orderRequest(knownSku)));
    expect(await bench.warehouse.findOrderByNumber('VL-1001')).toMatchObject({
      extensivOrderId: 'EXT-100001',
      orderNumber: 'VL-1001',
      status: 'received',
    });
    expect(await bench.warehouse.findOrderByNumber('VL-1002')).toBeNull();
  });

  it('is repeated after a 429 and after a refused token: nothing happened then', async () => {
    await bench.fault([
      { match: create, times: 2, fault: { status: 429 } },
      { match: create, times: 1, fault: { revokeTokens: true } },
    ]);
    expect(await bench.warehouse.createOrder(orderRequest(knownSku))).toMatchObject({ adopted: false });
    expect((await bench.counts())[createRoute]).toBe(4);
  });

  it('is busy when the 429s do not end', async () => {
    await bench.fault({ match: create, fault: { status: 429 }, retryAfter: 0 });
    expect(await failure(bench.warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'busy' });
    expect((await bench.counts())[createRoute]).toBe(4);
  });

  it('is busy when the connection is refused, and when there is no token to be had', async () => {
    await bench.fault({ match: { path: '/oauth' }, fault: { status: 503 } });
    expect(await failure(bench.warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'busy' });
    expect((await bench.counts())[createRoute]).toBeUndefined();
    await bench.redis.set('extensiv:access_token', 'some-token');
    const { warehouse } = bench.client({ baseUrl: 'http://127.0.0.1:1' });
    expect(await failure(warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'busy' });
  });

  it('is unknown when the process stops while the answer is awaited', async () => {
    const stop = new AbortController();
    const { warehouse } = bench.client({ signal: stop.signal });
    await warehouse.inventoryItem(knownSku);
    await bench.fault({ match: create, fault: { delayMs: 5000 } });
    const outcome = failure(warehouse.createOrder(orderRequest(knownSku)));
    await expect.poll(async () => (await bench.counts())[createRoute]).toBe(1);
    stop.abort();
    expect(await outcome).toMatchObject({ kind: 'unknown' });
    expect(await failure(warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'busy' });
    expect((await bench.counts())[createRoute]).toBe(1);
  });
});

describe('cancelling an order', () => {
  const cancel = { method: 'PATCH', path: '/api/v1/orders/' };

  it('says what became of it', async () => {
    const { extensivOrderId: id } = await bench.warehouse.createOrder(orderRequest(knownSku));
    expect(await bench.warehouse.cancelOrder(asExtensivOrderId('EXT-1'), 'changed my mind')).toBe('missing');
    expect(await bench.warehouse.cancelOrder(id, 'changed my mind')).toBe('cancelled');
    expect(await bench.warehouse.cancelOrder(id, 'changed my mind')).toBe('cancelled');
    const later = await bench.warehouse.createOrder(orderRequest(knownSku, { orderNumber: 'VL-1002' }));
    await bench.control('POST', `/orders/${later.extensivOrderId}/advance`, { to: 'shipped' });
    expect(await bench.warehouse.cancelOrder(later.extensivOrderId, 'too late')).toBe('too-late');
    expect(await bench.warehouse.orderStatus(later.extensivOrderId)).toMatchObject({
      status: 'shipped',
      trackingNumber: expect.stringMatching(/^1Z/),
      carrier: expect.any(String),
    });
  });

  it('is repeated after an answer that is lost', async () => {
    const { extensivOrderId: id } = await bench.warehouse.createOrder(orderRequest(knownSku));
    await bench.fault({ match: cancel, times: 1, fault: { acceptThenDrop: true } });
    expect(await bench.warehouse.cancelOrder(id, 'changed my mind')).toBe('cancelled');
    expect((await bench.counts())['PATCH /api/v1/orders/{id}']).toBe(2);
  });
});
