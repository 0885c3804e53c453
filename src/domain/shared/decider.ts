/**
 * A decider: the whole behaviour of an aggregate as three pure members.
 *
 * - `initial` is the state of a stream without events.
 * - `evolve` never throws and returns the state unchanged for an event type it does not know.
 * - `decide` is deterministic: ids and time arrive in the command. It answers a {@link Decision}, {@link nothing} when the
 *   command has already had its effect; it throws only on a broken invariant.
 *
 * Source: Jérémie Chassaing, "Functional Event Sourcing Decider".
 */
export interface Decider<Command, Event, State> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): Decision<Event>;
}

/** The events to append, or why not. */
export type Decision<Event> = readonly Event[] | Rejection;

/** The command has already had its effect. */
export const nothing: readonly never[] = [];

/** An expected refusal. `code` is stable and part of the public API; `detail` is a sentence for a person. */
export interface Rejection {
  readonly rejected: true;
  readonly code: RejectionCode;
  readonly detail: string;
  /** Facts a caller can act on, such as the SKUs that are short. Holds no customer data. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type RejectionCode =
  | 'already-exists'
  | 'not-found'
  | 'insufficient-stock'
  | 'not-for-sale'
  | 'illegal-transition'
  | 'already-cancelled'
  | 'already-shipped'
  | 'not-paid'
  | 'payment-mismatch'
  | 'payment-refused'
  | 'payment-unavailable'
  | 'unknown-sku'
  | 'quantity-limit-exceeded'
  | 'unknown-delivery-zone'
  | 'idempotency-key-reused'
  | 'invalid-command';

export function reject(code: RejectionCode, detail: string, facts?: Readonly<Record<string, unknown>>): Rejection {
  return { rejected: true, code, detail, ...(facts ? { facts } : {}) };
}

export function isRejection(outcome: unknown): outcome is Rejection {
  return typeof outcome === 'object' && outcome !== null && 'rejected' in outcome && outcome.rejected === true;
}
