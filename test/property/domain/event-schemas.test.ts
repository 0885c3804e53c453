import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { eventCatalogue } from '../../../src/domain/event-catalogue.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import { eventTime } from '../../../src/domain/order/event-time.js';
import { orderEventSchemas } from '../../../src/domain/order/events.js';
import { acceptedSteps } from '../../support/fold.js';
import { orderLife } from './order-commands.js';

const validators = Object.fromEntries(
  Object.entries(eventCatalogue).map(([type, { schema }]) => [type, Compile(schema)]),
);

describe('every event an order decides', () => {
  it('keeps to its schema, survives JSON and has a time', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(orderLife, (commands) => {
        for (const { events } of acceptedSteps(orderDecider, commands)) {
          for (const event of events) {
            const { type, data } = event;
            seen.add(type);
            expect(Object.values(data), type).toContain(eventTime(event));
            const stored: unknown = JSON.parse(JSON.stringify(data));
            expect(stored).toEqual(data);
            expect(
              validators[type]?.Check(stored),
              `${type}: ${JSON.stringify(validators[type]?.Errors(stored))}`,
            ).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect([...seen].sort(), 'every event type occurred').toEqual(Object.keys(orderEventSchemas).sort());
  });
});
