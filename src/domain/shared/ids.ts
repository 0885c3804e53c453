import { Type } from 'typebox';
import { Text } from './event-schema.js';

/**
 * Ids: plain text at run time, each a type of its own, so that the compiler refuses one where another is named. Under its
 * name is its schema; a function takes text from outside for one, such as a row, a request or the name of a stream.
 */

declare const kind: unique symbol;
type Nominal<Kind extends string> = string & { readonly [kind]: Kind };

export type OrderId = Nominal<'OrderId'>;
export const OrderId = Type.Unsafe<OrderId>(Text);

export function asOrderId(text: string): OrderId {
  return text as OrderId;
}

/** Stock keeping unit: what the warehouse calls one kind of goods. */
export type Sku = Nominal<'Sku'>;
export const Sku = Type.Unsafe<Sku>(Text);

/** SKUs become stream names and cache keys, and are asked for by address; a longer one is a mistake. */
export const maxSkuLength = 200;

export function asSku(text: string): Sku {
  return text as Sku;
}

export type BrandId = Nominal<'BrandId'>;
export const BrandId = Type.Unsafe<BrandId>(Text);

export function asBrandId(text: string): BrandId {
  return text as BrandId;
}

/** What the warehouse calls an order. */
export type ExtensivOrderId = Nominal<'ExtensivOrderId'>;
export const ExtensivOrderId = Type.Unsafe<ExtensivOrderId>(Text);

export function asExtensivOrderId(text: string): ExtensivOrderId {
  return text as ExtensivOrderId;
}
