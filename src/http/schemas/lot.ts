import { Type } from 'typebox';
import {
  BrandId,
  BrandName,
  count,
  Instant,
  NextCursor,
  NullableInstant,
  nullableString,
  OrderId,
  phrase,
  Sku,
} from './fields.js';
import { CustomerSchema } from './order.js';

const Lot = phrase('The lot', 'VTH-2026-014');
const Name = phrase('The name of the product', 'Honey Hemp Tincture 30 ml');
const Certificate = nullableString({
  description: 'Certificate of analysis',
  examples: ['https://coa.example.com/VTH-2026-014.pdf'],
});

/** A lot, its products and the orders it was sold to. */
export const lotFields = {
  batchNumber: Lot,
  products: Type.Array(
    Type.Object({
      batchNumber: Lot,
      sku: Sku,
      name: Name,
      brandId: BrandId,
      brand: BrandName,
      coaLink: Certificate,
      listedAt: NullableInstant,
      orders: count('Orders it was sold to', 12),
      quantity: count('Pieces over all orders', 30),
      shipped: count('Of these, pieces that have left the warehouse', 24),
      cancelled: count('Of these, pieces of cancelled and expired orders', 2),
    }),
    { description: 'One per SKU, over all orders' },
  ),
  orders: Type.Array(
    Type.Object({
      orderId: OrderId,
      orderNumber: nullableString({
        description: 'Null only while the order itself cannot be shown',
        examples: ['VL-K7QF-2M8D-4XRA'],
      }),
      status: nullableString({ description: 'How far the order is', examples: ['shipped'] }),
      batchNumber: Lot,
      sku: Sku,
      name: Name,
      coaLink: Certificate,
      quantity: count('Pieces', 2),
      placedAt: Instant,
      customerId: nullableString({ description: 'The buyer; null for orders placed by staff', examples: ['cus_4711'] }),
      customer: Type.Union([CustomerSchema, Type.Null()], { description: 'Whom to call' }),
    }),
    { description: 'One page of order lines, the earliest first' },
  ),
  nextCursor: NextCursor,
};
