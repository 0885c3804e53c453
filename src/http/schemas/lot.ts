import { Type } from 'typebox';
import { Instant, NullableInstant, nullableString } from './fields.js';
import { CustomerSchema } from './order.js';

/** A lot, its products and the orders it was sold to. */
export const lotFields = {
  batchNumber: Type.String({ examples: ['VTH-2026-014'] }),
  products: Type.Array(
    Type.Object({
      batchNumber: Type.String(),
      sku: Type.String(),
      name: Type.String(),
      brandId: Type.String(),
      brand: Type.String(),
      coaLink: nullableString({ description: 'Certificate of analysis' }),
      listedAt: NullableInstant,
      orders: Type.Integer({ description: 'Orders it was sold to' }),
      quantity: Type.Integer({ description: 'Pieces over all orders' }),
      shipped: Type.Integer({ description: 'Of these, pieces that have left the warehouse' }),
      cancelled: Type.Integer({ description: 'Of these, pieces of cancelled and expired orders' }),
    }),
  ),
  orders: Type.Array(
    Type.Object({
      orderId: Type.String(),
      orderNumber: nullableString({ description: 'Null only while the order itself cannot be shown' }),
      status: nullableString(),
      batchNumber: Type.String(),
      sku: Type.String(),
      name: Type.String(),
      coaLink: nullableString(),
      quantity: Type.Integer(),
      placedAt: Instant,
      customerId: nullableString(),
      customer: Type.Union([CustomerSchema, Type.Null()]),
    }),
  ),
  nextCursor: nullableString(),
};
