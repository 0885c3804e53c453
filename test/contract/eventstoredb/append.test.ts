import { randomUUID } from 'node:crypto';
import {
  type AppendToStreamOptions,
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  WrongExpectedVersionError,
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

// Credentials on a call make the client take the plain call instead of the batch.
const paths: [string, AppendToStreamOptions][] = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }],
];

describe.each(paths)('%s', (_name, path) => {
  const newStream = () => `append-${randomUUID()}`;
  const append = (
    stream: string,
    events: Parameters<EventStoreDBClient['appendToStream']>[1],
    expected: AppendToStreamOptions['expectedRevision'] = 'any',
  ) => client.appendToStream(stream, events, { ...path, expectedRevision: expected ?? 'any' });
  const refused = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    return error as WrongExpectedVersionError;
  };

  it('answers with the next expected revision and the position of the last event', async () => {
    const stream = newStream();
    const first = await append(stream, numbered(3));
    const second = await append(stream, numbered(2));

    expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(second.nextExpectedRevision).toBe(4n);
    const events = await collect(client.readStream(stream));
    expect(first.position).toEqual(events[2]?.event?.position);
    expect(second.position).toEqual(events[4]?.event?.position);
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
  });

  it('keeps type, id, data, metadata, content type and time', async () => {
    const stream = newStream();
    const id = randomUUID();
    const before = Date.now();
    await append(stream, [
      jsonEvent({ id, type: 'Größe', data: { text: 'é∆🎉', list: [1, null] }, metadata: { actor: 'tester' } }),
      binaryEvent({ type: 'Bytes', data: Uint8Array.of(0, 255, 7), metadata: Uint8Array.of(9) }),
    ]);

    const [json, binary] = (await collect(client.readStream(stream))).map(({ event }) => event);
    expect(json).toMatchObject({
      id,
      streamId: stream,
      type: 'Größe',
      revision: 0n,
      isJson: true,
      data: { text: 'é∆🎉', list: [1, null] },
      metadata: { actor: 'tester' },
    });
    expect(json?.created.getTime()).toBeGreaterThanOrEqual(before - 1000);
    expect(json?.created.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
    expect(binary).toMatchObject({ isJson: false, type: 'Bytes' });
    expect(Buffer.from(binary?.data as Uint8Array)).toEqual(Buffer.from([0, 255, 7]));
  });

  it('takes stream names of any characters and some length', async () => {
    for (const stream of [`größe ∆/${randomUUID()}`, `${'long'.repeat(500)}${randomUUID()}`]) {
      await append(stream, numbered(1), 'no_stream');
      expect((await collect(client.readStream(stream)))[0]?.event?.streamId).toBe(stream);
      expect((await refused(append(stream, numbered(1), 'no_stream'))).streamName).toBe(stream);
    }
  });

  it('keeps metadata that is no JSON, and the lack of any', async () => {
    const stream = newStream();
    const bytes = Uint8Array.from(Buffer.from('no JSON'));
    await append(stream, [
      jsonEvent({ type: 'Text', data: 'a string' as never, metadata: bytes }),
      binaryEvent({ type: 'Bytes', data: new Uint8Array(), metadata: { actor: 'tester' } }),
      jsonEvent({ type: 'Bare', data: {} }),
    ]);
    const events = (await collect(client.readStream(stream))).map(({ event }) => event);
    expect(events[0]?.data).toBe('a string');
    expect(Buffer.from(events[0]?.metadata as Uint8Array).toString()).toBe('no JSON');
    expect(events[1]).toMatchObject({ data: new Uint8Array(), metadata: { actor: 'tester' } });
    expect(events[2]?.metadata).toBeUndefined();
  });

  it('tells a conflict in the result when the client is not to throw', async () => {
    const lenient = connect(`${server.url}&throwOnAppendFailure=false`);
    const stream = newStream();
    await append(stream, numbered(2));
    const result = await lenient.appendToStream(stream, numbered(1), { ...path, expectedRevision: 'no_stream' });
    // The client of version 6.2.1 reports another revision on the batch path.
    expect(result).toEqual({ success: false, nextExpectedRevision: 1n, position: undefined });
    await lenient.dispose();
  });

  it('of no events changes nothing', async () => {
    const stream = newStream();
    expect((await append(stream, [])).success).toBe(true);
    await append(stream, numbered(2));
    expect((await append(stream, [], 1n)).nextExpectedRevision).toBe(1n);
    await refused(append(stream, [], 0n));
    expect(await collect(client.readStream(stream))).toHaveLength(2);
  });

  it('refuses what is no event, and goes on', async () => {
    const stream = newStream();
    await expect(append(stream, jsonEvent({ id: 'not-a-uuid', type: 'Bad', data: {} }))).rejects.toThrow();
    await expect(append(stream, jsonEvent({ type: '', data: {} }))).rejects.toThrow();
    await expect(append('', numbered(1))).rejects.toThrow();
    const id = randomUUID();
    await append(stream, jsonEvent({ id: id.toUpperCase(), type: 'Good', data: {} }));
    expect((await collect(client.readStream(stream))).map(({ event }) => event?.id)).toEqual([id]);
  });

  it('no_stream: only the first writer wins', async () => {
    const stream = newStream();
    await append(stream, numbered(2), 'no_stream');
    const error = await refused(append(stream, numbered(1), 'no_stream'));
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 'no_stream', actualVersion: 1n });
  });

  it('stream_exists: refused until there is a stream', async () => {
    const stream = newStream();
    const error = await refused(append(stream, numbered(1), 'stream_exists'));
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 'stream_exists', actualVersion: 'no_stream' });
    await append(stream, numbered(1));
    expect((await append(stream, numbered(1), 'stream_exists')).nextExpectedRevision).toBe(1n);
  });

  it('exact: refused below, above and without a stream', async () => {
    const stream = newStream();
    const missing = await refused(append(stream, numbered(1), 0n));
    expect(missing).toMatchObject({ expectedVersion: 0n, actualVersion: 'no_stream' });
    await append(stream, numbered(3));
    expect(await refused(append(stream, numbered(1), 1n))).toMatchObject({ expectedVersion: 1n, actualVersion: 2n });
    expect(await refused(append(stream, numbered(1), 9n))).toMatchObject({ expectedVersion: 9n, actualVersion: 2n });
    for (const beyond of [2n ** 53n + 1n, 2n ** 62n]) {
      expect(await refused(append(stream, numbered(1), beyond))).toMatchObject({ expectedVersion: beyond });
    }
    expect((await append(stream, numbered(1), 2n)).nextExpectedRevision).toBe(3n);
  });

  it('of many writers with one exact expectation exactly one wins', async () => {
    const stream = newStream();
    await append(stream, numbered(1));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => append(stream, numbered(2), 0n)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await collect(client.readStream(stream))).toHaveLength(3);
  });

  describe('a repeated append', () => {
    it.each(['no_stream', 'exact'] as const)('with %s succeeds with the original outcome', async (kind) => {
      const stream = newStream();
      const before = numbered(2);
      if (kind === 'exact') await append(stream, before);
      const expected = kind === 'exact' ? 1n : kind;
      const events = numbered(3);
      const original = await append(stream, events, expected);
      await append(stream, numbered(4));

      expect(await append(stream, events, expected)).toEqual(original);
      expect(await append(stream, events.slice(0, 2), expected)).toMatchObject({
        nextExpectedRevision: original.nextExpectedRevision - 1n,
      });
      expect(await collect(client.readStream(stream))).toHaveLength(kind === 'exact' ? 9 : 7);
    });

    it('that is only partly the same is refused', async () => {
      const stream = newStream();
      const events = numbered(2);
      await append(stream, events, 'no_stream');
      await refused(append(stream, [...events, ...numbered(1)], 'no_stream'));
      await refused(append(stream, [...events].reverse(), 'no_stream'));
      await refused(append(stream, [...numbered(1), ...events.slice(1)], 'no_stream'));
      expect(await collect(client.readStream(stream))).toHaveLength(2);
    });

    it.each(['any', 'stream_exists'] as const)('with %s goes by the ids', async (expected) => {
      const stream = newStream();
      await append(stream, numbered(1));
      const events = numbered(3);
      const original = await append(stream, events, expected);
      await append(stream, numbered(1));

      expect(await append(stream, events, expected)).toEqual(original);
      expect((await append(stream, events.slice(1, 2), expected)).nextExpectedRevision).toBe(2n);
      await refused(append(stream, [...events, ...numbered(1)], expected));
      expect((await append(stream, [...numbered(1), ...events.slice(0, 1)], expected)).nextExpectedRevision).toBe(6n);
    });

    it('of the same ids to another stream writes them there', async () => {
      const events = numbered(2);
      await append(newStream(), events);
      expect((await append(newStream(), events)).nextExpectedRevision).toBe(1n);
    });

    it('at the same time writes once', async () => {
      const stream = newStream();
      const events = numbered(2);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => append(stream, events)));
      expect(new Set(outcomes.map(({ nextExpectedRevision }) => nextExpectedRevision))).toEqual(new Set([1n]));
      expect(await collect(client.readStream(stream))).toHaveLength(2);
    });
  });

  describe('sizes', () => {
    // data + metadata + 2 x type length; JSON.stringify adds two quotes.
    const sized = (bytes: number) => jsonEvent({ type: 'Sized', data: 'x'.repeat(bytes - 12) as never });

    it('takes exactly the maximum and nothing more', async () => {
      const stream = newStream();
      const maximum = 1024 * 1024;
      expect((await append(stream, sized(maximum))).success).toBe(true);
      const error = await append(stream, sized(maximum + 1)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
      expect((error as MaxAppendSizeExceededError).maxAppendSize).toBe(maximum);
      expect(await collect(client.readStream(stream))).toHaveLength(1);
    });

    it('counts the metadata and the type of a binary event as well', async () => {
      const stream = newStream();
      const binary = (bytes: number) =>
        binaryEvent({ type: 'Größe', data: new Uint8Array(bytes - 10_010), metadata: new Uint8Array(10_000) });
      await expect(append(stream, binary(1024 * 1024 + 1))).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
      expect((await append(stream, binary(1024 * 1024))).nextExpectedRevision).toBe(0n);
    });

    it('refuses far too much with the same error, and serves the next', async () => {
      const stream = newStream();
      await expect(append(stream, sized(4 * 1024 * 1024))).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
      expect((await append(stream, numbered(1))).nextExpectedRevision).toBe(0n);
    });

    it('counts all events of an append together, whatever the number of frames', async () => {
      const stream = newStream();
      const events = Array.from({ length: 90 }, () => sized(60_000));
      await expect(append(stream, events)).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
      expect((await append(stream, events.slice(0, 15))).nextExpectedRevision).toBe(14n);
    });
  });

  it('keeps the order of appends in flight together', async () => {
    const stream = newStream();
    await Promise.all(Array.from({ length: 200 }, (_, n) => append(stream, numbered(1, 'Counted', n))));
    const seen = numbers(await collect(client.readStream(stream)));
    expect(new Set(seen).size).toBe(200);
    if (_name === 'BatchAppend') expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });
});

describe('BatchAppend alone', () => {
  it('puts an append of several frames together', async () => {
    const stream = `append-${randomUUID()}`;
    await client.appendToStream(stream, numbered(100), { batchAppendSize: 500 });
    expect(numbers(await collect(client.readStream(stream)))).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('takes thousands of appends made at once', async () => {
    const stream = `append-${randomUUID()}`;
    await Promise.all(Array.from({ length: 1500 }, (_, n) => client.appendToStream(stream, numbered(1, 'Counted', n))));
    expect(numbers(await collect(client.readStream(stream)))).toEqual(Array.from({ length: 1500 }, (_, n) => n));
  });

  it('refuses an append whose deadline has passed', async () => {
    const stream = `append-${randomUUID()}`;
    const late = client.appendToStream(stream, numbered(1), { deadline: -1000 });
    await expect(late).rejects.toMatchObject({ type: 'deadline-exceeded' });
    await expect(collect(client.readStream(stream))).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('refuses an append whose deadline passes between its frames', async () => {
    const stream = `append-${randomUUID()}`;
    const slow = client.appendToStream(stream, numbered(5000), { deadline: 1, batchAppendSize: 1000 });
    await expect(slow).rejects.toMatchObject({ type: 'deadline-exceeded' });
    expect((await client.appendToStream(stream, numbered(1))).nextExpectedRevision).toBe(0n);
  });
});
