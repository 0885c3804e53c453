import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import type { EventStore, Position, RecordedEvent } from '../../../src/commands/event-store.js';
import type { ChangeQueries } from '../../../src/projections/feed/change.js';
import { createPastPages } from '../../../src/projections/feed/past-pages.js';

const at = (n: number): Position => ({ commit: BigInt(n), prepare: BigInt(n) });

/** Forty orders of one event each; how often they were read, and whether they can be. */
let looks: number;
let isAway: boolean;
let past: ReturnType<typeof createPastPages>;
beforeEach(() => {
  looks = 0;
  isAway = false;
  const eventStore = {
    async *readAll({ from, maxCount = 0 }: Parameters<EventStore['readAll']>[0]) {
      looks += 1;
      if (isAway) throw new Error('the event store is away');
      const begin = Number(from?.commit ?? 0) + 1;
      for (let n = begin; n <= 40 && n < begin + maxCount; n += 1) {
        yield { stream: `order-${n}`, revision: 0n, position: at(n), metadata: {} } as RecordedEvent;
      }
    },
  };
  const queries = {
    waitFor: async () => true,
    ordersById: async (ids: string[]) => ids.map((id) => ({ id })),
    productsBySku: async () => [],
  } as unknown as ChangeQueries;
  past = createPastPages({ eventStore, queries, pageSize: 4, signal: new AbortController().signal });
});

async function missed(from: number, goal: number): Promise<number[]> {
  const told: number[] = [];
  let events = 0;
  const { signal } = new AbortController();
  for (let position = at(from); position.commit < goal; ) {
    const page = await past.behind(position, at(goal), signal);
    told.push(...page.changes.map((change) => Number(change.position.commit)));
    events += page.events;
    position = page.end;
  }
  expect(events).toBe(told.length);
  expect(getEventListeners(signal, 'abort'), 'nothing is kept of a reader').toEqual([]);
  return told;
}

const between = (from: number, goal: number) => Array.from({ length: goal - from }, (_, n) => from + n + 1);

it('tells each reader all that it has missed, whatever was read for others', async () => {
  expect(await missed(5, 10)).toEqual(between(5, 10));
  // Until nobody asks any more.
  for (const _ of ['a turn', 'and another one']) await nextTurn();
  expect(await missed(2, 10)).toEqual(between(2, 10));
  const readers = [0, 3, 7, 18, 7];
  looks = 0;
  expect(await Promise.all(readers.map((from) => missed(from, 20)))).toEqual(readers.map((from) => between(from, 20)));
  expect(looks, 'one look for all of them').toBeLessThanOrEqual(5);
});

it('fails for whoever asks while the event store is away, and not for the next', async () => {
  isAway = true;
  await expect(missed(0, 4)).rejects.toThrow('the event store is away');
  for (const _ of ['a turn', 'and another one']) await nextTurn();
  expect(looks, 'nobody asks any more').toBe(1);
  isAway = false;
  expect(await missed(0, 4)).toEqual(between(0, 4));
});

it('keeps the last few pages for whoever comes next, for a short while', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    await missed(0, 40);
    const looksFor = async (from: number) => {
      looks = 0;
      await missed(from, from + 4);
      return looks;
    };
    expect([await looksFor(8), await looksFor(36)], 'eight of ten pages').toEqual([0, 0]);
    expect(await looksFor(4)).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(await looksFor(36)).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it('lets a reader go that leaves, also while it looks for it', async () => {
  const leave = new AbortController();
  const asked = past.behind(at(0), at(4), leave.signal);
  leave.abort(new Error('it has left'));
  await expect(asked).rejects.toThrow('it has left');
  await expect(past.behind(at(0), at(4), leave.signal)).rejects.toThrow('it has left');
});
