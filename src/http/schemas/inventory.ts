import { type TSchema, Type } from 'typebox';
import { Currency, choice, Instant, Money, NullableInstant, nullableString } from './fields.js';

const inventoryFields = {
  sku: Type.String(),
  name: Type.String(),
  brand: Type.String(),
  stock: Type.Integer({ description: 'As the warehouse says' }),
  reserved: Type.Integer({ description: 'Promised to orders the warehouse does not count yet' }),
  available: Type.Integer({ description: 'What can still be promised' }),
  price: Money,
  currency: Currency,
  thc: nullableString(),
  batchNumber: nullableString(),
  coaLink: nullableString(),
  updatedAt: Instant,
};

export const InventoryItemSchema = Type.Object(inventoryFields, { $id: 'InventoryItem', title: 'InventoryItem' });

/** One item with where it comes from, in one flat object. */
export function withInventoryFields<Properties extends Record<string, TSchema>>(more: Properties) {
  return Type.Object({ ...inventoryFields, ...more });
}

/** What is reserved of a SKU, and for whom. */
export const reservationFields = {
  sku: Type.String(),
  reserved: Type.Integer({ description: 'Pieces over all reservations' }),
  total: Type.Integer({ description: 'Number of reservations' }),
  items: Type.Array(
    Type.Object({
      orderId: Type.String(),
      orderNumber: nullableString({ description: 'Null as long as the reservation has no order' }),
      orderStatus: nullableString(),
      customerId: nullableString(),
      quantity: Type.Integer(),
      state: choice(['held', 'committed'], {
        description: '`committed`: the warehouse has the order, its next snapshot settles the reservation',
      }),
      reservedAt: Instant,
      expiresAt: Instant,
      exportedAt: NullableInstant,
    }),
  ),
};
