import { type TSchema, Type } from 'typebox';
import { Currency, Instant, Money, nullableString } from './fields.js';

const productFields = {
  id: Type.String(),
  sku: Type.String({ examples: ['VTH-HON-0001'] }),
  name: Type.String(),
  brand: Type.String({ examples: ['VitalHemp'] }),
  brandId: Type.String(),
  description: nullableString(),
  stock: Type.Integer({ description: 'As the warehouse says' }),
  available: Type.Integer({ description: 'What can still be ordered' }),
  price: Money,
  currency: Currency,
  thc: nullableString(),
  batchNumber: nullableString(),
  coaLink: nullableString({ description: 'Certificate of analysis' }),
  updatedAt: Instant,
};

export const ProductSchema = Type.Object(productFields, { $id: 'Product', title: 'Product' });

/** One product with where it comes from, in one flat object. */
export function withProductFields<Properties extends Record<string, TSchema>>(more: Properties) {
  return Type.Object({ ...productFields, ...more });
}
