import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, placeOrder, toExported } from '../../support/orders.js';

const portal = memoryPortal();
let app: FastifyInstance;
beforeAll(async () => {
  app = await buildApp(portal.options);
});
afterAll(() => app.close());

describe('a payout statement as CSV', () => {
  const expected = [
    'at,order_number,order_id,brand_id,brand,kind,gross,brand_share,platform_share,currency',
    `2026-03-01T09:05:00.000Z,VL-1,o1,evil,"'=SUM(A1), ""Evil""",reversal,-0.05,-0.03,-0.02,USD`,
    `2026-03-01T09:05:00.000Z,VL-1,o1,evil,"'=SUM(A1), ""Evil""",allocation,0.10,0.07,0.03,USD`,
    ',,,,,total,0.05,0.04,0.01,USD',
    '',
  ];

  it.each([
    ['the query asks for it', '/api/v1/payouts?format=csv&brandId=evil', 'application/json'],
    [
      'Accept asks for it',
      '/api/v1/payouts?brandId=evil',
      '*/*;q=0.1, Text/CSV;header=present, application/json;q=0.5',
    ],
  ])('comes when %s, and its totals are the sums of its lines', async (_when, url, accept) => {
    const answer = await app.inject({ url, headers: { accept } });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="payouts.csv"',
      vary: expect.stringMatching(/^accept, authorization/),
    });
    expect(answer.body.split('\r\n')).toEqual(expected);
    expect(portal.calls.at(-1)).toEqual({ useCase: 'queries.payoutEntries', request: { brandId: 'evil' } });
  });

  it.each([
    ['/api/v1/payouts', '*/*'],
    ['/api/v1/payouts', 'application/json, text/csv'],
    ['/api/v1/payouts?format=json', 'text/csv'],
  ])('does not come for %s with Accept: %s', async (url, accept) => {
    const answer = await app.inject({ url, headers: { accept } });
    expect(answer.json()).toMatchObject({ items: [], complete: true });
  });
});

describe("a brand's share", () => {
  it.each([8_000, null])('is set to %s', async (brandShareBps) => {
    const payload = { brandShareBps, reason: 'new contract' };
    const answer = await app.inject({ method: 'PUT', url: '/api/v1/brands/vital-hemp/share', payload });
    expect([answer.statusCode, answer.json()]).toEqual([200, { id: 'vital-hemp', brandShareBps }]);
    expect(answer.headers['x-event-position']).toBe('7/7');
    expect(portal.calls.at(-1)?.request).toEqual({ brandId: 'vital-hemp', ...payload });
  });

  it.each([-1, 10_001, 70.5, '7000'])('is never %s', async (brandShareBps) => {
    const payload = { brandShareBps, reason: 'new contract' };
    const answer = await app.inject({ method: 'PUT', url: '/api/v1/brands/vital-hemp/share', payload });
    expect(answer.statusCode).toBe(400);
  });
});

describe('a refund by an operator', () => {
  it('of a part shows as requested, and a second one has to wait', async () => {
    portal.addOrder(exampleId(1), toExported);
    const ask = (payload: object) =>
      app.inject({ method: 'POST', url: `/api/v1/orders/${exampleId(1)}/refunds`, payload });
    const first = await ask({ amount: 2_500, reason: 'one was damaged' });
    expect([first.statusCode, first.json().refundStatus]).toEqual([200, 'requested']);
    expect(portal.eventsOf(exampleId(1)).at(-1)).toMatchObject({ type: 'RefundRequested', data: { amount: 2_500 } });
    const second = await ask({ reason: 'all of it' });
    expect([second.statusCode, second.json().code]).toEqual([409, 'illegal-transition']);
  });

  it('of an unpaid order, or of more than it cost, is refused', async () => {
    portal.addOrder(exampleId(2), [placeOrder]);
    portal.addOrder(exampleId(3), toExported);
    const ask = (n: number, amount: number) =>
      app.inject({ method: 'POST', url: `/api/v1/orders/${exampleId(n)}/refunds`, payload: { amount, reason: 'r' } });
    expect((await ask(2, 1)).json().code).toBe('not-paid');
    expect((await ask(3, 10_001)).json().code).toBe('invalid-command');
    expect((await ask(3, 0)).statusCode).toBe(400);
  });
});

describe('what is reserved of a SKU', () => {
  it('is listed with its orders', async () => {
    const answer = await app.inject('/api/v1/inventory/HEMP-1/reservations');
    expect(answer.json()).toMatchObject({
      sku: 'HEMP-1',
      reserved: 2,
      items: [{ orderNumber: 'VL-1', quantity: 2, state: 'held' }],
    });
  });

  it('answers 404 for an unknown SKU', async () => {
    expect((await app.inject('/api/v1/inventory/NOPE/reservations')).statusCode).toBe(404);
  });
});
