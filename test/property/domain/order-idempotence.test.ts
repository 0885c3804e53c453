import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderState } from '../../../src/domain/order/state.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { acceptedSteps } from '../../support/fold.js';
import { orderCommandTypes, orderLife } from './order-commands.js';

describe('an order command repeated against the state it produced', () => {
  it('adds nothing, whatever the command and whatever happened before', () => {
    const acceptedTypes = new Set<string>();
    fc.assert(
      fc.property(orderLife, (commands) => {
        for (const { command, events, after } of acceptedSteps(orderDecider, commands)) {
          if (events.length > 0) acceptedTypes.add(command.type);
          expect(orderDecider.decide(command, after), command.type).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
    expect([...acceptedTypes].sort(), 'every command was accepted at least once').toEqual(
      [...orderCommandTypes].sort(),
    );
  });
});

describe('the order decider', () => {
  it('is deterministic and leaves the state it is given alone', () => {
    fc.assert(
      fc.property(orderLife, (commands) => {
        let state: OrderState = orderDecider.initial;
        for (const command of commands) {
          const before = structuredClone(state);
          const decided = orderDecider.decide(command, state);
          expect(orderDecider.decide(structuredClone(command), structuredClone(before))).toEqual(decided);
          if (isRejection(decided)) continue;
          const next = decided.reduce(orderDecider.evolve, state);
          expect(state).toEqual(before);
          state = next;
        }
      }),
      { numRuns: 300 },
    );
  });
});
