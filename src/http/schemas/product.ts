import { type TSchema, Type } from 'typebox';
import { BrandId, BrandName, Currency, count, Instant, money, nullableString, phrase, Sku } from './fields.js';
import { describedGoods } from './goods.js';

const productFields = {
  id: phrase('The id of the product', 'prod_0001'),
  sku: Sku,
  name: phrase('The name of the product', 'Honey Hemp Tincture 30 ml'),
  brand: BrandName,
  brandId: BrandId,
  description: nullableString({
    description: 'A few sentences for buyers',
    examples: ['Full spectrum, cold pressed.'],
  }),
  stock: count('Pieces as the warehouse says', 120),
  available: count('Pieces that can still be ordered', 112),
  price: money('Of one piece', 2500),
  currency: Currency,
  ...describedGoods,
  updatedAt: Instant,
};

export const ProductSchema = Type.Object(productFields, {
  $id: 'Product',
  title: 'Product',
  description: 'A product for sale',
});

/** One product with where it comes from, in one flat object. */
export function withProductFields<Properties extends Record<string, TSchema>>(more: Properties) {
  return Type.Object({ ...productFields, ...more }, { description: 'The product, and where the answer comes from' });
}
