import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import { comparePositions, type EventStore, WrongExpectedRevision } from '../../../src/commands/event-store.js';
import { createHistories } from '../../../src/commands/histories.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { collect } from '../../support/collect.js';
import { anyEventStore } from '../../support/eventstoredb.js';
import { counts, eventsIn, follow, newEvents } from '../../support/new-events.js';

let server: Awaited<ReturnType<typeof anyEventStore>>;
let store: EventStore;
beforeAll(async () => {
  server = await anyEventStore();
  store = createEventStore(server.url);
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

/** A category that no other test and no earlier run on this server uses. */
const category = () => `c${randomUUID().replaceAll('-', '')}`;
const stream = () => `${category()}-1`;

it('is reached directly, whatever proxy the environment has for the web', async () => {
  vi.stubEnv('no_grpc_proxy', undefined);
  vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
  vi.stubEnv('https_proxy', 'http://127.0.0.1:9');
  const direct = createEventStore(server.url);
  try {
    expect(await direct.last(stream())).toBeNull();
  } finally {
    await direct.close();
    vi.unstubAllEnvs();
  }
});

it('can be left in the middle of many reads: the server ends no connection for it', async () => {
  const name = stream();
  await store.append(name, newEvents(20), 'no_stream');
  const leaveEarly = async () => {
    for await (const { revision } of store.readStream(name)) return revision;
    return null;
  };
  const [rounds, atOnce] = [100, 16];
  for (let round = 0; round < rounds; round += 1) {
    const left = await Promise.all(Array.from({ length: atOnce }, leaveEarly));
    expect(left).toEqual(Array.from({ length: atOnce }, () => 0n));
  }
});

it('what somebody else wrote takes up a revision, changes nothing and is told in the history', async () => {
  const id = asOrderId(randomUUID());
  const name = `order-${id}`;
  const placed = envelope([{ type: 'PaymentFailed', data: { at: 1 } }], {
    commandId: randomUUID(),
    context: { correlationId: 'c', causationId: 'c', actor: 'tester' },
    recordedAt: '2026-03-01T09:00:00.000Z',
    prevHash: null,
  });
  await store.append(name, placed, 'no_stream');
  const client = EventStoreDBClient.connectionString(server.url);
  try {
    await client.appendToStream(name, jsonEvent({ type: 'OrderCancelled', data: { reason: 'x' } }));
    await client.appendToStream(name, binaryEvent({ type: 'OrderShipped', data: Buffer.from('{') }));
    await client.appendToStream(name, jsonEvent({ type: 'Odd', data: {}, metadata: { hash: 1, recordedAt: 'then' } }));
    await client.appendToStream(name, jsonEvent({ type: '$system', data: {} }));
  } finally {
    await client.dispose();
  }
  expect(await store.last(name)).toMatchObject({ revision: 4n, type: 'foreign:$system' });
  const history = await createHistories(store).orderHistory(id);
  expect(history).toMatchObject({
    verified: false,
    events: [
      { revision: 0, actor: 'tester' },
      { revision: 1, type: 'foreign:OrderCancelled', data: { reason: 'x' }, actor: 'foreign' },
      { revision: 2, type: 'foreign:OrderShipped', data: {} },
      { revision: 3, type: 'foreign:Odd' },
      { revision: 4, type: 'foreign:$system' },
    ],
  });
  await expect(store.append(name, newEvents(1), 4n)).resolves.toMatchObject({ revision: 5n });
});

it('leaves out streams whose name no read model can hold', async () => {
  const of = category();
  const client = EventStoreDBClient.connectionString(server.url);
  try {
    await client.appendToStream(`${of}-\0`, jsonEvent({ type: 'OrderPlaced', data: {} }));
  } finally {
    await client.dispose();
  }
  await store.append(`${of}-1`, newEvents(1), 'no_stream');
  expect((await collect(store.readAll({ prefixes: [of] }))).map((event) => event.stream)).toEqual([`${of}-1`]);
});

describe('append', () => {
  it('begins a stream that is expected not to exist, and goes on at the exact revision', async () => {
    const name = stream();
    const first = await store.append(name, newEvents(2), 'no_stream');
    const second = await store.append(name, newEvents(3, 2), first.revision);
    expect([first.revision, second.revision]).toEqual([1n, 4n]);
    expect(comparePositions(first.position, second.position)).toBeLessThan(0);
    expect(counts(await collect(store.readStream(name)))).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    ['a stream that is there already', 'no_stream' as const],
    ['a revision that is gone', 0n],
    ['a revision that is not there yet', 9n],
  ])('refuses %s, and writes nothing', async (_, expected) => {
    const name = stream();
    await store.append(name, newEvents(2), 'no_stream');
    await expect(store.append(name, newEvents(1), expected)).rejects.toThrow(WrongExpectedRevision);
    expect(counts(await collect(store.readStream(name)))).toEqual([0, 1]);
  });

  it('refuses it also where the connection string asks for conflicts as answers', async () => {
    const answering = createEventStore(`${server.url}&throwOnAppendFailure=false`);
    const name = stream();
    await answering.append(name, newEvents(1), 'no_stream');
    await expect(answering.append(name, newEvents(1), 'no_stream')).rejects.toThrow(WrongExpectedRevision);
    await answering.close();
  });

  it('refuses a revision of a stream that does not exist', async () => {
    await expect(store.append(stream(), newEvents(1), 3n)).rejects.toThrow(WrongExpectedRevision);
  });

  it('recognises a repeat by its event ids: same answer, nothing written twice', async () => {
    const name = stream();
    const begin = newEvents(2);
    const more = newEvents(2, 2);
    const first = await store.append(name, begin, 'no_stream');
    const second = await store.append(name, more, first.revision);
    expect(await store.append(name, begin, 'no_stream')).toMatchObject({ revision: first.revision });
    expect(await store.append(name, more, first.revision)).toMatchObject({ revision: second.revision });
    await expect(store.append(name, [more[0]!, ...newEvents(1)], first.revision)).rejects.toThrow(
      WrongExpectedRevision,
    );
    expect(counts(await collect(store.readStream(name)))).toEqual([0, 1, 2, 3]);
  });

  it.each([1, 2, 5, 7])('reads the same by pages of %i', async (pageSize) => {
    const name = stream();
    await store.append(name, newEvents(5), 'no_stream');
    expect(counts(await collect(store.readStream(name, { pageSize })))).toEqual([0, 1, 2, 3, 4]);
    expect(counts(await collect(store.readStream(name, { pageSize, fromRevision: 1n, maxCount: 3 })))).toEqual([
      1, 2, 3,
    ]);
    expect(await collect(store.readStream(stream(), { pageSize }))).toEqual([]);
  });

  it('takes one of many that expect the same revision', async () => {
    const name = stream();
    await store.append(name, newEvents(1), 'no_stream');
    const racers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.append(name, newEvents(1, n + 1), 0n)),
    );
    const lost = racers.filter((racer) => racer.status === 'rejected');
    expect(lost).toHaveLength(19);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(WrongExpectedRevision);
    expect(await collect(store.readStream(name))).toHaveLength(2);
  });

  it('carries many at once, and a conflict among them is nobody else’s', async () => {
    const of = category();
    await store.append(`${of}-taken`, newEvents(1), 'no_stream');
    const appends = await Promise.allSettled(
      Array.from({ length: 300 }, (_, n) =>
        n % 10 === 0
          ? store.append(`${of}-taken`, newEvents(1), 'no_stream')
          : store.append(`${of}-${n}`, newEvents(1, n), 'no_stream'),
      ),
    );
    expect(appends.filter(({ status }) => status === 'fulfilled')).toHaveLength(270);
    expect(await collect(store.readAll({ prefixes: [`${of}-`] }))).toHaveLength(271);
  });

  it('keeps type, data and metadata as they are', async () => {
    const name = stream();
    const [event] = newEvents(1);
    const data = { text: 'Größe 🌿 \u0000 "q"', nested: { list: [1, null, true], amount: 9_007_199_254_740_991 } };
    await store.append(name, [{ ...event!, type: 'Described', data }], 'no_stream');
    const [read] = await collect(store.readStream(name));
    expect(read).toMatchObject({
      id: event!.id,
      type: 'Described',
      data,
      metadata: event!.metadata,
      stream: name,
      revision: 0n,
    });
  });
});

describe('reading a stream', () => {
  it('that does not exist yields nothing', async () => {
    expect(await collect(store.readStream(stream()))).toEqual([]);
  });

  it('begins at a revision and stops at a count; behind the end there is nothing', async () => {
    const name = stream();
    await store.append(name, newEvents(10), 'no_stream');
    expect(counts(await collect(store.readStream(name, { fromRevision: 4n, maxCount: 3 })))).toEqual([4, 5, 6]);
    expect(await collect(store.readStream(name, { fromRevision: 10n }))).toEqual([]);
  });

  it('brings positions in their order, the last being what the append answered', async () => {
    const name = stream();
    const { position } = await store.append(name, newEvents(3), 'no_stream');
    const positions = (await collect(store.readStream(name))).map((event) => event.position);
    expect(positions.at(-1)).toEqual(position);
    expect([...positions].sort(comparePositions)).toEqual(positions);
  });

  it('may be left early, as often as one likes, and the store closes all the same', async () => {
    const own = createEventStore(server.url);
    const name = stream();
    await own.append(name, newEvents(200), 'no_stream');
    for (let time = 0; time < 20; time += 1) {
      for await (const event of own.readStream(name)) if (event.revision === 3n) break;
      for await (const _ of own.readAll({ prefixes: [name] })) break;
      await own.head();
    }
    const closed = own.close().then(() => 'closed');
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 800, 'still open'))])).toBe(
      'closed',
    );
  });
});

describe('reading everything', () => {
  it('narrows to prefixes and keeps the order of the store', async () => {
    const [one, two, other] = [category(), category(), category()];
    for (let n = 0; n < 5; n += 1) {
      await store.append(`${one}-${n}`, newEvents(1, n * 10), 'no_stream');
      await store.append(`${other}-${n}`, newEvents(1), 'no_stream');
      await store.append(`${two}-${n}`, newEvents(1, n * 10 + 1), 'no_stream');
    }
    const found = counts(await collect(store.readAll({ prefixes: [`${one}-`, `${two}-`] })));
    expect(found).toEqual([0, 1, 10, 11, 20, 21, 30, 31, 40, 41]);
  });

  it('begins behind a position, and stops at a count', async () => {
    const of = category();
    await store.append(`${of}-1`, newEvents(6), 'no_stream');
    const events = await collect(store.readAll({ prefixes: [of] }));
    const from = events[2]!.position;
    expect(counts(await collect(store.readAll({ prefixes: [of], from })))).toEqual([3, 4, 5]);
    expect(counts(await collect(store.readAll({ prefixes: [of], from, maxCount: 2 })))).toEqual([3, 4]);
    expect(await collect(store.readAll({ prefixes: [of], from, maxCount: 0 }))).toEqual([]);
    expect(await collect(store.readAll({ prefixes: [of], from: events[5]!.position }))).toEqual([]);
  });

  it('has a head: the position of the last event', async () => {
    const { position } = await store.append(stream(), newEvents(2), 'no_stream');
    expect(comparePositions((await store.head())!, position)).toBeGreaterThanOrEqual(0);
  });
});

describe('a subscription', () => {
  it('brings what there is, says that it has caught up, and goes on with what comes', async () => {
    const of = category();
    await store.append(`${of}-1`, newEvents(3), 'no_stream');
    let written: Promise<unknown> | undefined;
    const messages = await follow(store, { prefixes: [`${of}-`], from: null }, (seen) => {
      if (seen.at(-1)?.kind === 'caught-up') written ??= store.append(`${of}-2`, newEvents(2, 3), 'no_stream');
      return eventsIn(seen).length === 5;
    });
    await written;
    expect(counts(eventsIn(messages))).toEqual([0, 1, 2, 3, 4]);
    const kinds = messages.map(({ kind }) => kind).filter((kind) => kind !== 'checkpoint');
    expect(kinds).toEqual(['event', 'event', 'event', 'caught-up', 'event', 'event']);
  });

  it('begins behind a position', async () => {
    const of = category();
    await store.append(`${of}-1`, newEvents(5), 'no_stream');
    const from = (await collect(store.readAll({ prefixes: [of] })))[1]!.position;
    const messages = await follow(store, { prefixes: [of], from }, (seen) => seen.at(-1)?.kind === 'caught-up');
    expect(counts(eventsIn(messages))).toEqual([2, 3, 4]);
  });

  it('says how far it has looked where nothing passes the filter; from there nothing is missed', async () => {
    const of = category();
    const before = await store.head();
    for (let n = 0; n < 3; n += 1) await store.append(`${category()}-1`, newEvents(700), 'no_stream');
    const messages = await follow(store, { prefixes: [of], from: before }, (seen) => seen.at(-1)?.kind === 'caught-up');
    const markers = messages.flatMap((message) => (message.kind === 'checkpoint' ? [message.position] : []));
    expect(markers.length).toBeGreaterThan(0);
    expect([...markers].sort(comparePositions)).toEqual(markers);
    await store.append(`${of}-1`, newEvents(2), 'no_stream');
    const later = await follow(store, { prefixes: [of], from: markers.at(-1)! }, (seen) => eventsIn(seen).length === 2);
    expect(counts(eventsIn(later))).toEqual([0, 1]);
  });

  it('never shows a checkpoint before an event that lies in front of it', async () => {
    const of = category();
    const from = await store.head();
    for (let n = 0; n < 6; n += 1) {
      await store.append(`${of}-${n}`, newEvents(1), 'no_stream');
      await store.append(`${category()}-1`, newEvents(700), 'no_stream');
    }
    const messages = await follow(store, { prefixes: [of], from }, (seen) => seen.at(-1)?.kind === 'caught-up');
    const positions = messages.flatMap((message) =>
      message.kind === 'caught-up' ? [] : [message.kind === 'event' ? message.event.position : message.position],
    );
    expect(eventsIn(messages)).toHaveLength(6);
    expect([...positions].sort(comparePositions)).toEqual(positions);
  });

  it('ends when it is aborted: before it begins, while it waits, and with events under way', async () => {
    const of = category();
    await store.append(`${of}-1`, newEvents(500), 'no_stream');
    const never = store.subscribeToAll({ prefixes: [of], from: null, signal: AbortSignal.abort() });
    expect(await collect(never)).toEqual([]);
    const early = await follow(store, { prefixes: [of], from: null }, (seen) => seen.length === 10);
    expect(early.length).toBeLessThan(500);
    const idle = await follow(store, { prefixes: [of], from: null }, (seen) => seen.at(-1)?.kind === 'caught-up');
    expect(eventsIn(idle)).toHaveLength(500);
  });
});
