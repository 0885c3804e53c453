import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { type EventStore, EventStoreUnavailable, type SubscriptionMessage } from '../../../src/commands/event-store.js';
import { collect } from '../../support/collect.js';
import { anyEventStore, startEventStore } from '../../support/eventstoredb.js';
import { listen } from '../../support/listen.js';
import { counts, eventsIn, follow, newEvents } from '../../support/new-events.js';
import { addressOf, openGate, type TcpGate } from '../../support/tcp-gate.js';
import { until } from '../../support/until.js';

const category = () => `c${randomUUID().replaceAll('-', '')}`;

describe('a connection that is not reliable', () => {
  let server: Awaited<ReturnType<typeof anyEventStore>>;
  let gate: TcpGate;
  let store: EventStore;
  beforeAll(async () => {
    server = await anyEventStore();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    gate = await openGate(() => addressOf(server.url));
    store = createEventStore(gate.through(server.url));
  });
  afterEach(async () => {
    gate.open();
    gate.release();
    await store.close();
    await gate.close();
  });

  it('makes a subscription throw, so that whoever supervises it can begin again', async () => {
    const of = category();
    await store.append(`${of}-1`, newEvents(3), 'no_stream');
    const seen: SubscriptionMessage[] = [];
    const following = (async () => {
      for await (const message of store.subscribeToAll({
        prefixes: [of],
        from: null,
        signal: new AbortController().signal,
      })) {
        seen.push(message);
        if (message.kind === 'caught-up') gate.cut();
      }
    })();
    await expect(following).rejects.toThrow();
    expect(seen.filter(({ kind }) => kind === 'event')).toHaveLength(3);
    await store.append(`${of}-1`, newEvents(1, 3), 2n);
    expect(counts(await collect(store.readStream(`${of}-1`)))).toEqual([0, 1, 2, 3]);
  });

  it('loses no append and writes none twice, however often it breaks', async () => {
    const of = category();
    await store.append(`${of}-warm`, newEvents(1), 'no_stream');
    const rounds: PromiseSettledResult<string>[] = [];
    const names = Array.from({ length: 600 }, (_, n) => `${of}-${n}`);
    let done = 0;
    const worker = async () => {
      for (let name = names.pop(); name; name = names.pop()) {
        const stream = name;
        rounds.push(
          ...(await Promise.allSettled([store.append(stream, newEvents(1), 'no_stream').then(() => stream)])),
        );
        done += 1;
        if (done % 100 === 0 && names.length > 0) gate.cut();
      }
    };
    await Promise.all(Array.from({ length: 60 }, worker));
    const acknowledged = rounds.flatMap((round) => (round.status === 'fulfilled' ? [round.value] : []));
    for (const round of rounds)
      if (round.status === 'rejected') expect(round.reason).toBeInstanceOf(EventStoreUnavailable);
    const written = (await collect(store.readAll({ prefixes: [`${of}-`] }))).map((event) => event.stream);
    expect(acknowledged.length).toBeGreaterThan(300);
    expect(new Set(written).size).toBe(written.length);
    expect(acknowledged.filter((name) => !written.includes(name))).toEqual([]);
  });

  it('survives a break while more waits to be sent than the connection takes', async () => {
    const of = category();
    await store.append(`${of}-warm`, newEvents(1), 'no_stream');
    gate.hold();
    const text = 'x'.repeat(50_000);
    const appends = Array.from({ length: 64 }, (_, n) => {
      const [event] = newEvents(1);
      return store.append(`${of}-${n}`, [{ ...event!, data: { text } }], 'no_stream');
    });
    setTimeout(() => {
      gate.release();
      gate.cut();
    }, 200);
    for (const append of await Promise.allSettled(appends)) expect(append.status).toBe('fulfilled');
    expect(await collect(store.readAll({ prefixes: [`${of}-`] }))).toHaveLength(65);
  });

  it('repeats an append whose answer was lost, and the events are there once', async () => {
    const name = `${category()}-1`;
    await store.append(name, newEvents(1), 'no_stream');
    gate.hold();
    const appending = store.append(name, newEvents(2, 1), 0n);
    const other = createEventStore(server.url);
    await until('the events are written', async () => (await collect(other.readStream(name))).length === 3);
    gate.release();
    gate.cut();
    expect(await appending).toMatchObject({ revision: 2n });
    expect(counts(await collect(other.readStream(name)))).toEqual([0, 1, 2]);
    await other.close();
  });

  it('never passes off part of a stream as the whole', async () => {
    const name = `${category()}-1`;
    let revision: bigint | 'no_stream' = 'no_stream';
    for (let n = 0; n < 4; n += 1) revision = (await store.append(name, newEvents(500, n * 500), revision)).revision;
    const count = async (read: EventStore, act: () => unknown) => {
      let events = 0;
      for await (const _ of read.readStream(name)) {
        events += 1;
        if (events === 100) act();
        await nextTurn();
      }
      return events;
    };
    await expect(count(store, () => gate.cut())).rejects.toThrow(EventStoreUnavailable);
    // As when another call's failure has the client replaced under a read.
    const own = createEventStore(server.url);
    await expect(count(own, () => own.close())).rejects.toThrow(EventStoreUnavailable);
  });

  it('makes a read of a silent server end, and answers again when the server does', async () => {
    const name = `${category()}-1`;
    const hasty = createEventStore(gate.through(server.url), 400);
    gate.hold();
    await expect(hasty.head(), 'while it is being connected to').rejects.toThrow(EventStoreUnavailable);
    gate.release();
    await hasty.append(name, newEvents(1_000), 'no_stream');
    gate.hold();
    await expect(collect(hasty.readStream(name))).rejects.toThrow(EventStoreUnavailable);
    await expect(hasty.last(name)).rejects.toThrow(EventStoreUnavailable);
    gate.release();
    let read = 0;
    for await (const _ of hasty.readStream(name)) {
      read += 1;
      if (read === 10) await sleep(1_000);
    }
    expect(read, 'to a reader that takes its time').toBe(1_000);
    await hasty.close();
  });

  it.each<[string, (hasty: EventStore, of: string) => Promise<unknown>]>([
    [
      'a subscription',
      (hasty, of) => follow(hasty, { prefixes: [of], from: null }, (seen) => eventsIn(seen).length > 0),
    ],
    ['a read', (hasty) => until('a read succeeds', async () => (await hasty.head()) !== null)],
  ])('and on which nobody ever speaks does not hold up %s for longer than a silence', async (_, use) => {
    const of = category();
    await store.append(`${of}-1`, newEvents(1), 'no_stream');
    const nobody = await listen(createServer((socket) => socket.resume()));
    let connections = 0;
    const first = await openGate(() => addressOf(++connections === 1 ? nobody.url : server.url));
    const hasty = createEventStore(first.through(server.url), 100);
    await use(hasty, of);
    expect(connections).toBeGreaterThan(1);
    await hasty.close();
    await first.close();
    await nobody.close();
  });

  it('is lost just as a reader leaves, without ending the process', async () => {
    await store.append(category(), newEvents(200), 'no_stream');
    for (let turns = 0; turns < 40; turns += 1) {
      await until('the store answers again', async () => (await store.head()) !== null);
      for await (const _ of store.readAll({ prefixes: ['c'] })) {
        gate.cut();
        for (let turn = 0; turn < turns % 4; turn += 1) await nextTurn();
        break;
      }
    }
  });
});

describe('a store whose clock is another', () => {
  it('takes appends of a process whose clock is behind by hours', async () => {
    const server = await startEventStore();
    const store = createEventStore(server.url);
    const hour = 60 * 60 * 1_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * hour });
    try {
      expect(await store.append(`${category()}-1`, newEvents(1), 'no_stream')).toMatchObject({ revision: 0n });
    } finally {
      vi.useRealTimers();
      await store.close();
      await server.stop();
    }
  });
});

describe('a store that goes away and comes back', () => {
  it('is waited for by an append, and answers reads and subscriptions again', async () => {
    const server = await startEventStore();
    const gate = await openGate(() => addressOf(server.url));
    const store = createEventStore(gate.through(server.url));
    const of = category();
    try {
      await store.append(`${of}-1`, newEvents(2), 'no_stream');
      await server.kill();
      await expect(collect(store.readStream(`${of}-1`))).rejects.toThrow(EventStoreUnavailable);
      const appending = store.append(`${of}-1`, newEvents(1, 2), 1n);
      appending.catch(() => undefined);
      await server.restart();
      const outcome = await appending.catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(EventStoreUnavailable);
        await store.append(`${of}-1`, newEvents(1, 2), 1n);
      }
      expect(counts(await collect(store.readStream(`${of}-1`)))).toEqual([0, 1, 2]);
      expect(await store.head()).not.toBeNull();
    } finally {
      await store.close();
      await gate.close();
      await server.stop();
    }
  });
});
