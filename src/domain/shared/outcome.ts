import { isRejection, type Rejection } from './decider.js';

/** What a decision answers: the events to append, or why not. */
export type Outcome<Event> = readonly Event[] | Rejection;

/** The command has already had its effect. */
export const nothing: readonly never[] = [];

/** Narrows an outcome to its events. */
export function accepted<Event>(outcome: Outcome<Event>): outcome is readonly Event[] {
  return !isRejection(outcome);
}
