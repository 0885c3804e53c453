import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { orderBody } from '../../support/orders.js';

const portal = memoryPortal();
let app: FastifyInstance;
let order: string;
beforeAll(async () => {
  app = await buildApp(portal.options);
  const placed = await app.inject({ method: 'POST', url: '/api/v1/orders', payload: orderBody() });
  order = placed.json().order.id;
});
afterAll(() => app.close());

const reads = [
  '/products?limit=5',
  '/products/HEMP-1',
  '/inventory',
  '/inventory/HEMP-1',
  '/inventory/syncs',
  '/lots/B-1',
  '/orders',
  '/orders/ORDER',
  '/orders/ORDER/history',
  '/brands',
  '/payouts',
];

describe('a reader who holds an answer is told that it still stands', () => {
  it.each(reads)('%s', async (read) => {
    const url = `/api/v1${read.replace('ORDER', order)}`;
    for (const coding of ['identity', 'gzip', 'br']) {
      const first = await app.inject({ url, headers: { 'accept-encoding': coding } });
      expect(first.statusCode).toBe(200);
      const tag = String(first.headers.etag);
      expect(tag).toMatch(/^"[\w-]+"$/);
      for (const held of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await app.inject({ url, headers: { 'accept-encoding': coding, 'if-none-match': held } });
        expect([again.statusCode, again.body]).toEqual([304, '']);
        expect(again.headers['content-length']).toBeUndefined();
      }
      const other = await app.inject({ url, headers: { 'accept-encoding': coding, 'if-none-match': '"other"' } });
      expect([other.statusCode, other.body]).toEqual([200, first.body]);
    }
  });

  it.each(['/inventory', '/brands'])('by HEAD as by GET: %s', async (read) => {
    const url = `/api/v1${read}`;
    const { headers } = await app.inject({ method: 'HEAD', url });
    const again = await app.inject({ method: 'HEAD', url, headers: { 'if-none-match': String(headers.etag) } });
    expect(again.statusCode).toBe(304);
  });

  it('but not of what is no answer to a read', async () => {
    for (const url of ['/api/v1/products/NONE', '/api/v1/products?limit=0']) {
      expect((await app.inject({ url, headers: { 'if-none-match': '*' } })).headers.etag).toBeUndefined();
    }
    const url = `/api/v1/orders/${order}/payment`;
    const paying = await app.inject({ method: 'POST', url, headers: { 'if-none-match': '*' } });
    expect([paying.statusCode, paying.headers.etag]).toEqual([200, undefined]);
  });
});

const kept = ['/products?limit=5', '/products/HEMP-1', '/inventory', '/inventory/HEMP-1', '/inventory/HEMP-1?asOf=1'];

describe('a browser', () => {
  const ask = async (read: string, tag = '"none"') =>
    (await app.inject({ url: `/api/v1${read.replace('ORDER', order)}`, headers: { 'if-none-match': tag } })).headers;

  it.each([...kept, '/orders/ORDER'])('keeps %s for its user, to ask again each time', async (read) => {
    const first = await ask(read);
    const again = await ask(read, String(first.etag));
    for (const headers of [first, again]) {
      expect(headers['cache-control']).toBe('private, no-cache');
      expect(headers.vary).toMatch(/authorization, accept-encoding/);
    }
  });

  it.each([...reads.filter((read) => ![...kept, '/orders/ORDER'].includes(read)), '/inventory/HEMP-1/reservations'])(
    'keeps nothing of %s',
    async (read) => {
      expect((await ask(read))['cache-control']).toBe('no-store');
    },
  );

  it.each(['/products/NONE', '/products?limit=0', '/inventory/NONE', '/inventory/HEMP-1?asOf=2020-01-01'])(
    'keeps no problem: %s',
    async (read) => {
      expect((await ask(read))['cache-control']).toBe('no-store');
    },
  );
});

it('another answer has another tag', async () => {
  const tags = await Promise.all(
    ['/api/v1/inventory', '/api/v1/inventory/HEMP-1', '/api/v1/products/HEMP-1'].map(
      async (url) => (await app.inject(url)).headers.etag,
    ),
  );
  expect(new Set(tags).size).toBe(3);
});

it('the contract has it for every read but the event stream', async () => {
  const { paths } = (await app.inject('/openapi.json')).json();
  const without = Object.entries<{ get?: { responses: object } }>(paths)
    .filter(([path, { get }]) => path.startsWith('/api/v1') && get && !('304' in get.responses))
    .map(([path]) => path);
  expect(without).toEqual(['/api/v1/events']);
});
