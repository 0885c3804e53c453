import { Type } from 'typebox';
import { Text } from '../shared/event-schema.js';
import type { Nominal } from '../shared/nominal.js';

/** What the warehouse calls an order. */
export type ExtensivOrderId = Nominal<'ExtensivOrderId'>;
export const ExtensivOrderId = Type.Unsafe<ExtensivOrderId>(Text);

/** Takes text from outside, such as a row or an answer, for the warehouse's id of an order. */
export function asExtensivOrderId(text: string): ExtensivOrderId {
  return text as ExtensivOrderId;
}
