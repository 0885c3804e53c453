import { type Static, Type } from 'typebox';
import { maxPiecesPerSku } from '../../domain/order/placing.js';
import { orderStatuses } from '../../domain/order/status.js';
import {
  BrandId,
  BrandName,
  Currency,
  choice,
  closed,
  count,
  Instant,
  maybeText,
  money,
  NullableInstant,
  nullableString,
  OrderId,
  OrderNumber,
  phrase,
  Sku,
  skuKey,
  split,
  text,
} from './fields.js';
import { describedGoods } from './goods.js';

const refundStatuses = ['none', 'requested', 'partial', 'succeeded', 'failed'] as const;

const DeliveryMethod = choice(['pickup', 'delivery'], {
  description: 'Whether the buyer comes for it, or it is brought',
  examples: ['delivery'],
});

/** Lines of one order: more than any real basket has, few enough to reserve in one go. */
const maxLines = 100;

export const PlaceOrderBody = closed(
  {
    customer: closed(
      {
        name: text(200, { description: 'Who orders', examples: ['Jane Doe'] }),
        email: Type.String({
          format: 'email',
          maxLength: 254,
          pattern: '^[^\\p{Cc}\\p{Cs}]*$',
          description: 'Where confirmations go',
          examples: ['jane@example.com'],
        }),
        phone: maybeText(40, 'May be empty or left out', '+1 555 0100'),
        companyName: maybeText(200, 'May be empty or left out', 'Doe Wellness LLC'),
      },
      { description: 'Who orders' },
    ),
    shippingAddress: closed(
      {
        street1: text(200, { description: 'Street and number', examples: ['1 Main Street'] }),
        street2: maybeText(200, 'Suite, floor or building', 'Suite 200'),
        city: text(100, { description: 'Town or city', examples: ['Denver'] }),
        state: text(100, { description: 'State or province', examples: ['CO'] }),
        zip: text(20, { description: 'Postal code', examples: ['80202'] }),
        country: text(100, { description: 'ISO 3166-1 alpha-2, or its name', examples: ['US'] }),
      },
      { description: 'Where the goods go' },
    ),
    lineItems: Type.Array(
      closed({
        sku: skuKey('What to order'),
        quantity: Type.Integer({ minimum: 1, maximum: maxPiecesPerSku, description: 'Pieces', examples: [2] }),
      }),
      {
        minItems: 1,
        maxItems: maxLines,
        description: `A SKU may appear on several lines; its quantities are summed, to ${maxPiecesPerSku} pieces at most`,
      },
    ),
    deliveryMethod: DeliveryMethod,
    deliveryZone: maybeText(64, 'For `delivery`: where to', 'north'),
  },
  { description: 'The order as the buyer wants it' },
);
export type PlaceOrderBody = Static<typeof PlaceOrderBody>;

const LineItem = Type.Object({
  sku: Sku,
  name: phrase('The name of the product when it was ordered', 'Honey Hemp Tincture 30 ml'),
  brandId: BrandId,
  brand: BrandName,
  quantity: count('Pieces', 2),
  unitPrice: money('Of one piece when it was ordered', 2500),
  lineTotal: money('Of the line', 5000),
  ...describedGoods,
});

const Payouts = Type.Object(
  {
    rule: Type.Object(
      {
        version: count('Of the rule', 1),
        brandShareBps: count('Default share of a brand in basis points', 7000),
      },
      { description: 'The rule that was in force when the order was paid' },
    ),
    entries: Type.Array(
      Type.Object({
        brandId: BrandId,
        brand: BrandName,
        ...split,
      }),
      { description: 'One per brand' },
    ),
    brandTotal: money('Of all brands', 3500),
    platformTotal: money('Of the platform', 1500),
  },
  { description: 'Brand shares and platform share add up to the amount paid' },
);

export const CustomerSchema = Type.Object(
  {
    name: phrase('Who ordered', 'Jane Doe'),
    email: phrase('Where confirmations go', 'jane@example.com'),
    phone: phrase('May be empty', '+1 555 0100'),
    companyName: phrase('May be empty', 'Doe Wellness LLC'),
  },
  { description: 'The buyer, as the order names it' },
);

export const OrderSchema = Type.Object(
  {
    id: OrderId,
    orderNumber: OrderNumber,
    status: choice(orderStatuses, { description: 'How far the order is', examples: ['paid'] }),
    refundStatus: choice(refundStatuses, { description: 'Whether money went back' }),
    customerId: nullableString({ description: 'The buyer; null for orders placed by staff', examples: ['cus_4711'] }),
    customer: CustomerSchema,
    shippingAddress: Type.Object(
      {
        street1: phrase('Street and number', '1 Main Street'),
        street2: nullableString({ description: 'Suite, floor or building', examples: ['Suite 200'] }),
        city: phrase('Town or city', 'Denver'),
        state: phrase('State or province', 'CO'),
        zip: phrase('Postal code', '80202'),
        country: phrase('As placed', 'US'),
      },
      { description: 'As placed' },
    ),
    lineItems: Type.Array(LineItem, { description: 'As placed, at the prices of that moment' }),
    total: money('Of all lines', 5000),
    currency: Currency,
    refundedTotal: money('What went back', 0),
    deliveryMethod: DeliveryMethod,
    deliveryZone: nullableString({ description: 'For `delivery`', examples: ['north'] }),
    extensivOrderId: nullableString({ description: 'The order in the warehouse', examples: ['ext-90017'] }),
    trackingNumber: nullableString({ description: 'Of the parcel', examples: ['1Z999AA10123456784'] }),
    carrier: nullableString({ description: 'Who carries the parcel', examples: ['UPS'] }),
    paymentIntentId: nullableString({ description: 'The payment at Stripe', examples: ['pi_3PqX2eKZ'] }),
    payouts: Type.Union([Payouts, Type.Null()], {
      description: 'How the paid amount is split; null until paid, and for buyers',
    }),
    revision: count('Of the last event; also the ETag', 3),
    placedAt: Instant,
    paidAt: NullableInstant,
    exportedAt: NullableInstant,
    updatedAt: Instant,
    erasedAt: Type.Unsafe<string | null>({
      ...NullableInstant,
      description: 'When the personal data were erased at the customer’s request',
    }),
  },
  { $id: 'Order', title: 'Order', description: 'An order as its events have made it' },
);

export const Payment = Type.Object({
  paymentIntentId: phrase('The payment at Stripe', 'pi_3PqX2eKZ'),
  clientSecret: phrase('For Stripe.js; do not store or log it', 'pi_3PqX2eKZ_secret_8fJ2'),
});
