import { Type } from 'typebox';
import { Currency, type EventsOf, MinorUnits, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';
import { BrandId, ExtensivOrderId, OrderId } from '../shared/ids.js';
import {
  Customer,
  DeliveryMethod,
  Initiator,
  LineItem,
  NotificationKind,
  PayoutEntry,
  PayoutRule,
  ShippingAddress,
} from './values.js';

const WmsStatus = Type.Union([
  Type.Literal('picking'),
  Type.Literal('packed'),
  Type.Literal('shipped'),
  Type.Literal('delivered'),
]);

/** Whose money goes back: a refund of another payment than the one that paid the order does not touch its payouts. */
const RefundedIntent = Type.Optional(NullableText);

/** Whose refund it is: the portal's id of it, null for one made by hand. Absent in version 1, and where nobody knows. */
const OwnRefund = Type.Optional(NullableText);

/** Events of the stream `order-{orderId}`: data schemas by event type. */
export const orderEventSchemas = {
  OrderPlaced: record({
    orderId: OrderId,
    orderNumber: Text,
    /** The buyer's `customer_id`, or null when the order was placed without one. */
    customerId: NullableText,
    customer: Customer,
    shippingAddress: ShippingAddress,
    lineItems: Type.Array(LineItem, { minItems: 1 }),
    total: MinorUnits,
    currency: Currency,
    deliveryMethod: DeliveryMethod,
    deliveryZone: NullableText,
    placedAt: Timestamp,
    /** When the reservation lapses unless the order is paid. */
    expiresAt: Timestamp,
  }),
  PaymentInitiated: record({ paymentIntentId: Text, amount: MinorUnits, currency: Currency, initiatedAt: Timestamp }),
  PaymentFailed: record({ paymentIntentId: Text, reason: Type.String(), failedAt: Timestamp }),
  OrderPaid: record({ paymentIntentId: Text, amount: MinorUnits, currency: Currency, paidAt: Timestamp }),
  /** A payment message that disagrees with the order; for operators, changes no status. */
  PaymentConflicted: record({
    paymentIntentId: Text,
    reason: Type.Union([Type.Literal('amount'), Type.Literal('currency'), Type.Literal('duplicate-payment')]),
    expectedAmount: MinorUnits,
    amount: MinorUnits,
    currency: Currency,
    observedAt: Timestamp,
  }),
  PayoutsAllocated: record({
    rule: PayoutRule,
    currency: Currency,
    entries: Type.Array(PayoutEntry),
    brandTotal: MinorUnits,
    platformTotal: MinorUnits,
    allocatedAt: Timestamp,
  }),
  ExportAttempted: record({ attempt: Type.Integer({ minimum: 1 }), attemptedAt: Timestamp }),
  /** `adopted`: the order was found in the warehouse by its number instead of being created by this attempt. */
  OrderExported: record({ extensivOrderId: ExtensivOrderId, adopted: Type.Boolean(), exportedAt: Timestamp }),
  OrderExportFailed: record({ reason: Type.String(), attempts: Type.Integer({ minimum: 0 }), failedAt: Timestamp }),
  /** What an operator has learnt from the warehouse of an order whose export has no outcome; a null id: it is not there. */
  ExportStated: record({
    extensivOrderId: Type.Union([Type.Unsafe<ExtensivOrderId>(Type.String()), Type.Null()]),
    reason: Type.String(),
    statedAt: Timestamp,
  }),
  ExportRetried: record({ reason: Type.String(), retriedAt: Timestamp }),
  StatusChanged: record({
    from: Text,
    to: WmsStatus,
    source: Initiator,
    reason: NullableText,
    trackingNumber: NullableText,
    carrier: NullableText,
    changedAt: Timestamp,
  }),
  /** Something was observed that must not be applied: a status backwards, an unknown status, a vanished order. */
  StatusConflicted: record({
    kind: Type.Union([Type.Literal('regression'), Type.Literal('unknown-status'), Type.Literal('missing-in-wms')]),
    current: Text,
    observed: Type.String(),
    observedAt: Timestamp,
  }),
  OrderCancelled: record({ reason: Type.String(), initiator: Initiator, cancelledAt: Timestamp }),
  OrderExpired: record({ expiredAt: Timestamp }),
  /** A late payment found its stock again: the expired order is live once more. */
  OrderReinstated: record({ reinstatedAt: Timestamp }),
  WmsCancellationConfirmed: record({ extensivOrderId: ExtensivOrderId, confirmedAt: Timestamp }),
  WmsCancellationRefused: record({ extensivOrderId: ExtensivOrderId, reason: Type.String(), refusedAt: Timestamp }),
  /** An operator has dealt with an order that is cancelled here and went on in the warehouse. */
  WmsCancellationClosed: record({ reason: Type.String(), closedAt: Timestamp }),
  NotificationSent: record({ kind: NotificationKind, messageId: Text, sentAt: Timestamp }),
  NotificationFailed: record({ kind: NotificationKind, reason: Type.String(), failedAt: Timestamp }),
  DeliveryScheduled: record({ reference: Text, scheduledAt: Timestamp }),
  DeliverySchedulingFailed: record({ reason: Type.String(), failedAt: Timestamp }),
  /** The portal wants this much back to the buyer; at most one such request is open at a time. */
  RefundRequested: record({
    refundId: Text,
    amount: MinorUnits,
    currency: Currency,
    reason: Type.String(),
    requestedAt: Timestamp,
  }),
  /** `stripeRefundId` identifies the refund, whoever made it; `amount` is that refund's own amount. */
  RefundSucceeded: record({
    stripeRefundId: Text,
    amount: MinorUnits,
    currency: Currency,
    succeededAt: Timestamp,
    paymentIntentId: RefundedIntent,
    refundId: OwnRefund,
  }),
  RefundFailed: record({
    stripeRefundId: Text,
    amount: MinorUnits,
    reason: Type.String(),
    failedAt: Timestamp,
    paymentIntentId: RefundedIntent,
    refundId: OwnRefund,
  }),
  /** A refund was made and has not arrived yet: no money is counted as returned. */
  RefundPending: record({
    stripeRefundId: Text,
    amount: MinorUnits,
    currency: Currency,
    observedAt: Timestamp,
    paymentIntentId: RefundedIntent,
    refundId: OwnRefund,
  }),
  /** The provider's running total for the charge grew; it names no refund, so it counts beside those known by id. */
  ChargeRefundObserved: record({
    amountRefunded: MinorUnits,
    currency: Currency,
    observedAt: Timestamp,
    paymentIntentId: RefundedIntent,
  }),
  /** `refundedTotal` is the cumulative refund this reversal brings the ledger to; entries are signed changes. */
  PayoutsReversed: record({
    refundedTotal: MinorUnits,
    currency: Currency,
    entries: Type.Array(
      record({
        brandId: BrandId,
        brand: Text,
        gross: Type.Integer(),
        brandShare: Type.Integer(),
        platformShare: Type.Integer(),
      }),
    ),
    brandTotal: Type.Integer(),
    platformTotal: Type.Integer(),
    reversedAt: Timestamp,
  }),
  /** The customer asked for it: customer and address are gone, here and, with their key, in `OrderPlaced`. */
  CustomerDataErased: record({ erasedAt: Timestamp }),
  DisputeOpened: record({
    disputeId: Text,
    amount: MinorUnits,
    currency: Currency,
    reason: Type.String(),
    openedAt: Timestamp,
  }),
};

export type OrderEvent = EventsOf<typeof orderEventSchemas>;
