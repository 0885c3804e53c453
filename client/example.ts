import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, type Order, type PortalClient } from './index.js';

/** Polite: a warehouse takes minutes. */
const lookEveryMs = 250;

/**
 * Places an order of the best stocked product and follows it until it `is` as wanted.
 * @param options.onPlaced told of the order and its payment, which is to be made with Stripe.js
 * @throws RequestRefused, and the signal's reason when it is aborted first
 */
export async function placeAndFollow(
  portal: PortalClient,
  options: {
    is: (order: Order) => boolean;
    onPlaced: (order: Order, payment: { paymentIntentId: string; clientSecret: string }) => Promise<void> | void;
    signal: AbortSignal;
  },
): Promise<Order> {
  const { signal } = options;
  const stocked = await portal.GET('/api/v1/products', {
    params: { query: { inStock: true, sort: '-stock', limit: 1 } },
  });
  const [product] = dataOf(stocked).items;
  if (!product) throw new Error('nothing is in stock');

  const answer = await portal.POST('/api/v1/orders', {
    // The same key again gives the same order again, so that a lost answer costs nothing.
    params: { header: { 'idempotency-key': crypto.randomUUID() } },
    body: {
      customer: { name: 'Jane Doe', email: 'jane@example.com', phone: '+1 555 0100', companyName: 'Doe Wellness LLC' },
      shippingAddress: { street1: '1 Main Street', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
      lineItems: [{ sku: product.sku, quantity: 2 }],
      deliveryMethod: 'pickup',
    },
  });
  const { order, payment } = dataOf(answer);
  if (payment) await options.onPlaced(order, payment);

  // The first look includes the write, whichever process answers it.
  const position = answer.response.headers.get('x-event-position');
  const header = position === null ? {} : { 'x-min-event-position': position };
  for (;;) {
    const seen = dataOf(
      await portal.GET('/api/v1/orders/{id}', { params: { path: { id: order.id }, header }, signal }),
    );
    if (options.is(seen)) return seen;
    await sleep(lookEveryMs, undefined, { signal });
  }
}
