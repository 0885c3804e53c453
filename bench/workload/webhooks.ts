import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import Stripe from 'stripe';
import type { Placed } from './orders.js';

const measureSeconds = 5;
const connections = 16;

/** How fast webhooks of a kind that the portal keeps and does nothing else about are acknowledged. */
export async function acknowledged(url: string, secret: string): Promise<{ rate: number; p99: number }> {
  const run = await autocannon({
    url,
    connections,
    duration: measureSeconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, ...signed(unhandled(), secret) }),
      },
    ],
  });
  const failures = run.non2xx + run.errors;
  if (failures > 0) throw new Error(`${failures} webhooks were refused by ${url}`);
  return { rate: run['2xx'] / run.duration, p99: run.latency.p99 };
}

/** Tells the portal that an order was paid. */
export async function tellPaid(url: string, secret: string, { order, payment }: Placed): Promise<void> {
  const paid = event('payment_intent.succeeded', {
    id: payment.paymentIntentId,
    object: 'payment_intent',
    amount: order.total,
    amount_received: order.total,
    currency: order.currency.toLowerCase(),
    metadata: { order_id: order.id },
  });
  const answer = await fetch(url, { method: 'POST', ...signed(paid, secret) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

function unhandled(): object {
  return event('customer.updated', { id: `cus_${randomUUID()}`, object: 'customer', description: 'x'.repeat(800) });
}

function event(type: string, object: object): object {
  return {
    id: `evt_${randomUUID()}`,
    object: 'event',
    api_version: '2026-01-28',
    type,
    created: Math.floor(Date.now() / 1000),
    data: { object },
  };
}

function signed(told: object, secret: string): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(told);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  return { headers: { 'content-type': 'application/json', 'stripe-signature': signature }, body };
}
