import { type Static, Type } from 'typebox';
import { BasisPoints, MinorUnits, NullableText, record, Text } from '../shared/event-schema.js';
import { BrandId, Sku } from '../shared/ids.js';

/** What an order and its events are made of. Recorded as they are here, so a change of shape is a new version of the events. */

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
  sku: Sku,
  name: Text,
  brandId: BrandId,
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
  brandId: BrandId,
  brand: Text,
  gross: MinorUnits,
  brandShareBps: BasisPoints,
  brandShare: MinorUnits,
  platformShare: MinorUnits,
});
export type PayoutEntry = Static<typeof PayoutEntry>;

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

/** What a mail says that can change after it went out; amounts in minor units. */
export interface Said {
  readonly trackingNumber: string | null;
  readonly refundedTotal: number;
}

/** What all mails of an order have said of that: every number, and the last total. */
export interface Mailed {
  readonly trackingNumbers: readonly string[];
  readonly refundedTotal: number;
}
