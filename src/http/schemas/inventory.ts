import { type TSchema, Type } from 'typebox';
import {
  BrandName,
  Currency,
  choice,
  count,
  Instant,
  money,
  NullableInstant,
  nullableString,
  OrderId,
  phrase,
  Sku,
} from './fields.js';
import { describedGoods } from './goods.js';

const inventoryFields = {
  sku: Sku,
  name: phrase('The name of the product', 'Honey Hemp Tincture 30 ml'),
  brand: BrandName,
  stock: count('Pieces as the warehouse says', 120),
  reserved: count('Pieces promised to orders the warehouse does not count yet', 8),
  available: count('Pieces that can still be promised', 112),
  price: money('Of one piece', 2500),
  currency: Currency,
  ...describedGoods,
  updatedAt: Instant,
};

export const InventoryItemSchema = Type.Object(inventoryFields, {
  $id: 'InventoryItem',
  title: 'InventoryItem',
  description: 'The stock of a SKU',
});

/** One item with where it comes from, in one flat object. */
export function withInventoryFields<Properties extends Record<string, TSchema>>(more: Properties) {
  return Type.Object({ ...inventoryFields, ...more }, { description: 'The stock, and where the answer comes from' });
}

/** What is reserved of a SKU, and for whom. */
export const reservationFields = {
  sku: Sku,
  reserved: count('Pieces over all reservations', 2),
  total: count('Number of reservations', 1),
  items: Type.Array(
    Type.Object({
      orderId: OrderId,
      orderNumber: nullableString({
        description: 'Null as long as the reservation has no order',
        examples: ['VL-K7QF-2M8D-4XRA'],
      }),
      orderStatus: nullableString({ description: 'Null like the order number', examples: ['awaiting_payment'] }),
      customerId: nullableString({ description: 'The buyer; null for orders placed by staff', examples: ['cus_4711'] }),
      quantity: count('Pieces', 2),
      state: choice(['held', 'committed'], {
        description: '`committed`: the warehouse has the order, its next snapshot settles the reservation',
      }),
      reservedAt: Instant,
      expiresAt: Instant,
      exportedAt: NullableInstant,
    }),
    { description: 'Open reservations, the earliest first' },
  ),
};
