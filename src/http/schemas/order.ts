import { type Static, Type } from 'typebox';
import { orderStatuses } from '../../domain/order/status.js';
import { Currency, choice, closed, Instant, Money, NullableInstant, nullableString, text } from './fields.js';

const refundStatuses = ['none', 'requested', 'partial', 'succeeded', 'failed'] as const;

/** Lines of one order: more than any real basket has, few enough to reserve in one go. */
const MAX_LINES = 100;
/** Pieces of one line: a typing error beyond it, not an order. */
const MAX_QUANTITY = 10_000;

export const PlaceOrderBody = closed({
  customer: closed({
    name: text(200, { examples: ['Jane Doe'] }),
    email: Type.String({
      format: 'email',
      maxLength: 254,
      pattern: '^[^\\p{Cc}\\p{Cs}]*$',
      examples: ['jane@example.com'],
    }),
    phone: text(40, { blank: true, examples: ['+1 555 0100'] }),
    companyName: text(200, { blank: true, examples: ['Doe Wellness LLC'] }),
  }),
  shippingAddress: closed({
    street1: text(200, { examples: ['1 Main Street'] }),
    street2: Type.Optional(
      Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 200, pattern: '^[^\\p{Cc}\\p{Cs}]*$' }),
    ),
    city: text(100, { examples: ['Denver'] }),
    state: text(100, { examples: ['CO'] }),
    zip: text(20, { examples: ['80202'] }),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2', examples: ['US'] }),
  }),
  lineItems: Type.Array(
    closed({
      sku: text(64, { examples: ['VTH-HON-0001'] }),
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, examples: [2] }),
    }),
    { minItems: 1, maxItems: MAX_LINES, description: 'A SKU may appear on several lines; its quantities are summed' },
  ),
  deliveryMethod: choice(['pickup', 'delivery']),
  deliveryZone: Type.Optional(
    Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength: 64,
      pattern: '^[^\\p{Cc}\\p{Cs}]*$',
      description: 'For `delivery`',
    }),
  ),
});
export type PlaceOrderBody = Static<typeof PlaceOrderBody>;

const LineItem = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  brandId: Type.String(),
  brand: Type.String(),
  quantity: Type.Integer(),
  unitPrice: Money,
  lineTotal: Money,
  thc: nullableString(),
  batchNumber: nullableString(),
  coaLink: nullableString(),
});

const Payouts = Type.Object(
  {
    rule: Type.Object({ version: Type.Integer(), brandShareBps: Type.Integer({ description: 'Basis points' }) }),
    entries: Type.Array(
      Type.Object({
        brandId: Type.String(),
        brand: Type.String(),
        gross: Money,
        brandShare: Money,
        platformShare: Money,
      }),
    ),
    brandTotal: Money,
    platformTotal: Money,
  },
  { description: 'How the paid amount is split; null until paid, and for buyers' },
);

export const CustomerSchema = Type.Object({
  name: Type.String(),
  email: Type.String(),
  phone: Type.String(),
  companyName: Type.String(),
});

export const OrderSchema = Type.Object(
  {
    id: Type.String(),
    orderNumber: Type.String(),
    status: choice(orderStatuses),
    refundStatus: choice(refundStatuses),
    customerId: nullableString(),
    customer: CustomerSchema,
    shippingAddress: Type.Object({
      street1: Type.String(),
      street2: nullableString(),
      city: Type.String(),
      state: Type.String(),
      zip: Type.String(),
      country: Type.String(),
    }),
    lineItems: Type.Array(LineItem),
    total: Money,
    currency: Currency,
    refundedTotal: Money,
    deliveryMethod: choice(['pickup', 'delivery']),
    deliveryZone: nullableString(),
    extensivOrderId: nullableString({ description: 'The order in the warehouse' }),
    trackingNumber: nullableString(),
    carrier: nullableString(),
    paymentIntentId: nullableString(),
    payouts: Type.Union([Payouts, Type.Null()]),
    revision: Type.Integer({ description: 'Of the last event; also the ETag' }),
    placedAt: Instant,
    paidAt: NullableInstant,
    exportedAt: NullableInstant,
    updatedAt: Instant,
  },
  { $id: 'Order', title: 'Order' },
);

export const Payment = Type.Object({
  paymentIntentId: Type.String(),
  clientSecret: Type.String({ description: 'For Stripe.js; do not store or log it' }),
});
