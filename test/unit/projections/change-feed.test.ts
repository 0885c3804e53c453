import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventStore, Position, RecordedEvent } from '../../../src/commands/event-store.js';
import type { ChangeQueries } from '../../../src/projections/feed/change.js';
import { type ChangeFeed, createChangeFeed } from '../../../src/projections/feed/change-feed.js';
import type { ChangeBatch } from '../../../src/projections/feed/follower.js';
import { loggerTo } from '../../support/telemetry.js';
import { until } from '../../support/until.js';

const at = (n: number): Position => ({ commit: BigInt(n), prepare: BigInt(n) });

/**
 * What the event store holds: an event of a stream of its own at each place, mostly of an order. Its subscription hears of
 * news, or drops.
 */
let log: RecordedEvent[];
let isAway: boolean;
let isDropping: boolean;
let subscriptions: EventEmitter;
let feed: ChangeFeed;
let leave: AbortController;
/** Where subscriptions have begun, how many are left, and how often the end was asked for. */
let begun: (Position | null | undefined)[];
let open: number;
let heads: number;
/** What the read models were asked: up to where they have come, and for how many orders. */
let awaited: Position[];
let isBehind: boolean;
let asked: number;
let told: (string | undefined)[];
beforeEach(() => {
  [log, isAway, isDropping] = [[], false, false];
  [subscriptions, leave] = [new EventEmitter(), new AbortController()];
  [begun, open, heads, awaited, isBehind, asked, told] = [[], 0, 0, [], false, 0, []];
  const eventStore: Pick<EventStore, 'subscribeToAll' | 'readAll' | 'readStream' | 'head'> = {
    async head() {
      heads += 1;
      if (isAway) throw new Error('the event store is away');
      return log.at(-1)?.position ?? null;
    },
    async *subscribeToAll({ from, signal }) {
      begun.push(from);
      open += 1;
      try {
        for (let next = Number(from?.commit ?? 0); !signal?.aborted; ) {
          if (isDropping) {
            isDropping = false;
            throw new Error('dropped');
          }
          for (; next < log.length; next += 1) {
            const event = log[next]!;
            if (event.stream.startsWith('order-')) yield { kind: 'event', event };
            else yield { kind: 'checkpoint', position: event.position };
          }
          await once(subscriptions, 'news', { signal });
        }
      } finally {
        await nextTurn();
        open -= 1;
      }
    },
    async *readAll({ from }) {
      yield* log.slice(Number(from?.commit ?? 0));
    },
    async *readStream(stream) {
      yield* log.filter((event) => event.stream === stream);
    },
  };
  const queries = {
    async waitFor(position: Position) {
      awaited.push(position);
      await nextTurn();
      return !isBehind;
    },
    async ordersById(ids: string[]) {
      asked += ids.length;
      return ids.map((id) => ({ id }));
    },
    productsBySku: async () => [],
  } as unknown as ChangeQueries;
  feed = createChangeFeed({ eventStore, queries, logger: loggerTo(({ message }) => told.push(message)) });
});
afterEach(async () => {
  leave.abort();
  await feed.stop();
});

function record(id: string, category = 'order'): void {
  const metadata = { hash: Buffer.from(id).toString('hex').padEnd(64, '0') };
  log.push({ stream: `${category}-${id}`, revision: 0n, position: at(log.length + 1), metadata } as RecordedEvent);
}

function happens(...ids: string[]): void {
  for (const id of ids) record(id);
  subscriptions.emit('news');
}

function drops(): void {
  isDropping = true;
  subscriptions.emit('news');
}

const subscribed = (times: number) => until('it has subscribed', () => begun.length === times);

const follow = (from: Position | null = null, signal = leave.signal) =>
  feed.follow({ from, sees: () => true, onTooSlow: () => undefined, signal });
const batchesFrom = async (from: Position | null = null) => (await follow(from)).batches;
/** Waits until the feed has come so far. */
const reached = (n: number) =>
  until('it has come so far', async () => (await follow()).position().commit === BigInt(n));

async function next(batches: AsyncGenerator<ChangeBatch>): Promise<unknown> {
  const { changes, gap } = (await batches.next()).value as ChangeBatch;
  return gap ? 'gap' : changes.map((change) => change.kind === 'order' && change.order.id);
}

it('begins with the next reader when the event store was away for the first', async () => {
  isAway = true;
  await expect(follow()).rejects.toThrow('the event store is away');
  isAway = false;
  const batches = await batchesFrom(at(0));
  await subscribed(1);
  happens('a');
  expect(await next(batches)).toEqual(['a']);
  await feed.stop();
  expect([open, told]).toEqual([0, []]);
});

it('begins where another process has come to, and nowhere beyond the end', async () => {
  await expect(follow(at(1))).rejects.toThrow('has not come to that position');
  record('a');
  record('b');
  const batches = await batchesFrom(at(2));
  await expect(follow(at(3))).rejects.toThrow('has not come to that position');
  happens('c');
  expect(await next(batches)).toEqual(['c']);
});

it('goes on behind what it has told when its subscription drops, also where more has come meanwhile', async () => {
  const batches = await batchesFrom();
  happens('a');
  expect(await next(batches)).toEqual(['a']);
  const before = heads;
  isAway = true;
  record('b');
  drops();
  await until('it has tried again', () => heads > before + 1);
  expect(heads, 'and not at once').toBeLessThan(before + 10);
  isAway = false;
  expect(await next(batches)).toEqual(['b']);
  drops();
  await subscribed(3);
  happens('c');
  expect(await next(batches)).toEqual(['c']);
  expect(begun).toEqual([null, at(1), at(2)]);
  expect(told).toEqual(Array(2).fill('the feed of changes was interrupted'));
});

it('has its readers read anew when the event store was put back, although it has come as far again', async () => {
  const batches = await batchesFrom();
  happens('a', 'b');
  expect(await next(batches)).toEqual(['a', 'b']);
  record('z', 'effect');
  happens();
  await reached(3);
  log.splice(1);
  for (const id of ['c', 'd']) record(id);
  drops();
  expect(await next(batches)).toBe('gap');
  expect(awaited).toContainEqual(at(3));
  // And goes on there.
  drops();
  happens('e');
  expect(await next(batches)).toEqual(['e']);
});

it('has them do so, too, when it was put back before anything was told', async () => {
  record('a');
  record('b');
  const batches = await batchesFrom();
  await subscribed(1);
  const reading = next(batches);
  log.pop();
  drops();
  expect(await reading).toBe('gap');
});

it('tells what happens once the read models show it, and does not wait for them when it stops', async () => {
  const batches = await batchesFrom();
  const first = next(batches);
  isBehind = true;
  happens('a');
  await until('they are waited for', () => awaited.length > 1);
  expect([asked, awaited.at(-1)]).toEqual([0, at(1)]);
  isBehind = false;
  expect(await first).toEqual(['a']);
  isBehind = true;
  const before = awaited.length;
  happens('b');
  await until('they are waited for', () => awaited.length > before);
  await feed.stop();
  expect(asked).toBe(1);
});

it('asks the read models for nothing once nobody follows', async () => {
  const batches = await batchesFrom();
  happens('a');
  expect(await next(batches)).toEqual(['a']);
  leave.abort();
  expect((await batches.next()).done).toBe(true);
  happens('b');
  await reached(2);
  expect(asked).toBe(1);
});
