import type { OrderCommand } from '../../src/domain/order/commands.js';
import { orderDecider } from '../../src/domain/order/decider.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import type { Order } from '../../src/domain/order/state.js';
import type { LineItem } from '../../src/domain/order/values.js';
import { asBrandId, asExtensivOrderId, asOrderId, asSku } from '../../src/domain/shared/ids.js';
import { acceptedSteps, historyOf } from './fold.js';

/** An example order of 100.00 USD: 75.00 of Vital Hemp and 25.00 of Green Leaf, so 70.00 to brands and 30.00 to us. */

/** Minute `n` after nine on the day of the examples. */
export function minute(n: number): string {
  return new Date(Date.UTC(2026, 2, 1, 9, n)).toISOString();
}

/** An id that is the same in every run. */
export function exampleId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export const vitalHemp = asBrandId('vital-hemp');
export const greenLeaf = asBrandId('green-leaf');

/** What the warehouse calls it. */
export const extensivOrderId = asExtensivOrderId('EX-1');

export const rule = { version: 1, brandShareBps: 7000 };

export function line(sku: string, brandId: string, quantity: number, unitPrice: number): LineItem {
  return {
    sku: asSku(sku),
    name: `Product ${sku}`,
    brandId: asBrandId(brandId),
    brand: brandId.toUpperCase(),
    quantity,
    unitPrice,
    lineTotal: quantity * unitPrice,
    thc: null,
    batchNumber: null,
    coaLink: null,
  };
}

export const placeOrder: Extract<OrderCommand, { type: 'PlaceOrder' }> = {
  type: 'PlaceOrder',
  orderId: asOrderId('o1'),
  orderNumber: 'VL-7K3M-9QXT-2WCD',
  customerId: 'c1',
  customer: { name: 'Ada Byron', email: 'ada@example.com', phone: '555-0100', companyName: 'Engines Ltd' },
  shippingAddress: {
    street1: '1 Main St',
    street2: null,
    city: 'Denver',
    state: 'CO',
    zip: '80202',
    country: 'US',
  },
  lineItems: [line('HEMP-1', 'vital-hemp', 3, 2500), line('LEAF-1', 'green-leaf', 1, 2500)],
  currency: 'USD',
  deliveryMethod: 'delivery',
  deliveryZone: 'north',
  at: minute(0),
  expiresAt: minute(30),
};

/** The body of `POST /orders` that asks for a part of it. */
export function orderBody() {
  return {
    customer: { ...placeOrder.customer },
    shippingAddress: { ...placeOrder.shippingAddress },
    lineItems: [{ sku: 'HEMP-1', quantity: 3 }],
    deliveryMethod: 'delivery',
    deliveryZone: 'north',
  };
}

export const pay: Extract<OrderCommand, { type: 'RecordPayment' }> = {
  type: 'RecordPayment',
  paymentIntentId: 'pi_1',
  amount: 10_000,
  currency: 'USD',
  rule,
  brandShareOverrides: {},
  stockHeld: true,
  at: minute(2),
};

export const confirmExport: Extract<OrderCommand, { type: 'ConfirmExport' }> = {
  type: 'ConfirmExport',
  extensivOrderId,
  adopted: false,
  at: minute(4),
};

export function observe(status: string, at = minute(10), trackingNumber: string | null = null): OrderCommand {
  return { type: 'ObserveWmsStatus', status, trackingNumber, carrier: trackingNumber ? 'UPS' : null, at };
}

export function refund(
  stripeRefundId: string,
  amount: number,
  status: 'succeeded' | 'failed' | 'pending' = 'succeeded',
  at = minute(20),
): Extract<OrderCommand, { type: 'RecordRefund' }> {
  return { type: 'RecordRefund', stripeRefundId, amount, currency: 'USD', status, reason: 'declined', at };
}

export function cancel(initiator: 'buyer' | 'operator' | 'wms' | 'portal' = 'operator', at = minute(15)): OrderCommand {
  return { type: 'CancelOrder', reason: 'changed plans', initiator, at };
}

/** The events of the commands in turn, from an empty stream; every one of them must be accepted. */
export function history(...commands: readonly OrderCommand[]): OrderEvent[] {
  return historyOf(orderDecider, commands);
}

/** The order after these commands; those that are refused change nothing. */
export function orderAfter(commands: readonly OrderCommand[]): Order {
  const order = [...acceptedSteps(orderDecider, commands)].at(-1)?.after;
  if (!order) throw new Error('the order was never placed');
  return order;
}

/** Commands that lead an order to each stage. */
export const toPaid: readonly OrderCommand[] = [placeOrder, pay];
export const toExported: readonly OrderCommand[] = [...toPaid, { type: 'AttemptExport', at: minute(3) }, confirmExport];
export const toShipped: readonly OrderCommand[] = [...toExported, observe('shipped', minute(10), '1Z999')];
export const toDelivered: readonly OrderCommand[] = [...toShipped, observe('delivered', minute(11))];
