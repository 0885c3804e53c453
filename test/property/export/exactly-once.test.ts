import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import { startWorkers } from '../../../src/workers.js';
import { randomRuns, randomTimeoutMs } from '../../support/runs.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

let others: TestStack;
let world: WarehouseWorld;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let skus: string[];

beforeAll(async () => {
  // They answer: what is tried again and again keeps the workers from what this is about, the longer the more orders.
  others = await startTestStack(['mail', 'stripe']);
  const { SMTP_URL, STRIPE_API_BASE, STRIPE_SECRET_KEY } = others.env;
  world = await startWarehouseWorld({
    SMTP_URL,
    STRIPE_API_BASE,
    STRIPE_SECRET_KEY,
    // Shorter than the delays among what can go wrong.
    EXTENSIV_TIMEOUT_MS: '400',
    EXPORT_BACKOFF_MS: '20',
    EFFECT_BACKOFF_MS: '50',
    STATUS_POLL_INTERVAL_SECONDS: '3600',
  });
  await world.sync();
  const { items } = await world.portal.projections.queries.products({ sort: '-stock', limit: 200 });
  skus = items.map(({ sku }) => sku);
  world.portal.relay.start();
  workers = await startWorkers(world.portal);
});
afterAll(async () => {
  await workers.stop();
  await world.close();
  await others.stop();
});

/** What can go wrong with one request; requests that ask for orders fail like those that create them. */
const fault = fc.oneof(
  fc.constantFrom(
    { acceptThenDrop: true },
    { truncate: true },
    { reset: true },
    { revokeTokens: true },
    { delayMs: 500 },
    { answerDelayMs: 500 },
  ),
  fc.constantFrom(400, 429, 500, 502, 503, 504).map((status) => ({ status })),
);
const script: fc.Arbitrary<object[]> = fc.array(
  fc.record({
    match: fc.record({ method: fc.constantFrom('POST', 'GET', 'PATCH'), path: fc.constant('/api/v1/orders') }),
    times: fc.integer({ min: 1, max: 4 }),
    fault,
  }),
  { minLength: 1, maxLength: 6 },
);
/** A warehouse that refuses a cancellation for good, which seldom comes up by chance. */
const cancelling = { method: 'PATCH', path: '/api/v1/orders' };
const refusing = [
  { match: cancelling, times: 2, fault: { status: 503 } },
  { match: cancelling, times: 1, fault: { status: 400 } },
];
/** Orders of a batch; some are cancelled after so many milliseconds, others never. */
const batch = fc.array(fc.option(fc.integer({ min: 0, max: 300 }), { freq: 3 }), { minLength: 1, maxLength: 5 });

it('whatever goes wrong, an order ends in the warehouse once, or failed or left there with an alert', {
  timeout: 1.5 * randomTimeoutMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(script, batch, async (faults, cancellations) => {
      await world.control('DELETE', '/faults');
      await world.fault(...faults);
      const cancelled: Promise<void>[] = [];
      const placed = await Promise.all(
        cancellations.map(async (afterMs, index) => {
          const order = await world.paidOrder(skus[index % skus.length]!);
          if (afterMs !== null) cancelled.push(sleep(afterMs).then(() => cancel(order.orderId)));
          return order;
        }),
      );
      // None of them may outlast the test and meet its store on the way down.
      await Promise.all([...cancelled, ...placed.map(({ orderId }) => untilSettled(orderId))]);
      await world.control('DELETE', '/faults');
      for (const order of placed) await expectOnce(order);
      // An operator's retry brings the failed ones there, and nothing there twice.
      await Promise.all(placed.map(({ orderId }) => untilExported(orderId)));
      for (const order of placed) await expectOnce(order);
    }),
    { numRuns: 1 + randomRuns(8), timeout: 60_000, endOnFailure: true, examples: [[refusing, [300]]] },
  );
});

async function cancel(orderId: OrderId): Promise<void> {
  const at = new Date().toISOString();
  const command = { type: 'CancelOrder', reason: 'changed plans', initiator: 'operator', at } as const;
  await world.portal.handler.handle(orders, orderId, command, context());
}

/** The export has ended, and a cancellation of it been tried at least once, with the faults still there. */
async function untilSettled(orderId: OrderId): Promise<void> {
  await until(`the export of ${orderId} has ended`, async () => {
    const { status } = await world.order(orderId);
    if (status !== 'cancelled') return status !== 'paid';
    const effect = await world.portal.effects.get(`wms-cancel:${orderId}`);
    return effect && (effect.status !== 'open' || effect.lastError !== null);
  });
}

async function untilExported(orderId: OrderId): Promise<void> {
  await until(`${orderId} is exported`, async () => {
    const { status } = await world.order(orderId);
    if (status === 'export_failed') await world.portal.useCases.retryExport({ orderId, reason: 'again' }, context());
    return status === 'exported' || status === 'cancelled';
  });
}

async function expectOnce({ orderId, orderNumber }: { orderId: OrderId; orderNumber: string }): Promise<void> {
  const there = async () => (await world.warehouseOrders()).filter((order) => order.order_number === orderNumber);
  const { status, extensivOrderId } = await world.order(orderId);
  if (status === 'cancelled') {
    const ended = await until(`the cancellation of ${orderNumber} in the warehouse has ended`, async () => {
      const effect = await world.portal.effects.get(`wms-cancel:${orderId}`);
      const order = await world.order(orderId);
      const left = (await there()).filter(({ status }) => status !== 'cancelled');
      return effect?.status === 'done' && (left.length === 0 || order.wmsCancellation === 'refused') && order;
    });
    if (ended.wmsCancellation === 'refused') {
      expect(await refused(ended.extensivOrderId)).not.toEqual([]);
      await expectAlert(orderId, 'wms-cancellation-refused');
    }
    expect((await there()).length).toBeLessThanOrEqual(1);
  } else if (status === 'exported') {
    expect((await there()).map(({ id }) => id)).toEqual([extensivOrderId]);
  } else {
    expect(status).toBe('export_failed');
    expect((await there()).length).toBeLessThanOrEqual(1);
    await expectAlert(orderId, 'order-export-failed');
  }
}

/** Requests about an order to which the warehouse has said that they will never do. */
async function refused(extensivOrderId: string | null) {
  const requests = await world.requests(`?path=/api/v1/orders/${extensivOrderId}`);
  return requests.filter(({ status }) => status === 400);
}

async function expectAlert(orderId: OrderId, alertKind: string): Promise<void> {
  await until(`an alert ${alertKind} about ${orderId}`, async () => {
    const alerts = await world.portal.effects.list({ kind: 'alert', subject: orderId, limit: 9 });
    return alerts.some(({ payload }) => payload.alertKind === alertKind);
  });
}
