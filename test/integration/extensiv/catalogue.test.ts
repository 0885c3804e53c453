import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatOrderNumber } from '../../../src/domain/order/order-number.js';
import { asSku } from '../../../src/domain/shared/ids.js';
import type { InventoryPage } from '../../../src/processes/ports/warehouse.js';
import { collect } from '../../support/collect.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { type Bench, failure, orderRequest, startBench } from './support.js';

const listRoute = 'GET /api/v1/inventory';
const anItem = (sku: string) => ({ sku, product_name: sku, brand: 'VitalHemp', quantity_available: 1, price: '9.90' });

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

const items = (page: InventoryPage | undefined) =>
  (page?.readings() ?? []).flatMap((reading) => (reading.ok ? [reading.item] : []));

/** The next list requests are answered with these bodies, one after the other. */
async function answer(...bodies: unknown[]): Promise<void> {
  for (const body of bodies) {
    await bench.fault({ match: { path: '^/api/v1/inventory$' }, times: 1, fault: { status: 200, body } });
  }
}

describe('the inventory', () => {
  it('comes in pages of 1000 until the total is reached', async () => {
    await bench.control('POST', '/reset', { skus: 2500 });
    const pages = await collect(bench.warehouse.inventory());
    expect(pages.map(({ received, total }) => [received, total])).toEqual([
      [1000, 2500],
      [1000, 2500],
      [500, 2500],
    ]);
    expect(new Set(pages.flatMap((page) => items(page).map(({ sku }) => sku))).size).toBe(2500);
    expect((await bench.counts())[listRoute]).toBe(3);
  });

  it('is asked for two pages ahead of its reader, and for none beyond the last', async () => {
    await bench.control('POST', '/reset', { skus: 4500 });
    const pages = bench.warehouse.inventory()[Symbol.asyncIterator]();
    await pages.next();
    await pages.next();
    await expect.poll(async () => (await bench.counts())[listRoute]).toBe(4);
    const rest = [await pages.next(), await pages.next(), await pages.next(), await pages.next()];
    expect(rest.map(({ value }) => value?.received)).toEqual([1000, 1000, 500, undefined]);
    expect((await bench.counts())[listRoute]).toBe(5);
  });

  it('comes as the same pages as long as the warehouse sends the same', async () => {
    await bench.control('POST', '/reset', { skus: 2500 });
    const [one, two, three] = await collect(bench.warehouse.inventory());
    const again = await collect(bench.warehouse.inventory());
    expect([again[0] === one, again[1] === two, again[2] === three]).toEqual([true, true, true]);

    const [changed] = items(two);
    await bench.control('PUT', `/inventory/${changed?.sku}`, { quantity: 4321 });
    const after = await collect(bench.warehouse.inventory());
    expect([after[0] === one, after[1] === two, after[2] === three]).toEqual([true, false, true]);
    expect(items(after[1])[0]).toEqual({ ...changed, quantity: 4321 });
    expect(items(two)[0]).toEqual(changed);
  });

  it('tells bad items apart and says why', async () => {
    await bench.control('POST', '/inventory/raw', [
      { ...anItem('X-1'), sku: '' },
      { ...anItem('X-2'), quantity_available: -1 },
      { ...anItem('X-3'), quantity_available: 1.5 },
      { ...anItem('X-4'), price: 'ask us' },
      { ...anItem('X-5'), price: undefined },
      anItem('X-6'),
      'not even an object',
      { ...anItem('X-7'), brand: undefined, manufacturer: 'Kindred Root', price: undefined, unit_price: 12.3 },
    ]);
    const [page] = await collect(bench.warehouse.inventory());
    expect(page).toMatchObject({ received: 48, total: 48 });
    expect(items(page).slice(40)).toMatchObject([
      { sku: 'X-6', price: 990 },
      { sku: 'X-7', price: 1230, brand: 'Kindred Root' },
    ]);
    const bad = page?.readings().flatMap((reading, place) => {
      return reading.ok ? [] : [[reading.sku, place, reading.reason.split(':')[0]]];
    });
    expect(bad).toEqual([
      [null, 40, 'no sku'],
      ['X-2', 41, 'negative quantity'],
      ['X-3', 42, 'fractional quantity'],
      ['X-4', 43, 'price'],
      ['X-5', 44, 'price'],
      [null, 46, 'not an object'],
    ]);
  });

  it.each([
    ['a bare array', [anItem('A')]],
    ['items', { items: [anItem('A')] }],
    ['inventory', { inventory: [anItem('A')], took_ms: 3 }],
    ['products', { products: [anItem('A')] }],
    ['orders', { orders: [anItem('A')] }],
    ['data without paging', { data: [anItem('A')], meta: { cursor: null } }],
  ])('may come as %s, and is then one page', async (_name, body) => {
    await answer(body);
    const pages = await collect(bench.warehouse.inventory());
    expect(pages).toMatchObject([{ received: 1, total: null }]);
    expect(items(pages[0])).toMatchObject([{ sku: 'A' }]);
    expect((await bench.counts())[listRoute]).toBe(1);
  });

  it('may count its pages in text', async () => {
    await answer(
      { data: [anItem('A'), anItem('B')], page: '1', page_size: '2', total: '3' },
      { data: [anItem('C')], page: '2', page_size: '2', total: '3' },
    );
    expect(await collect(bench.warehouse.inventory())).toMatchObject([
      { received: 2, total: 3 },
      { received: 1, total: 3 },
    ]);
  });

  it('ends at a shorter page when there is no total', async () => {
    await answer(
      { data: [anItem('A'), anItem('B')], page: 1 },
      { data: [anItem('C'), anItem('D')], page: 2 },
      { data: [anItem('E')], page: 3 },
    );
    const pages = await collect(bench.warehouse.inventory());
    expect(pages.map(({ received }) => received)).toEqual([2, 2, 1]);
  });

  it.each([
    ['says so', { data: [anItem('A')], page: 1, total: 5 }],
    ['does not', { data: [anItem('A')], total: 5 }],
  ])('does not go round for ever when the warehouse repeats a page and %s', async (_name, body) => {
    await bench.fault({ match: { path: '/api/v1/inventory' }, fault: { status: 200, body } });
    const pages = await collect(bench.warehouse.inventory());
    // What is missing from the total is the caller's to see.
    expect(pages).toMatchObject([{ received: 1, total: 5 }]);
    expect((await bench.counts())[listRoute]).toBe(2);
  });

  it('passes on what the warehouse counts, right or wrong', async () => {
    await answer({ data: [anItem('A')], page: 1, page_size: 1000, total: 3 }, { data: [], page: 2, total: 3 });
    expect(await collect(bench.warehouse.inventory())).toMatchObject([{ received: 1, total: 3 }]);
  });

  it('fails when a page in the middle cannot be had', async () => {
    await bench.control('POST', '/reset', { skus: 1500 });
    const pages = bench.warehouse.inventory()[Symbol.asyncIterator]();
    expect((await pages.next()).value).toMatchObject({ received: 1000 });
    await bench.fault({ match: { path: '/api/v1/inventory' }, fault: { truncate: true } });
    expect(await failure(pages.next())).toMatchObject({ kind: 'unknown' });
  });

  it('stops when its reader does', async () => {
    await bench.control('POST', '/reset', { skus: 1500 });
    const stop = new AbortController();
    const pages = bench.warehouse.inventory({ signal: stop.signal })[Symbol.asyncIterator]();
    await pages.next();
    stop.abort();
    expect(await failure(pages.next())).toMatchObject({ kind: 'busy' });
    expect((await bench.counts())[listRoute]).toBe(1);
  });
});

describe('single things', () => {
  it('are mapped like the guide says', async () => {
    const raw = await bench.control<{ sku: string }>('PUT', '/inventory/A%2FB 1', {
      name: 'Oil',
      quantity: 7,
      price: '12.30',
      brand: 'VitalHemp',
      thc: '0.1%',
      batchNumber: 'L-1',
      coaLink: 'https://coa.example.com/1',
    });
    expect(raw.sku).toBe('A/B 1');
    expect(await bench.warehouse.inventoryItem(asSku('A/B 1'))).toEqual({
      sku: 'A/B 1',
      name: 'Oil',
      brand: 'VitalHemp',
      description: null,
      price: 1230,
      currency: 'USD',
      quantity: 7,
      thc: '0.1%',
      batchNumber: 'L-1',
      coaLink: 'https://coa.example.com/1',
    });
    expect(await bench.warehouse.inventoryItem(asSku('..'))).toBeNull();
  });

  it('include products, listed and by id', async () => {
    const [page] = await collect(bench.warehouse.products());
    expect(page).toMatchObject({ total: 40 });
    expect(page?.items).toHaveLength(40);
    const first = page?.items[0];
    expect(await bench.warehouse.product(first!.id)).toEqual(first);
    expect(first).toMatchObject({ sku: 'VTH-HON-0001', brand: 'VitalHemp', price: expect.any(Number) });
  });
});

describe('orders that changed', () => {
  it('are listed since a time and by status', async () => {
    await bench.control('POST', '/orders/seed', { count: 1200 });
    const { extensivOrderId } = await bench.warehouse.createOrder(orderRequest('VTH-HON-0001'));
    await bench.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'packed' });
    const all = await collect(bench.warehouse.ordersUpdatedSince('2026-01-01T00:00:00.000Z'));
    expect(all.map((orders) => orders.length)).toEqual([1000, 201]);
    const packed = await collect(bench.warehouse.ordersUpdatedSince('2026-01-01T00:00:00.000Z', ['packed', 'shipped']));
    expect(packed.flat()).toMatchObject([{ extensivOrderId, orderNumber: 'VL-1001', status: 'packed' }]);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect((await collect(bench.warehouse.ordersUpdatedSince(future))).flat()).toEqual([]);
  });

  it('hide no other order when one cannot be read', async () => {
    const orders = [
      { id: 1 },
      { id: 7, order_number: 'VL-7', status: 'ON_HOLD', updated_at: '2026-03-01T10:00:00+01:00' },
    ];
    await bench.fault({ match: { path: '/api/v1/orders' }, times: 1, fault: { status: 200, body: { orders } } });
    expect((await collect(bench.warehouse.ordersUpdatedSince('2026-01-01T00:00:00.000Z'))).flat()).toEqual([
      {
        extensivOrderId: '7',
        orderNumber: 'VL-7',
        status: 'on_hold',
        trackingNumber: null,
        carrier: null,
        updatedAt: '2026-03-01T09:00:00.000Z',
      },
    ]);
  });

  it('are found by number in a warehouse that ignores the filter', async () => {
    const row = (number: string) => ({ id: `E-${number}`, order_number: number, status: 'received' });
    const pages = [
      { data: [row('VL-1'), row('VL-2')], page: 1, total: 3 },
      { data: [row('VL-3')], page: 2, total: 3 },
    ];
    for (const body of [...pages, ...pages]) {
      await bench.fault({ match: { path: '/api/v1/orders' }, times: 1, fault: { status: 200, body } });
    }
    expect(await bench.warehouse.findOrderByNumber('VL-3')).toMatchObject({ extensivOrderId: 'E-VL-3' });
    expect(await bench.warehouse.findOrderByNumber('VL-4')).toBeNull();
  });

  it('are not taken for missing when the answer cannot be read', async () => {
    const body = { data: [{ order_number: 'VL-1' }] };
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await failure(bench.warehouse.findOrderByNumber('VL-1'))).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['has an order without a number', { data: [{ id: 'E-1', status: 'received' }], total: 1 }],
    ['calls the number by another name', { data: [{ id: 'E-1', OrderNumber: 'VL-1', status: 'received' }] }],
    ['is shorter than it says', { data: [], page: 1, page_size: 1000, total: 1 }],
  ])('are not taken for missing when the list %s', async (_, body) => {
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await failure(bench.warehouse.findOrderByNumber('VL-1'))).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['null', { data: null, page: 1, page_size: 1000, total: 0 }],
    ['left out', { _links: {}, total: '0' }],
  ])('are missing when the list is %s and counts none', async (_, body) => {
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await bench.warehouse.findOrderByNumber('VL-1')).toBeNull();
  });

  it.each([
    ['without a count', { data: null }],
    ['that counts one', { data: null, total: 1 }],
    ['of another shape', { data: {}, total: 0 }],
  ])('are not taken for missing by a list %s', async (_, body) => {
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await failure(bench.warehouse.findOrderByNumber('VL-1'))).toMatchObject({ kind: 'unknown' });
  });

  it('are found by a number in another case and with blanks around it', async () => {
    const orderNumber = formatOrderNumber(new Uint8Array(7));
    const body = { data: [{ id: 'E-1', order_number: ` ${orderNumber.toLowerCase()}  `, status: 'received' }] };
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await bench.warehouse.findOrderByNumber(orderNumber)).toMatchObject({ extensivOrderId: 'E-1', orderNumber });
  });

  it('are found as the one still worked on where a number is there twice', async () => {
    const row = (id: string, status: string) => ({ id, order_number: 'VL-1', status });
    const body = { data: [row('E-1', 'Cancelled'), row('E-2', 'picking')], total: 2 };
    await bench.fault({ match: { path: '/api/v1/orders' }, fault: { status: 200, body } });
    expect(await bench.warehouse.findOrderByNumber('VL-1')).toMatchObject({ extensivOrderId: 'E-2' });
  });
});
