import { expect, it } from 'vitest';
import * as aggregates from '../../../src/commands/aggregates.js';

const deciders = Object.values(aggregates).flatMap((one) => (typeof one === 'object' && 'decider' in one ? [one] : []));

// Written by a newer release, or by somebody else: an unknown type is folded without data.
it.each(deciders)('an event of an unknown type leaves the state of $category as it is', ({ decider }) => {
  const { initial, evolve } = decider as { initial: unknown; evolve(state: unknown, event: unknown): unknown };
  expect(evolve(initial, { type: 'foreign:Something', data: undefined })).toBe(initial);
});
