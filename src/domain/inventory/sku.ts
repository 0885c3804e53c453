import { Type } from 'typebox';
import { Text } from '../shared/event-schema.js';
import type { Nominal } from '../shared/nominal.js';

/** Stock keeping unit: what the warehouse calls one kind of goods. */
export type Sku = Nominal<'Sku'>;
export const Sku = Type.Unsafe<Sku>(Text);

/** SKUs become stream names and cache keys, and are asked for by address; a longer one is a mistake. */
export const maxSkuLength = 200;

/** Takes text from outside, such as a stream's name, a row or a request, for a SKU. */
export function asSku(text: string): Sku {
  return text as Sku;
}
