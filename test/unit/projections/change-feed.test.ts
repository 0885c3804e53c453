import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventStore, Position, RecordedEvent } from '../../../src/commands/event-store.js';
import type { ChangeQueries } from '../../../src/projections/feed/change.js';
import { type ChangeFeed, createChangeFeed } from '../../../src/projections/feed/change-feed.js';
import type { ChangeBatch } from '../../../src/projections/feed/follower.js';
import { silentLogger } from '../../support/telemetry.js';

const at = (n: number): Position => ({ commit: BigInt(n), prepare: BigInt(n) });

/** What the event store holds: an event of an order of its own at each place. Its subscription hears of news, or drops. */
let log: RecordedEvent[];
let isAway: boolean;
let isDropping: boolean;
let subscriptions: EventEmitter;
let feed: ChangeFeed;
let leave: AbortController;
beforeEach(() => {
  [log, isAway, isDropping] = [[], false, false];
  [subscriptions, leave] = [new EventEmitter(), new AbortController()];
  const eventStore: Pick<EventStore, 'subscribeToAll' | 'readAll' | 'readStream' | 'head'> = {
    async head() {
      if (isAway) throw new Error('the event store is away');
      return log.at(-1)?.position ?? null;
    },
    async *subscribeToAll({ from, signal }) {
      for (let next = Number(from?.commit ?? 0); !signal?.aborted; ) {
        if (isDropping) {
          isDropping = false;
          throw new Error('dropped');
        }
        for (; next < log.length; next += 1) yield { kind: 'event', event: log[next]! };
        await once(subscriptions, 'news', { signal });
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
    waitFor: async () => true,
    ordersById: async (ids: string[]) => ids.map((id) => ({ id })),
    productsBySku: async () => [],
  } as unknown as ChangeQueries;
  feed = createChangeFeed({ eventStore, queries, logger: silentLogger });
});
afterEach(async () => {
  leave.abort();
  await feed.stop();
});

function record(id: string): void {
  const metadata = { hash: Buffer.from(id).toString('hex').padEnd(64, '0') };
  log.push({ stream: `order-${id}`, revision: 0n, position: at(log.length + 1), metadata } as RecordedEvent);
}

function happens(...ids: string[]): void {
  ids.forEach(record);
  subscriptions.emit('news');
}

function drops(): void {
  isDropping = true;
  subscriptions.emit('news');
}

const follow = async (from: Position | null = null) =>
  (await feed.follow({ from, sees: () => true, onTooSlow: () => undefined, signal: leave.signal })).batches;

async function next(batches: AsyncGenerator<ChangeBatch>): Promise<unknown> {
  const { changes, gap } = (await batches.next()).value as ChangeBatch;
  return gap ? 'gap' : changes.map((change) => change.kind === 'order' && change.order.id);
}

it('begins with the next reader when the event store was away for the first', async () => {
  isAway = true;
  await expect(follow()).rejects.toThrow('the event store is away');
  isAway = false;
  const batches = await follow(at(0));
  happens('a');
  expect(await next(batches)).toEqual(['a']);
});

it('goes on behind what it has told when its subscription drops, also where more has come meanwhile', async () => {
  const batches = await follow();
  happens('a');
  expect(await next(batches)).toEqual(['a']);
  record('b');
  drops();
  expect(await next(batches)).toEqual(['b']);
});

it('has its readers read anew when the event store was put back, although it has come as far again', async () => {
  const batches = await follow();
  happens('a', 'b');
  expect(await next(batches)).toEqual(['a', 'b']);
  log.pop();
  for (const id of ['c', 'd']) record(id);
  drops();
  expect(await next(batches)).toBe('gap');
  // And goes on there.
  drops();
  happens('e');
  expect(await next(batches)).toEqual(['e']);
});
