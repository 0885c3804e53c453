import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { END, type EventStoreDBClient, type Position, START, StreamNotFoundError } from '@eventstore/db-client';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as StreamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyEventStore, collect, connect, numbered, numbers } from '../../support/eventstoredb.js';

const require = createRequire(import.meta.url);
const { StreamsClient }: typeof StreamsServices = require('@eventstore/db-client/generated/streams_grpc_pb.js');
const { ReadReq }: typeof Streams = require('@eventstore/db-client/generated/streams_pb.js');
const { Empty }: typeof Shared = require('@eventstore/db-client/generated/shared_pb.js');

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
    ['resolving links', { resolveLinkTos: true, maxCount: 1 }, [0]],
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
    for (let n = 0; n < 4; n += 1) await client.appendToStream(big, numbered(2000));
    const reading = client.readStream(big);
    expect(await collect(reading, 3)).toHaveLength(3);
    await reading.cancel();
    expect(await collect(client.readStream(big, { fromRevision: 7990n }))).toHaveLength(10);
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

  it('has nothing after the end nor before the start', async () => {
    expect(await collect(client.readAll({ fromPosition: END }))).toEqual([]);
    expect(await collect(client.readAll({ direction: 'backwards', fromPosition: START }))).toEqual([]);
  });
});

describe('what the client can send but does not', () => {
  const raw = (options: Streams.ReadReq.Options) => {
    const caller = new StreamsClient(new URL(server.url.replace('esdb:', 'http:')).host, credentials.createInsecure());
    const call = caller.read(new ReadReq().setOptions(options));
    return { answers: call as unknown as AsyncIterable<Streams.ReadResp>, close: () => caller.close() };
  };
  const all = () =>
    new ReadReq.Options()
      .setAll(new ReadReq.Options.AllOptions().setStart(new Empty()))
      .setCount('100')
      .setUuidOption(new ReadReq.Options.UUIDOption().setString(new Empty()));

  it('filters a read of $all', async () => {
    const expression = new ReadReq.Options.FilterOptions.Expression().setPrefixList([other]);
    const filter = new ReadReq.Options.FilterOptions()
      .setStreamIdentifier(expression)
      .setCount(new Empty())
      .setCheckpointintervalmultiplier(1);
    const { answers, close } = raw(all().setFilter(filter).setCount('2'));
    const types: (string | undefined)[] = [];
    for await (const answer of answers) types.push(answer.getEvent()?.getEvent()?.getMetadataMap().get('type'));
    close();
    expect(types).toEqual(['Other', 'Other']);
  });

  it('gives ids as two numbers on request', async () => {
    const [first] = await collect(client.readAll({ maxCount: 1 }));
    const uuids = new ReadReq.Options.UUIDOption().setStructured(new Empty());
    const { answers, close } = raw(all().setNoFilter(new Empty()).setUuidOption(uuids).setCount('1'));
    for await (const answer of answers) {
      const structured = answer.getEvent()?.getEvent()?.getId()?.getStructured();
      const hex = [structured?.getMostSignificantBits(), structured?.getLeastSignificantBits()]
        .map((bits) =>
          BigInt.asUintN(64, BigInt(bits ?? 0))
            .toString(16)
            .padStart(16, '0'),
        )
        .join('');
      expect(hex).toBe(first?.event?.id.replaceAll('-', ''));
    }
    close();
  });
});
