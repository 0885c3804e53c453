import { type Static, Type } from 'typebox';
import {
  BasisPoints,
  Currency,
  type EventsOf,
  MinorUnits,
  NullableText,
  record,
  Text,
  Timestamp,
} from '../shared/event-schema.js';

/** Events of the stream `order-{orderId}`: data schemas by event type. */

export const Customer = record({ name: Text, email: Text, phone: Type.String(), companyName: Type.String() });
export type Customer = Static<typeof Customer>;

export const ShippingAddress = record({
  street1: Text,
  street2: NullableText,
  city: Text,
  state: Text,
  zip: Text,
  country: Text,
});
export type ShippingAddress = Static<typeof ShippingAddress>;

/** A line as sold: names, price and lot are those of our catalogue at the moment of placing. */
export const LineItem = record({
  sku: Text,
  name: Text,
  brandId: Text,
  brand: Text,
  quantity: Type.Integer({ minimum: 1 }),
  unitPrice: MinorUnits,
  lineTotal: MinorUnits,
  thc: NullableText,
  batchNumber: NullableText,
  coaLink: NullableText,
});
export type LineItem = Static<typeof LineItem>;

export const DeliveryMethod = Type.Union([Type.Literal('pickup'), Type.Literal('delivery')]);
export type DeliveryMethod = Static<typeof DeliveryMethod>;

export const PayoutRule = record({ version: Type.Integer({ minimum: 1 }), brandShareBps: BasisPoints });
export type PayoutRule = Static<typeof PayoutRule>;

/** One brand's part of an order; `gross = brandShare + platformShare`. `brandShareBps` is the rate applied to it. */
export const PayoutEntry = record({
  brandId: Text,
  brand: Text,
  gross: MinorUnits,
  brandShareBps: BasisPoints,
  brandShare: MinorUnits,
  platformShare: MinorUnits,
});
export type PayoutEntry = Static<typeof PayoutEntry>;

const WmsStatus = Type.Union([
  Type.Literal('picking'),
  Type.Literal('packed'),
  Type.Literal('shipped'),
  Type.Literal('delivered'),
]);

/** Who or what caused a change: the buyer, an operator, the warehouse, or the portal itself (time-outs). */
export const Initiator = Type.Union([
  Type.Literal('buyer'),
  Type.Literal('operator'),
  Type.Literal('wms'),
  Type.Literal('portal'),
]);
export type Initiator = Static<typeof Initiator>;

export const NotificationKind = Type.Union([
  Type.Literal('order-confirmation'),
  Type.Literal('ready-for-pickup'),
  Type.Literal('shipped'),
  Type.Literal('delivered'),
  Type.Literal('cancelled'),
  Type.Literal('refunded'),
]);
export type NotificationKind = Static<typeof NotificationKind>;

/** Whose money goes back: a refund of another payment than the one that paid the order does not touch its payouts. */
const RefundedIntent = Type.Optional(NullableText);

/** Whose refund it is: the portal's id of it, null for one made by hand. Absent in version 1, and where nobody knows. */
const OwnRefund = Type.Optional(NullableText);

export const orderEventSchemas = {
  OrderPlaced: record({
    orderId: Text,
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
  OrderExported: record({ extensivOrderId: Text, adopted: Type.Boolean(), exportedAt: Timestamp }),
  OrderExportFailed: record({ reason: Type.String(), attempts: Type.Integer({ minimum: 0 }), failedAt: Timestamp }),
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
  WmsCancellationConfirmed: record({ extensivOrderId: Text, confirmedAt: Timestamp }),
  WmsCancellationRefused: record({ extensivOrderId: Text, reason: Type.String(), refusedAt: Timestamp }),
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
        brandId: Text,
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
