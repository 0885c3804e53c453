import type { OrderEvent } from '../../domain/order/events.js';
import { counted, decimal, moment, money, percent } from '../../domain/shared/words.js';

/** The part of an order's life that an event belongs to. */
export type Chapter = 'order' | 'payment' | 'payouts' | 'refunds' | 'warehouse' | 'delivery' | 'mail';

export interface Telling {
  readonly chapter: Chapter;
  /** What happened, in two or three words. */
  readonly title: string;
  /** The same with its particulars. */
  readonly sentence: string;
}

/** An event in plain words. @returns null for a type this version does not know */
export function tell(event: OrderEvent): Telling | null {
  if (!Object.hasOwn(tellings, event.type)) return null;
  const [chapter, title, sentence] = tellings[event.type];
  return { chapter, title, sentence: (sentence as (data: OrderEvent['data']) => string)(event.data) };
}

type Data<Type extends OrderEvent['type']> = Extract<OrderEvent, { type: Type }>['data'];

const tellings: {
  readonly [Type in OrderEvent['type']]: readonly [Chapter, string, (data: Data<Type>) => string];
} = {
  OrderPlaced: [
    'order',
    'Order placed',
    ({ lineItems, total, currency, deliveryMethod, deliveryZone, expiresAt }) =>
      `${counted(lineItems.length, 'line')}, ${money(total, currency)}, ${deliveryMethod}` +
      `${deliveryZone ? ` to zone ${deliveryZone}` : ''}; its stock is held until ${moment(expiresAt)}`,
  ],
  PaymentInitiated: [
    'payment',
    'Payment opened',
    ({ paymentIntentId, amount, currency }) => `${paymentIntentId} over ${money(amount, currency)}`,
  ],
  PaymentFailed: ['payment', 'Payment failed', ({ paymentIntentId, reason }) => `${paymentIntentId}: ${reason}`],
  OrderPaid: [
    'payment',
    'Payment received',
    ({ paymentIntentId, amount, currency }) => `${money(amount, currency)} by ${paymentIntentId}`,
  ],
  PaymentConflicted: [
    'payment',
    'Payment does not fit',
    ({ paymentIntentId, reason, amount, expectedAmount, currency }) =>
      // What was due is of the currency of the order.
      `${paymentIntentId} brought ${money(amount, currency)}` +
      `${reason === 'currency' ? '' : ` where ${decimal(expectedAmount, currency)} was due`} (${reason})`,
  ],
  PayoutsAllocated: [
    'payouts',
    'Payouts allocated',
    ({ rule, brandTotal, platformTotal, currency }) =>
      `${money(brandTotal, currency)} to brands, ${money(platformTotal, currency)} to the platform, by rule ` +
      `${rule.version} (${percent(rule.brandShareBps)} to brands)`,
  ],
  PayoutsReversed: [
    'payouts',
    'Payouts adjusted',
    ({ brandTotal, platformTotal, refundedTotal, currency }) =>
      `${money(brandTotal, currency)} at brands and ${money(platformTotal, currency)} at the platform, for ` +
      `${money(refundedTotal, currency)} refunded in all`,
  ],
  ExportAttempted: [
    'warehouse',
    'Request to the warehouse',
    ({ attempt }) => `attempt ${attempt} to create the order there, recorded before it was sent`,
  ],
  OrderExported: [
    'warehouse',
    'Order in the warehouse',
    ({ extensivOrderId, adopted }) =>
      adopted ? `${extensivOrderId}, adopted: an earlier attempt had created it` : `created as ${extensivOrderId}`,
  ],
  OrderExportFailed: [
    'warehouse',
    'Export given up',
    ({ attempts, reason }) => `after ${counted(attempts, 'attempt')}: ${reason}`,
  ],
  ExportStated: [
    'warehouse',
    'Export settled by hand',
    ({ extensivOrderId, reason }) =>
      `by an operator, ${extensivOrderId === null ? 'as not there' : `as ${extensivOrderId}`}: ${reason}`,
  ],
  ExportRetried: ['warehouse', 'Export retried', ({ reason }) => `by an operator: ${reason}`],
  StatusChanged: [
    'warehouse',
    'Status changed',
    ({ from, to, source, reason, trackingNumber, carrier }) =>
      `${from} → ${to}, told by ${source}${parcel(trackingNumber, carrier)}${because(reason)}`,
  ],
  StatusConflicted: [
    'warehouse',
    'Status not applied',
    ({ kind, observed, current }) => `${observed} was seen while the order was ${current} (${kind})`,
  ],
  OrderCancelled: ['order', 'Order cancelled', ({ reason, initiator }) => `by ${initiator}: ${reason}`],
  OrderExpired: ['order', 'Order expired', () => 'it was not paid in time; its stock went back'],
  OrderReinstated: ['order', 'Order reinstated', () => 'a late payment found its stock again'],
  WmsCancellationConfirmed: [
    'warehouse',
    'Cancelled in the warehouse',
    ({ extensivOrderId }) => `${extensivOrderId} is cancelled there too`,
  ],
  WmsCancellationRefused: [
    'warehouse',
    'Cancellation refused',
    ({ extensivOrderId, reason }) => `${extensivOrderId} stays: ${reason}`,
  ],
  WmsCancellationClosed: ['warehouse', 'Cancellation closed by hand', ({ reason }) => `by an operator: ${reason}`],
  NotificationSent: ['mail', 'Mail sent', ({ kind, messageId }) => `${kind}, ${messageId}`],
  NotificationFailed: ['mail', 'Mail failed', ({ kind, reason }) => `${kind}: ${reason}`],
  DeliveryScheduled: ['delivery', 'Delivery scheduled', ({ reference }) => `with the delivery partner as ${reference}`],
  DeliverySchedulingFailed: ['delivery', 'Delivery not scheduled', ({ reason }) => reason],
  RefundRequested: [
    'refunds',
    'Refund requested',
    ({ refundId, amount, currency, reason }) => `${money(amount, currency)} as ${refundId}: ${reason}`,
  ],
  RefundSucceeded: [
    'refunds',
    'Refund made',
    ({ stripeRefundId, amount, currency }) => `${money(amount, currency)} by ${stripeRefundId}`,
  ],
  RefundFailed: ['refunds', 'Refund failed', ({ stripeRefundId, reason }) => `${stripeRefundId}: ${reason}`],
  RefundPending: [
    'refunds',
    'Refund under way',
    ({ stripeRefundId, amount, currency }) => `${money(amount, currency)} by ${stripeRefundId}`,
  ],
  ChargeRefundObserved: [
    'refunds',
    'Refunds seen',
    ({ amountRefunded, currency }) => `the payment provider counts ${money(amountRefunded, currency)} refunded in all`,
  ],
  CustomerDataErased: [
    'order',
    'Personal data erased',
    () => 'customer and address are gone, at the customer’s request',
  ],
  DisputeOpened: [
    'payment',
    'Dispute opened',
    ({ disputeId, amount, currency, reason }) => `${disputeId} over ${money(amount, currency)}: ${reason}`,
  ],
};

function parcel(trackingNumber: string | null, carrier: string | null): string {
  const parts = [carrier, trackingNumber].filter(Boolean);
  return parts.length > 0 ? `, parcel ${parts.join(' ')}` : '';
}

function because(reason: string | null): string {
  return reason ? `: ${reason}` : '';
}
