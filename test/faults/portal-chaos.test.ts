import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PartName } from '../../embedded/stack/index.js';
import type { OrderView } from '../../src/projections/views.js';
import {
  type Placed,
  pay,
  products,
  quickPolling,
  startPortal,
  streamOf,
  type TestPortal,
  warehouseOrders,
} from '../support/portal.js';
import { randomRuns } from '../support/runs.js';
import { expectReadModelsToEqualStreams } from '../support/truth.js';
import { until } from '../support/until.js';

/**
 * More rounds, or the rounds of a failure again:
 * `CHAOS_ROUNDS=50 CHAOS_SEED=123 npx vitest run test/faults/portal-chaos.test.ts`.
 */
const rounds = Number(process.env.CHAOS_ROUNDS ?? randomRuns(6));
const seed = Number(process.env.CHAOS_SEED ?? 2026);
const ordersPerRound = 5;

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal(quickPolling, { programs: ['postgres', 'eventstoredb'] });
}, 120_000);
afterAll(() => portal?.stop());

const victims: readonly PartName[] = ['portal', 'portal', 'eventstoredb', 'postgres', 'redis'];
const faults = [
  { acceptThenDrop: true },
  { truncate: true },
  { reset: true },
  { status: 503 },
  { answerDelayMs: 1000 },
  { revokeTokens: true },
];

/** A round: who dies when, what the warehouse does meanwhile, and which orders their buyers cancel. */
const round = fc.record({
  victim: fc.constantFrom(...victims),
  afterMs: fc.integer({ min: 0, max: 800 }),
  downMs: fc.integer({ min: 0, max: 800 }),
  fault: fc.constantFrom(...faults),
  method: fc.constantFrom('POST', 'GET', 'PATCH'),
  orders: fc.array(
    fc.record({
      payAfterMs: fc.integer({ min: 0, max: 600 }),
      cancelAfterMs: fc.option(fc.integer({ max: 1500, min: 0 })),
    }),
    { minLength: ordersPerRound, maxLength: ordersPerRound },
  ),
});

it(`whatever dies, every order ends as it should (seed ${seed})`, { timeout: 60_000 + rounds * 30_000 }, async () => {
  const wanted: { orderId: string; orderNumber: string; cancelled: boolean }[] = [];
  for (const plan of fc.sample(round, { numRuns: rounds, seed })) {
    await portal.wms('POST', '/faults', {
      match: { method: plan.method, path: '/api/v1/orders' },
      times: 3,
      fault: plan.fault,
    });
    const crash = sleep(plan.afterMs).then(async () => {
      await portal.stack.kill(plan.victim);
      await sleep(plan.downMs);
      await portal.stack.start(plan.victim);
    });
    const lives = plan.orders.map(async ({ payAfterMs, cancelAfterMs }, index) => {
      const placed = await placePatiently(index);
      await sleep(payAfterMs);
      await pay(portal, placed, 2);
      const cancelled = cancelAfterMs !== null;
      if (cancelled) {
        await sleep(cancelAfterMs);
        await patiently(() =>
          portal.api('POST', `/api/v1/orders/${placed.order.id}/cancel`, { reason: 'changed plans' }),
        );
      }
      wanted.push({ orderId: placed.order.id, orderNumber: placed.order.orderNumber, cancelled });
    });
    await Promise.all([crash, ...lives]);
    await portal.wms('DELETE', '/faults');
  }

  for (const { orderId, orderNumber, cancelled } of wanted) {
    const status = cancelled ? 'cancelled' : 'exported';
    await until(
      `${orderNumber} is ${status}`,
      async () => {
        const { body } = await portal.api<OrderView>('GET', `/api/v1/orders/${orderId}`);
        if (body.status === 'export_failed') {
          await portal.api('POST', `/api/v1/orders/${orderId}/export/retry`, { reason: 'the warehouse is well again' });
        }
        return body.status === status && (!cancelled || body.refundStatus === 'succeeded');
      },
      60_000,
    );
  }
  await until(
    'nothing is owed any more',
    async () => {
      const rows = await portal.sql(
        "select key, last_error from portal.effects where status = 'open' and due_at is null",
        [],
      );
      if (rows.length > 0) throw new Error(JSON.stringify(rows));
      return true;
    },
    60_000,
  );

  for (const { orderId, orderNumber, cancelled } of wanted) {
    const events = await streamOf(portal, orderId);
    const count = (type: string) => events.filter((event) => event.type === type).length;
    const inWarehouse = await warehouseOrders(portal, orderNumber);
    const story = `${orderNumber}: ${events.map(({ type }) => type)}`;
    expect(count('OrderPaid'), story).toBe(1);
    expect(count('PayoutsAllocated'), story).toBe(1);
    if (cancelled) {
      expect(count('RefundSucceeded'), story).toBe(1);
      expect(inWarehouse.length, story).toBeLessThanOrEqual(1);
      expect(
        inWarehouse.map(({ status }) => status).filter((status) => status !== 'cancelled'),
        story,
      ).toEqual([]);
    } else {
      expect(count('OrderExported'), story).toBe(1);
      expect(
        inWarehouse.map(({ status }) => status),
        story,
      ).toEqual(['received']);
    }
  }
  await expectReadModelsToEqualStreams(portal);
});

/** As a client does it: the same request under the same key until it is answered. */
async function placePatiently(pick: number): Promise<Placed> {
  const key = randomUUID();
  const sku = await patiently(async () => {
    const found = (await products(portal))[pick];
    return { status: found ? 200 : 503, body: found };
  });
  const answer = await patiently(() =>
    portal.api<Placed>(
      'POST',
      '/api/v1/orders',
      {
        customer: { name: 'Ada Byron', email: 'ada@example.com', phone: '+1 555 0100', companyName: 'Engines Ltd' },
        shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
        lineItems: [{ sku: sku.body?.sku, quantity: 1 }],
        deliveryMethod: 'pickup',
      },
      { 'idempotency-key': key },
    ),
  );
  if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  if (answer.body.payment) return answer.body;
  const payment = await patiently(() => portal.api('POST', `/api/v1/orders/${answer.body.order.id}/payment`));
  return { ...answer.body, payment: payment.body as Placed['payment'] };
}

async function patiently<Answer extends { status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  return until('an answer', async () => {
    const answer = await ask();
    return answer.status < 500 && answer;
  });
}
