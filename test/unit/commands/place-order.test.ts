import { expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import { placeOrder } from '../../../src/commands/place-order.js';
import { asOrderId } from '../../../src/domain/order/order-id.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context, knowing, locks } from '../../support/known-order.js';
import { orderBody } from '../../support/orders.js';
import { silentLogger } from '../../support/telemetry.js';

async function placed(...skus: string[]) {
  const handler = await knowing([]);
  for (const item of [{ sku: 'A' }, { sku: 'FREE', price: 0 }, { sku: 'EUROS', currency: 'EUR' }]) {
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
  const held = async (sku: string) => (await handler.load(inventory, sku)).state?.reserved;
  return {
    outcome: isRejection(outcome) ? outcome.code : (await handler.load(orders, asOrderId('o1'))).state?.total,
    held: [await held('A'), await held('FREE'), await held('EUROS')],
  };
}

it('holds the stock of an order, over all its lines', async () => {
  expect(await placed('A', 'FREE', 'A')).toEqual({ outcome: 10_000, held: [4, 2, 0] });
});

it.each([
  ['costs nothing', ['FREE']],
  ['is in two currencies', ['A', 'EUROS']],
])('gives back the stock of an order that %s', async (_what, skus) => {
  expect(await placed(...skus)).toEqual({ outcome: 'invalid-command', held: [0, 0, 0] });
});
