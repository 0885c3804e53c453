import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  END,
  type EventStoreDBClient,
  type Position,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.js';
import { anyEventStore, connect, numbered, numbers } from '../../support/eventstoredb.js';

const stream = `read-${randomUUID()}`;
const other = `other-${randomUUID()}`;
let server: Awaited<ReturnType<typeof anyEventStore>>;
let client: EventStoreDBClient;
let positions: Position[];

beforeAll(async () => {
  server = await anyEventStore();
  client = connect(server.url);
  await client.appendToStream(stream, numbered(5));
  await client.appendToStream(other, numbered(3, 'Other', 100));
  await client.appendToStream(stream, numbered(5, 'Counted', 5));
  positions = (await collect(client.readStream(stream))).map(({ event }) => event?.position as Position);
});

afterAll(async () => {
  await client.dispose();
  await server.stop();
});

describe('readStream', () => {
  it.each([
    ['from the start', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['from a revision, inclusive', { fromRevision: 7n }, [7, 8, 9]],
    ['from beyond the last', { fromRevision: 99n }, []],
    ['from the end', { fromRevision: END }, []],
    ['at most some', { fromRevision: 3n, maxCount: 2 }, [3, 4]],
    ['backwards from the end', { direction: 'backwards', fromRevision: END }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['backwards the last one', { direction: 'backwards', fromRevision: END, maxCount: 1 }, [9]],
    ['backwards from a revision, inclusive', { direction: 'backwards', fromRevision: 2n }, [2, 1, 0]],
    ['backwards from beyond the last', { direction: 'backwards', fromRevision: 99n, maxCount: 2 }, [9, 8]],
    ['backwards from the start', { direction: 'backwards', fromRevision: START }, [0]],
    ['from far beyond the last', { fromRevision: 2n ** 64n - 1n }, []],
    ['backwards from far beyond the last', { direction: 'backwards', fromRevision: 2n ** 64n - 1n, maxCount: 1 }, [9]],
    ['none at all', { maxCount: 0 }, []],
    ['resolving links, without any', { resolveLinkTos: true, maxCount: 1 }, [0]],
    ['with credentials', { credentials: { username: 'admin', password: 'changeit' }, maxCount: 1 }, [0]],
  ] as const)('%s', async (_name, options, expected) => {
    expect(numbers(await collect(client.readStream(stream, options)))).toEqual(expected);
  });

  it('tells where each event is in the stream and in the log', async () => {
    const events = await collect(client.readStream(stream));
    expect(events.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    for (const { event, commitPosition } of events) {
      expect(event?.position?.prepare).toBe(event?.position?.commit);
      expect(commitPosition).toBe(event?.position?.commit);
    }
    expect(positions[5]?.commit).toBeGreaterThan(positions[4]?.commit ?? 0n);
  });

  it('gives a link as it is, or on request the event it leads to beside it', async () => {
    const links = `links-${randomUUID()}`;
    const targets = [`7@${stream}`, `99@${stream}`, '0@nothing', 'nonsense'];
    const written = targets.map((target) => binaryEvent({ type: '$>', data: Buffer.from(target) }));
    await client.appendToStream(links, written);
    const raw = await collect(client.readStream(links));
    expect(raw.map(({ event, link }) => [event?.type, link])).toEqual(targets.map(() => ['$>', undefined]));

    const [target] = await collect(client.readStream(stream, { fromRevision: 7n, maxCount: 1 }));
    const resolved = await collect(client.readStream(links, { resolveLinkTos: true }));
    expect(resolved.map(({ event }) => event)).toEqual([target?.event, undefined, undefined, undefined]);
    expect(resolved.map(({ link }) => link)).toEqual(raw.map(({ event }) => event));
    const fromAll = { fromPosition: raw[0]?.event?.position as Position, resolveLinkTos: true, maxCount: 1 };
    expect(await collect(client.readAll(fromAll))).toEqual(resolved.slice(0, 1));
    const followed = client.subscribeToStream(links, { resolveLinkTos: true });
    expect((await collect(followed, 1))[0]?.event).toEqual(target?.event);
  });

  it('of a missing stream says so, in both directions', async () => {
    for (const direction of ['forwards', 'backwards'] as const) {
      const error = await collect(
        client.readStream('read-nothing', { direction, fromRevision: direction === 'forwards' ? START : END }),
      ).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StreamNotFoundError);
      expect((error as StreamNotFoundError).streamName).toBe('read-nothing');
    }
  });

  it('can be cancelled in the middle', async () => {
    const big = `read-${randomUUID()}`;
    for (let n = 0; n < 2; n += 1) await client.appendToStream(big, numbered(1000));
    const reading = client.readStream(big);
    expect(await collect(reading, 3)).toHaveLength(3);
    await reading.cancel();
    expect(await collect(client.readStream(big, { fromRevision: 1990n }))).toHaveLength(10);
  });
});

describe('readAll', () => {
  const ours = async (options: Parameters<EventStoreDBClient['readAll']>[0]) =>
    (await collect(client.readAll(options))).filter(
      ({ event }) => event?.streamId === stream || event?.streamId === other,
    );

  it('is in the order of the appends, forwards and backwards', async () => {
    const expected = [0, 1, 2, 3, 4, 100, 101, 102, 5, 6, 7, 8, 9];
    expect(numbers(await ours({})).slice(0, 13)).toEqual(expected);
    const backwards = await ours({ direction: 'backwards', fromPosition: END });
    expect(numbers(backwards).slice(-13)).toEqual([...expected].reverse());
  });

  it('starts with the event at a position, and backwards with the one before', async () => {
    const at = positions[5] as Position;
    expect(numbers(await collect(client.readAll({ fromPosition: at, maxCount: 2 })))).toEqual([5, 6]);
    expect(numbers(await collect(client.readAll({ direction: 'backwards', fromPosition: at, maxCount: 2 })))).toEqual([
      102, 101,
    ]);
  });

  it('shows the system’s own events too, as every server has some', async () => {
    const types = (await collect(client.readAll({ maxCount: 20 }))).map(({ event }) => event?.type ?? '');
    expect(types.filter((type) => type.startsWith('$'))).not.toEqual([]);
  });

  it('takes position 0 for before everything', async () => {
    const fromPosition = { commit: 0n, prepare: 0n };
    const first = await collect(client.readAll({ maxCount: 1 }));
    expect(await collect(client.readAll({ fromPosition, maxCount: 1 }))).toEqual(first);
    expect(await collect(client.readAll({ fromPosition, maxCount: 1, direction: 'backwards' }))).toEqual([]);
  });

  it('has nothing after the end nor before the start', async () => {
    expect(await collect(client.readAll({ fromPosition: END }))).toEqual([]);
    expect(await collect(client.readAll({ direction: 'backwards', fromPosition: START }))).toEqual([]);
  });
});
