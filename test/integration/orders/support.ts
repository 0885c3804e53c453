import Stripe from 'stripe';
import { currentEvent } from '../../../src/commands/event-reading.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import type { Order } from '../../../src/domain/order/state.js';
import { fold } from '../../support/fold.js';
import type { Answer } from '../../support/json-http.js';
import { type Placed, products, streamOf, type TestPortal } from '../../support/portal.js';
import { until } from '../../support/until.js';

/** An event of the payment provider, as it would send it. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly data: { readonly object: Record<string, unknown> };
}

/** Delivers an event, signed as the provider signs. */
export function deliver(portal: TestPortal, event: ProviderEvent): Promise<Answer<{ stored?: boolean }>> {
  const payload = JSON.stringify({ object: 'event', api_version: '2026-01-28', ...event });
  const secret = portal.stack.env.STRIPE_WEBHOOK_SECRET ?? '';
  return portal.api('POST', '/api/v1/webhooks/stripe', payload, {
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
  });
}

/** Delivers an event and waits until the portal has done with it. @returns what became of it */
export async function deliverAndSettle(portal: TestPortal, event: ProviderEvent): Promise<string> {
  const { status } = await deliver(portal, event);
  if (status !== 200) throw new Error(`${event.type} was answered ${status}`);
  return settled(portal, event.id);
}

export function settled(portal: TestPortal, eventId: string, unlike = 'received'): Promise<string> {
  return until(`the webhook ${eventId} is done with`, async () => {
    const [row] = await portal.sql<{ status: string }>('select status from portal.webhooks where event_id = $1', [
      eventId,
    ]);
    return row && row.status !== unlike ? row.status : undefined;
  });
}

let made = 0;

/** An event of our own making. */
export function providerEvent(type: string, object: Record<string, unknown>): ProviderEvent {
  made += 1;
  return { id: `evt_made_${made}`, type, created: Math.floor(Date.now() / 1000), data: { object } };
}

export function succeeded({ order, payment }: Placed, change: Record<string, unknown> = {}): ProviderEvent {
  return providerEvent('payment_intent.succeeded', {
    id: payment.paymentIntentId,
    object: 'payment_intent',
    amount: order.total,
    amount_received: order.total,
    currency: order.currency.toLowerCase(),
    metadata: { order_id: order.id },
    ...change,
  });
}

/** What the provider has to tell of a payment, whether or not it was delivered yet. */
export async function eventsOf(portal: TestPortal, { payment }: Placed): Promise<ProviderEvent[]> {
  const key = portal.stack.env.STRIPE_SECRET_KEY ?? '';
  const answer = await fetch(`${portal.stack.urls.stripe}/v1/events?limit=100`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { data } = (await answer.json()) as { data: ProviderEvent[] };
  const { paymentIntentId } = payment;
  return data.filter(
    ({ data: { object } }) => object.id === paymentIntentId || object.payment_intent === paymentIntentId,
  );
}

/** The order as its stream tells it now. */
export async function orderOf(portal: TestPortal, orderId: string): Promise<Order> {
  const events = (await streamOf(portal, orderId)).map((event) => currentEvent(event) as OrderEvent);
  const order = fold(orderDecider, events);
  if (!order) throw new Error(`there is no order ${orderId}`);
  return order;
}

/** Resolves with the order as soon as it is as wanted. */
export function untilOrder(portal: TestPortal, orderId: string, what: string, is: (order: Order) => boolean) {
  return until(`the order is ${what}`, async () => {
    const order = await orderOf(portal, orderId);
    return is(order) && order;
  });
}

/** A body of `POST /orders` for one product. */
export async function orderBody(portal: TestPortal, change: { pick?: number; quantity?: number } = {}) {
  const product = (await products(portal))[change.pick ?? 0];
  if (!product) throw new Error('there is nothing in stock');
  return {
    customer: { name: 'Ada Byron', email: 'ada@example.com', phone: '+1 555 0100', companyName: 'Engines Ltd' },
    shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
    lineItems: [{ sku: product.sku, quantity: change.quantity ?? 1 }],
    deliveryMethod: 'pickup',
  };
}

interface ProviderRefund {
  readonly id: string;
  readonly amount: number;
  readonly status: string;
}

/** Refunds the provider has made for a payment. */
export async function refundsOf(portal: TestPortal, { payment }: Placed): Promise<ProviderRefund[]> {
  const key = portal.stack.env.STRIPE_SECRET_KEY ?? '';
  const url = `${portal.stack.urls.stripe}/v1/refunds?payment_intent=${payment.paymentIntentId}&limit=100`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  return ((await answer.json()) as { data: ProviderRefund[] }).data;
}

export async function stockOf(portal: TestPortal, sku: string) {
  const answer = await portal.api<{ stock: number; reserved: number; available: number }>(
    'GET',
    `/api/v1/inventory/${sku}`,
  );
  return answer.body;
}

/** The warehouse has so many of a SKU from now on, and the portal knows. */
export async function setStock(portal: TestPortal, sku: string, quantity: number): Promise<void> {
  await portal.wms('PUT', `/inventory/${sku}`, { quantity_available: quantity });
  await until(`there are ${quantity} of ${sku}`, async () => {
    // A sync that is under way is joined, and may have read the warehouse before.
    await portal.api('POST', '/api/v1/inventory/sync?wait=true');
    return (await stockOf(portal, sku)).stock === quantity;
  });
}
