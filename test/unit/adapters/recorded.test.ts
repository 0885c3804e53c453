import type { ResolvedEvent } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { toRecorded } from '../../../src/adapters/eventstore/recorded.js';
import { unknownPosition } from '../../../src/commands/event-store.js';

const told = { commit: 7n, prepare: 7n };
const event = {
  id: '00000000-0000-4000-8000-000000000001',
  streamId: 'order-1',
  revision: 0n,
  type: 'OrderPlaced',
  isJson: true,
  data: {},
  metadata: { hash: 'x', recordedAt: '2026-01-01T00:00:00.000Z' },
  created: new Date(0),
};
const positionOf = (position?: typeof told) =>
  toRecorded({ event: { ...event, ...(position && { position }) } } as ResolvedEvent)?.position;

describe('the position of an event', () => {
  it('is the one that the server tells', () => {
    expect(positionOf(told)).toEqual(told);
  });

  it('is unknown when the server leaves it out, or tells the largest number for none', () => {
    const largest = 2n ** 64n - 1n;
    expect(positionOf()).toBe(unknownPosition);
    expect(positionOf({ commit: largest, prepare: largest })).toBe(unknownPosition);
  });
});
