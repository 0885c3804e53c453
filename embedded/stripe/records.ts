import type { Collection } from '../shared/journal.js';
import { invalidParameter, missing, refused } from './errors.js';
import type { Charge, Dispute, PaymentIntent, Refund } from './objects.js';

/** What an event of the account is about, and how its webhook is to be delivered. */
export type Emit = (
  type: string,
  object: PaymentIntent | Charge | Refund | Dispute,
  delivery?: { times?: number | undefined; delayMs?: number | undefined },
) => void;

/** Keeps an object under its id. */
export function stored<Value extends { id: string }>(collection: Collection<Value>, value: Value): Value {
  collection.put(value.id, value);
  return value;
}

/** @throws StripeSimError when there is no such object, or no id was given */
export function found<Value>(value: Value | undefined, kind: string, id: string): Value {
  if (id === '') throw invalidParameter(`Missing required param: ${kind}.`, kind, 'parameter_missing');
  if (value === undefined) throw missing(kind, id, kind === 'payment_intent' ? 'intent' : 'id');
  return value;
}

/** The charge that paid an intent. @throws StripeSimError when it is not paid */
export function chargeOf(charges: Collection<Charge>, paid: PaymentIntent): Charge {
  const charge = paid.latest_charge === null ? undefined : charges.get(paid.latest_charge);
  if (charge !== undefined) return charge;
  throw refused(`This PaymentIntent (${paid.id}) does not have a successful charge to refund.`);
}
