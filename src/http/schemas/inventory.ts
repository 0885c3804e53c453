import { type TSchema, Type } from 'typebox';
import { Currency, Instant, Money, nullableString } from './fields.js';

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
