import { expect } from 'vitest';
import { type Decider, isRejection, type RejectionCode } from '../../src/domain/shared/decider.js';
import { fold } from './fold.js';

/**
 * A specification of a decider by example:
 * `given(decider, [...events]).when(command).thenEvents([...events])`, `.thenRejected(code)` or `.thenNothing()`.
 */
export function given<Command, Event, State>(decider: Decider<Command, Event, State>, history: readonly Event[]) {
  const state = fold(decider, history);
  return {
    /** The state that the history leads to. */
    state,
    when(command: Command) {
      const outcome = decider.decide(command, state);
      return {
        /** Exactly these events, in this order. */
        thenEvents(events: readonly Event[]): void {
          expect(outcome).toEqual(events);
        },
        /** Exactly these event types, in this order, for examples whose data other examples show. */
        thenTypes(types: readonly (Event extends { type: infer Type } ? Type : never)[]): void {
          expect(isRejection(outcome) ? outcome : outcome.map((event) => (event as { type: string }).type)).toEqual(
            types,
          );
        },
        thenNothing(): void {
          expect(outcome).toEqual([]);
        },
        thenRejected(code: RejectionCode, facts?: Record<string, unknown>): void {
          expect(outcome).toMatchObject({ rejected: true, code, ...(facts ? { facts } : {}) });
        },
        /** The state after the decided events. */
        thenState(expected: Partial<NonNullable<State>>): void {
          if (isRejection(outcome)) expect.fail(`rejected: ${outcome.detail}`);
          else expect(fold(decider, outcome, state)).toMatchObject(expected);
        },
      };
    },
  };
}
