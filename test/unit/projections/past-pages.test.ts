import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import type { EventStore, Position, RecordedEvent } from '../../../src/commands/event-store.js';
import type { ChangeQueries } from '../../../src/projections/feed/change.js';
import { createPastPages } from '../../../src/projections/feed/past-pages.js';

const at = (n: number): Position => ({ commit: BigInt(n), prepare: BigInt(n) });

/** Twenty orders of one event each; how often they were read, and whether they can be. */
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
      for (let n = begin; n <= 20 && n < begin + maxCount; n += 1) {
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
  for (let position = at(from); position.commit < goal; ) {
    const page = await past.behind(position, at(goal), new AbortController().signal);
    told.push(...page.changes.map((change) => Number(change.position.commit)));
    position = page.end;
  }
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
  isAway = false;
  expect(await missed(0, 4)).toEqual(between(0, 4));
});
