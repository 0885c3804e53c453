import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { status } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { generated, type Streams, shared, streams } from '../../../embedded/eventstoredb/protocol/wire.js';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { type EventStore, EventStoreUnavailable, WrongExpectedRevision } from '../../../src/commands/event-store.js';
import { collect } from '../../support/collect.js';
import { hostEventStore } from '../../support/eventstoredb.js';
import { counts, eventsIn, follow, newEvents } from '../../support/new-events.js';
import { hostRefusingStore, notLeader, type Refused } from '../../support/refusing-store.js';

const { Status } = generated<typeof StatusMessages>('status_pb');

const name = 'order-1';
/** What is said to one append of a batch. */
function refusal(name: string, detail: { serializeBinary(): Uint8Array }) {
  const details = new anyMessages.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return new Status().setMessage(name).setDetails(details);
}

/** Answers appends of a batch like this, one after the other; with null, and behind the last, as they are. */
function inTurn(refusals: (StatusMessages.Status | null)[]) {
  return (answer: unknown) => {
    const refused = answer instanceof streams.BatchAppendResp ? refusals.shift() : null;
    if (refused) (answer as Streams.BatchAppendResp).setError(refused);
    return answer;
  };
}

const started: { stop(): Promise<void> }[] = [];
const connected: EventStore[] = [];
afterEach(async () => {
  for (const store of connected.splice(0)) await store.close();
  for (const server of started.splice(0)) await server.stop();
});

function connect(url: string, silenceMs?: number): EventStore {
  const store = createEventStore(url, silenceMs);
  connected.push(store);
  return store;
}

async function storeThat(refuse: Parameters<typeof hostRefusingStore>[0], silenceMs?: number): Promise<EventStore> {
  const server = await hostRefusingStore(refuse);
  started.push(server);
  return connect(server.url, silenceMs);
}

async function storeThatAnswers(alter: Parameters<typeof hostRefusingStore>[1]): Promise<EventStore> {
  const server = await hostRefusingStore(() => null, alter);
  started.push(server);
  return connect(server.url);
}

describe('a node of a cluster that follows', () => {
  it('is not asked what an order is like: it can be behind what was acknowledged', async () => {
    const leader = await hostEventStore();
    started.push(leader);
    const follower = await hostRefusingStore((_, headers) =>
      headers.get('requires-leader')[0] === 'true' ? notLeader(new URL(leader.url.replace('esdb:', 'http:'))) : null,
    );
    started.push(follower);
    /** Each call is the first one of its connection: later ones are with the leader already. */
    const asked = () => connect(follower.url);
    const { position } = await asked().append(name, newEvents(2), 'no_stream');
    expect(counts(await collect(connect(leader.url).readStream(name)))).toEqual([0, 1]);
    expect(counts(await collect(asked().readStream(name)))).toEqual([0, 1]);
    expect(await asked().last(name)).toMatchObject({ revision: 1n });
    expect(await asked().head()).toEqual(position);
    expect(await collect(asked().readAll({ prefixes: ['order-'] }))).toHaveLength(2);
  });
});

it('a connection string that cannot be used is told by its variable', () => {
  expect(() => createEventStore('esdb://db:2113?tlsCAFile=/nowhere.crt')).toThrow(/^EVENTSTORE_URL cannot be used: /);
});

it.each([
  '?tlsVerifyCert=false',
  '?tlsVerifyCert=false&tls=false',
  '?tls=false&tlsVerifyCert=false',
  '?tls=false&tlsVerifyCert=false&nodePreference=leader',
])('a password is printed by nobody, whatever is asked for beside it: %s', async (options) => {
  const warned = vi.spyOn(console, 'warn');
  await createEventStore(`esdb://portal:secret@db:2113${options}`).close();
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

it('a certificate that is away while the store is connected to again is waited for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  const file = path.join(folder, 'portal.crt');
  writeFileSync(file, '');
  let stopping = true;
  const server = await hostRefusingStore(() => {
    if (!stopping) return null;
    stopping = false;
    rmSync(file);
    return { code: status.UNKNOWN, details: 'stopping' };
  });
  started.push(server);
  const store = connect(`${server.url}&userCertFile=${file}&userKeyFile=${file}`);
  await expect(store.append(name, newEvents(1), 'no_stream')).rejects.toThrow('EVENTSTORE_URL cannot be used');
  await expect(store.append(name, newEvents(1), 'no_stream')).rejects.toThrow(EventStoreUnavailable);
  writeFileSync(file, '');
  await expect(store.append(name, newEvents(1), 'no_stream')).resolves.toMatchObject({ revision: 0n });
  rmSync(folder, { recursive: true });
});

describe('a store that refuses', () => {
  const denied: Refused = {
    code: status.PERMISSION_DENIED,
    details: 'Access Denied',
    trailers: { exception: 'access-denied' },
  };
  const unknownUser: Refused = { code: status.UNAUTHENTICATED, details: 'Received HTTP status code 401' };

  it.each([unknownUser, denied, { code: status.RESOURCE_EXHAUSTED, details: 'busy' }])(
    'to tell its features once, as %o, takes appends afterwards',
    async (refused) => {
      let asked = 0;
      const store = await storeThat((call) => (call === 'GetSupportedMethods' && ++asked === 1 ? refused : null));
      await expect(store.append(name, newEvents(1), 'no_stream')).resolves.toMatchObject({ revision: 0n });
    },
  );

  it.each([unknownUser, denied])('a user, as %o, is unavailable and says why', async (refused) => {
    let refusing = true;
    const store = await storeThat(() => (refusing ? refused : null));
    for (const call of [
      () => store.append(name, newEvents(1), 'no_stream'),
      () => collect(store.readStream(name)),
      () => store.head(),
    ]) {
      const failure = await call().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(EventStoreUnavailable);
      expect(failure).toMatchObject({ message: expect.stringContaining(refused.details) });
    }
    refusing = false;
    await expect(store.append(name, newEvents(1), 'no_stream')).resolves.toMatchObject({ revision: 0n });
  });
});

it.each([
  { code: status.UNAVAILABLE, details: 'Server Is Too Busy' },
  { code: status.ABORTED, details: 'Operation timed out' },
])('a read that is refused once, as %o, is asked for again', async (refused) => {
  let reads = 0;
  const store = await storeThat((call) => (call === 'Read' && ++reads % 2 === 1 ? refused : null));
  await store.append(name, newEvents(2), 'no_stream');
  expect(await collect(store.readStream(name))).toHaveLength(2);
  expect(await store.head()).not.toBeNull();
  expect(reads).toBe(4);
});

it('a read that is refused leaves the stream of appends alone: two of them would lose the answers of each other', async () => {
  let appendStreams = 0;
  let busy = false;
  const store = await storeThat((call) => {
    if (call === 'BatchAppend') appendStreams += 1;
    return call === 'Read' && busy ? { code: status.UNAVAILABLE, details: 'Server Is Too Busy' } : null;
  });
  await store.append(name, newEvents(1), 'no_stream');
  busy = true;
  await expect(store.head()).rejects.toThrow('Server Is Too Busy');
  await store.append(name, newEvents(1), 0n);
  expect(appendStreams).toBe(1);
});

it.each([
  ['took too long', refusal('Timeout', new shared.Timeout())],
  ['failed', refusal('Unknown', new shared.Unknown())],
])('an append of which the server says that it %s is repeated, and no other is given up for it', async (_, refused) => {
  let appendStreams = 0;
  const server = await hostRefusingStore(
    (call) => {
      if (call === 'BatchAppend') appendStreams += 1;
      return null;
    },
    inTurn([refused]),
  );
  started.push(server);
  const store = connect(server.url);
  await expect(store.append(name, newEvents(1), 'no_stream')).resolves.toMatchObject({ revision: 0n });
  expect(appendStreams).toBe(1);
});

describe('a server of a former release', () => {
  const nothing = new streams.ReadResp();
  const tellsNoEnd = (answer: unknown) =>
    answer instanceof streams.ReadResp && answer.hasCaughtUp() ? nothing : answer;

  it.each([
    ['with events', 3],
    ['with nothing to tell', 0],
  ])('does not say when a subscription has caught up, which is found out %s', async (_, count) => {
    const store = await storeThatAnswers(tellsNoEnd);
    await store.append('other-1', newEvents(1), 'no_stream');
    if (count > 0) await store.append(name, newEvents(count), 'no_stream');
    await store.append('other-2', newEvents(1), 'no_stream');
    const seen = await follow(store, { prefixes: ['order-'], from: null }, (all) => all.at(-1)?.kind === 'caught-up');
    expect(eventsIn(seen)).toHaveLength(count);
  });

  it('tells no position of a repeated append, which counts as the end of the log', async () => {
    const store = await storeThatAnswers((answer) => {
      if (answer instanceof streams.BatchAppendResp) answer.getSuccess()?.setNoPosition(new shared.Empty());
      return answer;
    });
    const appended = await store.append(name, newEvents(2), 'no_stream');
    expect(appended).toEqual({ revision: 1n, position: await store.head() });
  });
});

describe('an append whose answer is lost, and whose repeat the store takes for a conflict', () => {
  const lost = refusal('Unknown', new shared.Unknown());
  const conflict = refusal('WrongExpectedVersion', new shared.WrongExpectedVersion());
  /** Writes, and answers the appends like this, in turn. */
  const answering = (refusals: (StatusMessages.Status | null)[]) => storeThatAnswers(inTurn(refusals));

  it('has succeeded once', async () => {
    const store = await answering([null, lost, conflict]);
    await store.append(name, newEvents(2), 'no_stream');
    const { revision, position } = await store.append(name, newEvents(3), 1n);
    expect(revision).toBe(4n);
    expect(position).toEqual(await store.head());
    expect(await collect(store.readStream(name))).toHaveLength(5);
  });

  it('is a conflict where somebody else’s events are', async () => {
    const store = await answering([null, null, lost, conflict]);
    await store.append(name, newEvents(2), 'no_stream');
    await store.append(name, newEvents(1), 1n);
    await expect(store.append(name, newEvents(1), 1n)).rejects.toThrow(WrongExpectedRevision);
  });
});

it('a stream that the store says, in words alone, was never created reads as one that is not there', async () => {
  const never = { code: status.NOT_FOUND, details: `Event stream '${name}' was not created.` };
  const store = await storeThat((call) => (call === 'Read' ? never : null));
  expect(await collect(store.readStream(name))).toEqual([]);
  expect(await store.last(name)).toBeNull();
});

describe('a stream that somebody tombstoned', () => {
  const deleted: Refused = {
    code: status.FAILED_PRECONDITION,
    details: `Event stream '${name}' is deleted.`,
    trailers: { exception: 'stream-deleted', 'stream-name': name },
  };

  it('reads as one that is not there, so that an audit gets past it', async () => {
    const store = await storeThat((call) => (call === 'Read' ? deleted : null));
    expect(await collect(store.readStream(name))).toEqual([]);
    expect(await store.last(name)).toBeNull();
  });

  it('is told by an append to it', async () => {
    const store = await storeThat((call) => (call === 'BatchAppend' ? deleted : null));
    await expect(store.append(name, newEvents(1), 'no_stream')).rejects.toThrow(`append to ${name} failed: `);
  });
});

describe('a store that loses a subscription and says nothing', () => {
  it('is asked again, and tells what came meanwhile', async () => {
    let reads = 0;
    const store = await storeThat((call) => (call === 'Read' && ++reads === 1 ? 'silence' : null), 200);
    await store.append(name, newEvents(2), 'no_stream');
    const following = store.subscribeToAll({ prefixes: ['order-'], from: null, signal: AbortSignal.timeout(30_000) });
    const seen: bigint[] = [];
    for await (const message of following) {
      if (message.kind !== 'event') continue;
      seen.push(message.event.revision);
      if (seen.length === 2) await store.append(name, newEvents(1, 2), 1n);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([0n, 1n, 2n]);
  });
});

describe('a cluster', () => {
  const nobody = '127.0.0.1:1';

  it('is found through any of the hosts that are named', async () => {
    const { url, stop } = await hostEventStore();
    started.push({ stop });
    const hosts = url.replace('esdb://', `esdb+discover://user:pass@${nobody},`);
    const store = connect(`${hosts}&maxDiscoverAttempts=1`);
    await expect(store.head()).resolves.not.toBeNull();
  });

  it('none of whose nodes answers is unavailable, and takes appends and reads once one does', async () => {
    let away = true;
    const server = await hostRefusingStore(() => (away ? { code: status.UNAVAILABLE, details: 'starting' } : null));
    started.push(server);
    const store = connect(`${server.url.replace('?', `,${nobody}?`)}&maxDiscoverAttempts=1&discoveryInterval=1`);
    await expect(store.append(name, newEvents(1), 'no_stream')).rejects.toThrow(EventStoreUnavailable);
    await expect(collect(store.readStream(name))).rejects.toThrow(EventStoreUnavailable);
    await expect(store.head()).rejects.toThrow(EventStoreUnavailable);
    away = false;
    await expect(store.append(name, newEvents(1), 'no_stream')).resolves.toMatchObject({ revision: 0n });
    expect(await collect(store.readStream(name))).toHaveLength(1);
  });
});
