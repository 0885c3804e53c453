import { randomBytes } from 'node:crypto';
import type { OrderCommand } from '../../src/domain/order/commands.js';
import { formatOrderNumber, orderNumberSeedBytes } from '../../src/domain/order/order-number.js';
import type { LineItem } from '../../src/domain/order/values.js';
import { asExtensivOrderId, type OrderId } from '../../src/domain/shared/ids.js';

/** What happens at one step of an order's life, at the time `at` (ISO 8601). */
export interface Step {
  order(at: string): OrderCommand;
  /** What the step does to the stock of each line. */
  stock?: 'reserve' | 'commit' | 'release';
}

const address = { street1: '1 Main St', street2: null, city: 'Denver', state: 'CO', zip: '80202', country: 'US' };
const rule = { version: 1, brandShareBps: 7000 };

const payWithinSeconds = 30 * 60;

/** How many of a hundred orders go each way; the others are delivered without a hitch. */
const expiring = 8;
const cancelled = 7;
const failingFirst = 5;

/** The steps of one order, oldest first. `next` decides which way it goes. */
export function orderLife(orderId: OrderId, buyer: number, lines: readonly LineItem[], next: () => number): Step[] {
  const amount = lines.reduce((sum, line) => sum + line.lineTotal, 0);
  const payment = { paymentIntentId: `pi_${orderId}`, currency: 'USD' };
  const place: Step = {
    stock: 'reserve',
    order: (at) => ({
      type: 'PlaceOrder',
      orderId,
      orderNumber: formatOrderNumber(randomBytes(orderNumberSeedBytes)),
      customerId: `buyer-${buyer}`,
      customer: {
        name: `Buyer ${buyer}`,
        email: `buyer-${buyer}@example.com`,
        phone: '+1 303 555 0100',
        companyName: `Dispensary ${buyer % 400}`,
      },
      shippingAddress: address,
      lineItems: lines,
      currency: 'USD',
      deliveryMethod: buyer % 2 ? 'pickup' : 'delivery',
      deliveryZone: buyer % 2 ? null : 'north',
      at,
      expiresAt: later(at, payWithinSeconds),
    }),
  };
  const ask: Step = { order: (at) => ({ type: 'InitiatePayment', ...payment, amount, at }) };
  const declined: Step = {
    order: (at) => ({ type: 'RecordPaymentFailure', ...payment, reason: 'card_declined', at }),
  };
  const paid: Step = {
    order: (at) => ({
      type: 'RecordPayment',
      ...payment,
      amount,
      rule,
      brandShareOverrides: {},
      stockHeld: true,
      at,
    }),
  };
  const expire: Step = {
    stock: 'release',
    order: (at) => ({ type: 'ExpireOrder', at: later(at, payWithinSeconds) }),
  };
  const cancel: Step = {
    stock: 'release',
    order: (at) => ({ type: 'CancelOrder', reason: 'changed plans', initiator: 'buyer', at }),
  };
  const refunded: Step = {
    order: (at) => ({
      type: 'RecordRefund',
      stripeRefundId: `re_${orderId}`,
      amount,
      currency: 'USD',
      status: 'succeeded',
      reason: 'requested_by_customer',
      paymentIntentId: payment.paymentIntentId,
      at,
    }),
  };
  const fulfilment: Step[] = [
    { order: (at) => ({ type: 'AttemptExport', at }) },
    {
      stock: 'commit',
      order: (at) => ({
        type: 'ConfirmExport',
        extensivOrderId: asExtensivOrderId(`EX-${orderId}`),
        adopted: false,
        at,
      }),
    },
    mail(orderId, 'order-confirmation'),
    seen('picking'),
    seen('packed'),
    seen('shipped', `1Z${orderId.slice(0, 12)}`),
    mail(orderId, 'shipped'),
    seen('delivered'),
    mail(orderId, 'delivered'),
  ];

  const way = next() * 100;
  if (way < expiring) return [place, ask, expire];
  if (way < expiring + cancelled) return [place, ask, paid, cancel, refunded, mail(orderId, 'cancelled')];
  const first = way < expiring + cancelled + failingFirst ? [place, ask, declined] : [place, ask];
  return [...first, paid, ...fulfilment];
}

function seen(status: string, trackingNumber: string | null = null): Step {
  const carrier = trackingNumber ? 'UPS' : null;
  return { order: (at) => ({ type: 'ObserveWmsStatus', status, trackingNumber, carrier, at }) };
}

function mail(orderId: OrderId, kind: 'order-confirmation' | 'shipped' | 'delivered' | 'cancelled'): Step {
  const messageId = `<${kind}.${orderId}@example.com>`;
  const said = { trackingNumber: null, refundedTotal: 0 };
  return { order: (at) => ({ type: 'RecordNotification', kind, messageId, said, at }) };
}

function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}
