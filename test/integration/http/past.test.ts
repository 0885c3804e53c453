import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { item } from '../../support/inventory.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, minute, placeOrder, toShipped } from '../../support/orders.js';
import { testTokens } from '../../support/tokens.js';

/** Event n of every stream here was recorded in minute n. */
describe('the past', () => {
  let app: FastifyInstance;
  afterEach(() => app.close());

  async function start(options: { tokens?: boolean } = {}) {
    const portal = memoryPortal();
    app = await buildApp({ ...portal.options, ...(options.tokens ? { authenticate: testTokens() } : {}) });
    portal.addOrder(exampleId(1), toShipped);
    return { app, portal, url: `/api/v1/orders/${exampleId(1)}` };
  }

  it('shows an order as of a revision', async () => {
    const { app, url } = await start();
    const past = await app.inject(`${url}?asOf=0`);
    expect(past.json()).toMatchObject({ status: 'awaiting_payment', revision: 0, paidAt: null, payouts: null });
    expect((await app.inject(url)).json()).toMatchObject({ status: 'shipped' });
  });

  it('shows an order as of a time: everything recorded up to it', async () => {
    const { app, url } = await start();
    const between = new Date(Date.parse(minute(1)) + 1).toISOString();
    expect((await app.inject(`${url}?asOf=${between}`)).json()).toMatchObject({ revision: 1, status: 'paid' });
    expect((await app.inject(`${url}?asOf=${minute(1)}`)).json()).toMatchObject({ revision: 1 });
  });

  it('answers 404 for a moment before the order, and for a revision it has not reached', async () => {
    const { app, url } = await start();
    for (const [asOf, why] of [
      ['2020-01-01', 'was not placed yet at that time'],
      ['99', 'has not come to that revision'],
    ]) {
      const answer = (await app.inject(`${url}?asOf=${asOf}`)).json();
      expect(answer).toMatchObject({ status: 404, detail: `The order ${why}.` });
    }
  });

  it('refuses what is no moment', async () => {
    const { app, url } = await start();
    for (const asOf of ['yesterday', '2026-02-30', '-1', '']) {
      expect((await app.inject(`${url}?asOf=${asOf}`)).json()).toMatchObject({ code: 'validation-failed' });
    }
    for (const [address, name] of [
      [url, 'asOf'],
      [`${url}/diff`, 'from'],
      [`${url}/diff`, 'to'],
      [`/api/v1/inventory/${item.sku}`, 'asOf'],
    ]) {
      const { detail } = (await app.inject(`${address}?${name}=2026-02-30`)).json();
      expect(detail).toBe(`query ${name}: is not a date of the calendar.`);
    }
  });

  it('tells what changed between two moments', async () => {
    const { app, url } = await start();
    const diff = (await app.inject(`${url}/diff?from=0&to=1`)).json();
    expect(diff).toMatchObject({ orderId: exampleId(1), from: { revision: 0 }, to: { revision: 1 } });
    expect(diff.changes).toContainEqual({ path: 'status', from: 'awaiting_payment', to: 'paid' });
    expect((await app.inject(`${url}/diff?from=1&to=1`)).json().changes).toEqual([]);
    const whole = (await app.inject(`${url}/diff`)).json();
    expect(whole.changes).toContainEqual({ path: 'status', from: 'awaiting_payment', to: 'shipped' });
  });

  it('keeps the past of others from a buyer, and payouts and diffs from every buyer', async () => {
    const { app, url } = await start({ tokens: true });
    const as = (who: string, path: string) => app.inject({ url: path, headers: { authorization: `Bearer ${who}` } });
    expect((await as('buyer:somebody-else', `${url}?asOf=0`)).statusCode).toBe(404);
    const own = await as(`buyer:${placeOrder.customerId}`, `${url}?asOf=2`);
    expect(own.json()).toMatchObject({ revision: 2, payouts: null });
    expect((await as('auditor', `${url}?asOf=2`)).json().payouts).not.toBeNull();
    expect((await as(`buyer:${placeOrder.customerId}`, `${url}/diff?from=0&to=1`)).statusCode).toBe(403);
  });

  it('shows the stock of a SKU as of a moment, and its events', async () => {
    const { app } = await start();
    const url = `/api/v1/inventory/${item.sku}`;
    expect((await app.inject(`${url}?asOf=0`)).json()).toMatchObject({
      available: 10,
      source: 'events',
      asOf: minute(0),
    });
    expect((await app.inject(`${url}?asOf=1`)).json()).toMatchObject({ reserved: 2, available: 8 });
    expect((await app.inject('/api/v1/inventory/NONE?asOf=1')).statusCode).toBe(404);
    const history = (await app.inject(`${url}/history`)).json();
    expect(history).toMatchObject({ sku: item.sku, verified: true });
    expect(history).not.toHaveProperty('fault');
    expect(history.events.map(({ type }: { type: string }) => type)).toEqual(['ProductListed', 'StockReserved']);
    expect(history.nextCursor).toBeNull();
  });

  it('shows the events of a SKU a page at a time, each page bound to the one before it', async () => {
    const { app, portal } = await start();
    const url = `/api/v1/inventory/${item.sku}/history`;
    const first = (await app.inject(`${url}?limit=1`)).json();
    expect(first).toMatchObject({ events: [{ revision: 0 }], verified: true, nextCursor: expect.any(String) });
    const next = `${url}?limit=1&cursor=${first.nextCursor}`;
    expect((await app.inject(next)).json()).toMatchObject({
      events: [{ revision: 1 }],
      verified: true,
      nextCursor: null,
    });
    expect((await app.inject(`${url}?limit=2`)).json()).toMatchObject({ events: [{}, {}], nextCursor: null });

    for (const foreign of [`/api/v1/inventory/NONE/history?cursor=${first.nextCursor}`, `${url}?cursor=abc`]) {
      expect((await app.inject(foreign)).json()).toMatchObject({ code: 'invalid-cursor' });
    }
    portal.spoil(item.sku, 0, ({ metadata }) => ({ metadata: { ...metadata, hash: 'f'.repeat(64) } }));
    expect((await app.inject(next)).json()).toMatchObject({
      events: [{ revision: 1 }],
      verified: false,
      fault: { revision: 1, reason: 'it does not follow the event before it' },
    });
  });
});
