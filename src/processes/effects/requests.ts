import type { OrderId, Sku } from '../../domain/shared/ids.js';
import type { Reaction } from './effect.js';

/** Key of the effect that follows the first word of a payment; its subject is the order of the payment. */
export function unparkKey(paymentIntentId: string): string {
  return `unpark:${paymentIntentId}`;
}

export function paymentOfUnparkKey(key: string): string {
  return key.slice('unpark:'.length);
}

/** Asked for by a later event, so that it opens once more. */
export function again(reaction: Reaction): Reaction {
  return { ...reaction, reopen: true };
}

/** The time-out of an order, or of one reservation: `what` is the id of the order, with the SKU behind it for the latter. */
export function expiryOf(
  what: string,
  dueAt: string,
  payload: { correlationId: string; orderId: OrderId; sku?: Sku },
): Reaction {
  return { key: `reservation-expiry:${what}`, kind: 'reservation-expiry', subject: payload.orderId, payload, dueAt };
}
