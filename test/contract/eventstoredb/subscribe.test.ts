import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.js';
import { anyEventStore, connect, numbered, numbers } from '../../support/eventstoredb.js';

let server: Awaited<ReturnType<typeof anyEventStore>>;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await anyEventStore();
  client = connect(server.url);
});

afterAll(async () => {
  await client.dispose();
  await server.stop();
});

const newStream = (prefix = 'subscribe') => `${prefix}-${randomUUID()}`;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('subscribeToStream', () => {
  it('delivers what is there and what comes, without a seam', async () => {
    const stream = newStream();
    let n = 0;
    const appendMore = async () => {
      await client.appendToStream(stream, numbered(10, 'Counted', n));
      n += 10;
    };
    for (let i = 0; i < 60; i += 1) await appendMore();
    const reading = collect(client.subscribeToStream(stream), 1200);
    for (let i = 0; i < 60; i += 1) await appendMore();
    expect(numbers(await reading)).toEqual(range(0, 1200));
  });

  it('starts after a revision, after the end, or with a stream still to come', async () => {
    const stream = newStream();
    const early = collect(client.subscribeToStream(stream), 4);
    await client.appendToStream(stream, numbered(3));
    const live = client.subscribeToStream(stream, { fromRevision: END });
    const fromEnd = collect(live, 1);
    await once(live, 'caughtUp');
    const afterRevision = collect(client.subscribeToStream(stream, { fromRevision: 1n }), 2);
    await client.appendToStream(stream, numbered(1, 'Counted', 3));
    expect(numbers(await early)).toEqual([0, 1, 2, 3]);
    expect(numbers(await fromEnd)).toEqual([3]);
    expect(numbers(await afterRevision)).toEqual([2, 3]);
  });

  it('confirms with an id, then is caught up once', async () => {
    const subscription = client.subscribeToStream(newStream());
    const told: string[] = [];
    subscription.on('confirmation', () => told.push('confirmation'));
    subscription.on('caughtUp', () => told.push('caughtUp'));
    await once(subscription, 'caughtUp');
    expect(told).toEqual(['confirmation', 'caughtUp']);
    expect(subscription.id).toMatch(/^[0-9a-f-]{36}$/);
    await subscription.unsubscribe();
  });

  it('says nothing more once it is left', async () => {
    const stream = newStream();
    const subscription = client.subscribeToStream(stream);
    const seen: unknown[] = [];
    subscription.on('data', (event) => seen.push(...numbers([event])));
    await once(subscription, 'caughtUp');
    await client.appendToStream(stream, numbered(1));
    while (seen.length === 0) await once(subscription, 'data');
    const ended = once(subscription, 'end');
    await subscription.unsubscribe();
    await ended;
    await client.appendToStream(stream, numbered(1, 'Counted', 1));
    expect(await collect(client.readStream(stream))).toHaveLength(2);
    expect(seen).toEqual([0]);
  });

  it('serves many subscribers at once', async () => {
    const stream = newStream();
    const all = range(0, 20).map(() => collect(client.subscribeToStream(stream), 50));
    for (let n = 0; n < 50; n += 1) await client.appendToStream(stream, numbered(1, 'Counted', n));
    for (const seen of await Promise.all(all)) expect(numbers(seen)).toEqual(range(0, 50));
  });
});

it('serves subscribers of many streams at once, each with its own events', async () => {
  const streams = range(0, 300).map(() => newStream());
  const subscriptions = streams.map((stream) => client.subscribeToStream(stream));
  const readings = subscriptions.map((subscription) => collect(subscription, 2));
  await Promise.all(subscriptions.map((subscription) => once(subscription, 'caughtUp')));
  for (const from of [0, 1000]) {
    await Promise.all(streams.map((stream, n) => client.appendToStream(stream, numbered(1, 'Counted', from + n))));
  }
  const seen = await Promise.all(readings);
  expect(seen.map((events) => numbers(events))).toEqual(streams.map((_, n) => [n, 1000 + n]));
});

describe('subscribeToAll', () => {
  it('starts after a position', async () => {
    const stream = newStream();
    const { position } = await client.appendToStream(stream, numbered(2));
    await client.appendToStream(stream, numbered(2, 'Counted', 2));
    const seen = await collect(client.subscribeToAll({ fromPosition: position as Position }), 2);
    expect(numbers(seen)).toEqual([2, 3]);
  });

  it('refuses a filter that is no regular expression', async () => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) });
    await expect(collect(subscription)).rejects.toMatchObject({ code: 3 });
  });

  it('starts after the end', async () => {
    await client.appendToStream(newStream(), numbered(2));
    const subscription = client.subscribeToAll({ fromPosition: END });
    const reading = collect(subscription, 1);
    await once(subscription, 'caughtUp');
    await client.appendToStream(newStream(), numbered(1, 'Counted', 77));
    expect(numbers(await reading)).toEqual([77]);
  });

  it.each([
    ['stream prefixes', (key: string) => streamNameFilter({ prefixes: [`a${key}`, `b${key}`] }), [0, 1, 2, 3]],
    ['stream regex', (key: string) => streamNameFilter({ regex: `^[ac]${key}$` }), [0, 1, 4, 5]],
    ['type prefixes', (key: string) => eventTypeFilter({ prefixes: [`Even${key}`] }), [0, 2, 4]],
    ['type regex', (key: string) => eventTypeFilter({ regex: `^[A-Z][a-z]+${key}$` }), [0, 1, 2, 3, 4, 5]],
  ])('filters by %s', async (_name, filter, expected) => {
    const key = randomUUID().replaceAll('-', '');
    const append = async () => {
      for (const [index, name] of ['a', 'b', 'c'].entries()) {
        await client.appendToStream(`${name}${key}`, [
          ...numbered(1, `Even${key}`, index * 2),
          ...numbered(1, `Odd${key}`, index * 2 + 1),
        ]);
      }
    };
    await append();
    const reading = collect(client.subscribeToAll({ fromPosition: START, filter: filter(key) }), expected.length * 2);
    await append();
    expect(numbers(await reading)).toEqual([...expected, ...expected]);
  });

  it('takes the characters that mean something in a regular expression', async () => {
    const stream = `a.b+c(1)[x]|y^z$-${randomUUID()}`;
    await client.appendToStream(`aXbbc1x-${randomUUID()}`, numbered(1));
    await client.appendToStream(stream, numbered(1, 'Counted', 1));
    const regex = '^a\\.b\\+c\\(1\\)\\[x\\]\\|y\\^z\\$-';
    const prefixes = ['a.b+c(1)[x]|y^z$'];
    for (const filter of [streamNameFilter({ regex }), streamNameFilter({ prefixes })]) {
      const [first] = await collect(client.subscribeToAll({ filter }), 1);
      expect(first?.event?.streamId).toBe(stream);
    }
  });

  it('leaves system events out on request', async () => {
    const system = `$${newStream()}`;
    const stream = newStream();
    const { position } = await client.appendToStream(system, numbered(1, '$system'));
    await client.appendToStream(stream, numbered(1));
    const filter = excludeSystemEvents();
    const [first] = await collect(client.subscribeToAll({ fromPosition: position as Position, filter }), 1);
    expect(first?.event?.streamId).toBe(stream);
  });
});

describe('checkpoints of a filtered subscription', () => {
  /** Follows events of one stream until `done` has been seen; gives its checkpoints. */
  const follow = async (
    from: Position,
    maxSearchWindow: number | undefined,
    checkpointInterval: number,
    run: (stream: string) => Promise<void>,
  ) => {
    const stream = newStream('checkpoints');
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: [stream],
      ...(maxSearchWindow === undefined ? {} : { maxSearchWindow }),
      checkpointInterval,
      checkpointReached: async (_subscription, position) => {
        checkpoints.push(position);
      },
    });
    const subscription = client.subscribeToAll({ fromPosition: from, filter });
    const reading = collect(subscription, 1);
    await once(subscription, 'caughtUp');
    await run(stream);
    await client.appendToStream(stream, numbered(1, 'Done'));
    await reading;
    return checkpoints;
  };
  const appended = async (count: number) => {
    const { position } = await client.appendToStream(newStream('noise'), numbered(count));
    return position as Position;
  };

  it('come every multiplier x window events, also when none passes', async () => {
    const from = await appended(1);
    const checkpoints = await follow(from, 10, 2, async () => {
      for (let n = 0; n < 100; n += 1) await appended(1);
    });
    expect(checkpoints).toHaveLength(5);
  });

  it('come every 32 x multiplier events without a window', async () => {
    const from = await appended(1);
    const checkpoints = await follow(from, undefined, 2, async () => {
      for (let n = 0; n < 13; n += 1) await appended(10);
    });
    expect(checkpoints).toHaveLength(2);
  });

  it('come at the end of catching up, at the last event looked at', async () => {
    const from = await appended(1);
    const last = await appended(7);
    const [checkpoint] = await follow(from, 100, 1, async () => undefined);
    expect(checkpoint).toEqual(last);
  });

  it('are where to start again', async () => {
    const from = await appended(1);
    const checkpoints = await follow(from, 5, 1, async () => {
      for (let n = 0; n < 10; n += 1) await appended(1);
    });
    const after = await appended(1);
    const [next] = await collect(client.subscribeToAll({ fromPosition: checkpoints.at(-1) as Position }), 1);
    expect(next?.event?.position?.commit).toBeLessThanOrEqual(after.commit);
    expect(next?.event?.position?.commit).toBeGreaterThan(checkpoints.at(-1)?.commit ?? 0n);
  });
});
