import { expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import { placeOrder } from '../../../src/commands/place-order.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { asOrderId, asSku, type Sku } from '../../../src/domain/shared/ids.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context, knowing, locks } from '../../support/known-order.js';
import { orderBody } from '../../support/orders.js';
import { silentLogger } from '../../support/telemetry.js';

const [a, free, euros] = [asSku('A'), asSku('FREE'), asSku('EUROS')];

async function placed(...skus: Sku[]) {
  const handler = await knowing([]);
  for (const item of [{ sku: a }, { sku: free, price: 0 }, { sku: euros, currency: 'EUR' }]) {
    await handler.handle(inventory, item.sku, snapshot(item), context);
  }
  const payment = { paymentIntentId: 'pi_1', clientSecret: 's' };
  const outcome = await placeOrder(
    {
      ...{ handler, clock, locks, logger: silentLogger, reservationTtlSeconds: 1_800 },
      ids: { next: () => 'o1' },
      idempotencyKeys: { claim: async ({ orderId, at }) => ({ orderId, at }) },
      payments: { createPaymentIntent: async () => payment, paymentIntent: async () => payment },
    },
    {
      ...orderBody(),
      ...{ idempotencyKey: null, customerId: null, deliveryMethod: 'pickup', deliveryZone: null },
      lineItems: skus.map((sku) => ({ sku, quantity: 2 })),
    },
    context,
  );
  const held = async (sku: Sku) => (await handler.load(inventory, sku)).state?.reserved;
  return {
    outcome: isRejection(outcome) ? outcome.code : (await handler.load(orders, asOrderId('o1'))).state?.total,
    held: [await held(a), await held(free), await held(euros)],
  };
}

it('holds the stock of an order, over all its lines', async () => {
  expect(await placed(a, free, a)).toEqual({ outcome: 10_000, held: [4, 2, 0] });
});

it.each([
  ['costs nothing', [free]],
  ['is in two currencies', [a, euros]],
])('gives back the stock of an order that %s', async (_what, skus) => {
  expect(await placed(...skus)).toEqual({ outcome: 'invalid-command', held: [0, 0, 0] });
});
