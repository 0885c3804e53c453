import { Type } from 'typebox';
import { Text } from '../shared/event-schema.js';
import type { Nominal } from '../shared/nominal.js';

export type OrderId = Nominal<'OrderId'>;
export const OrderId = Type.Unsafe<OrderId>(Text);

/** Takes text from outside, such as a stream's name, a row or a request, for the id of an order. */
export function asOrderId(text: string): OrderId {
  return text as OrderId;
}
