import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import {
  EventStoreDBClient,
  type Position,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type * as FeatureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.js';
import { connect, type EventStore, numbered, numbers, startEventStore } from '../../support/eventstoredb.js';

const require = createRequire(import.meta.url);
const {
  ServerFeaturesClient,
}: typeof FeatureServices = require('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');
const { Empty }: typeof Shared = require('@eventstore/db-client/generated/shared_pb.js');

let server: EventStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await startEventStore();
  client = connect(server.url);
});

afterAll(async () => {
  await client.dispose();
  await server.stop();
});

it('takes the options that a connection string can carry', async () => {
  const options = '&keepAliveInterval=10000&keepAliveTimeout=5000&defaultDeadline=60000&nodePreference=follower';
  const url = `${server.url.replace('esdb://', 'esdb://admin:changeit@')}${options}&connectionName=test`;
  const caller = EventStoreDBClient.connectionString(url);
  await caller.appendToStream('connected', numbered(1), { requiresLeader: true });
  expect(await collect(caller.readStream('connected', { requiresLeader: true }))).toHaveLength(1);
  // A client that was disposed of connects again when it is used.
  await caller.dispose();
  expect((await caller.appendToStream('connected', numbered(1))).nextExpectedRevision).toBe(1n);
  await caller.dispose();
});

describe('the node', () => {
  it('lists what it offers in lower case', async () => {
    const caller = new ServerFeaturesClient(
      new URL(server.url.replace('esdb:', 'http:')).host,
      credentials.createInsecure(),
    );
    const supported = await new Promise<Features.SupportedMethods>((resolve, reject) => {
      caller.getSupportedMethods(new Empty(), (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    caller.close();
    const methods = supported.getMethodsList().map((method) => [method.getMethodName(), method.getFeaturesList()]);
    expect(methods).toContainEqual(['batchappend', ['deadline_duration']]);
    expect(methods).toContainEqual(['read', ['position', 'events']]);
    expect(supported.getMethodsList()[0]?.getServiceName()).toBe('event_store.client.streams.streams');
  });

  it.each(['127.0.0.1', 'localhost'])('leads a cluster of one, so that discovery by %s finds it', async (host) => {
    const url = server.url.replace('esdb:', 'esdb+discover:').replace('127.0.0.1', host);
    const discovering = EventStoreDBClient.connectionString(url);
    await discovering.appendToStream(`discovered-${host}`, numbered(1));
    expect(await collect(discovering.readStream(`discovered-${host}`))).toHaveLength(1);
    await discovering.dispose();
  });
});

it('tells subscribers that it is unavailable when it stops', async () => {
  const stopping = await startEventStore();
  const caller = connect(stopping.url);
  await caller.appendToStream('kept', numbered(1));
  const subscription = caller.subscribeToStream('kept');
  subscription.resume();
  await once(subscription, 'caughtUp');
  const dropped = once(subscription, 'error');
  await stopping.stop();
  expect((await dropped)[0]).toMatchObject({ type: 'unavailable' });
  await caller.dispose();
});

it('ends when the process that started it is gone, without being asked', async () => {
  const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const orphan = await startEventStore({ parent: parent.pid ?? 0 });
  parent.kill('SIGKILL');
  expect(await orphan.ended()).toBe(0);
  await orphan.stop();
});

it('lets a subscriber go on after a restart from where it was, without loss or repeat', async () => {
  const store = await startEventStore();
  const seen: unknown[] = [];
  let last: Position | typeof START = START;
  for (let run = 0; run < 3; run += 1) {
    const caller = connect(store.url);
    const filter = streamNameFilter({ prefixes: ['resumed'] });
    const subscription = caller.subscribeToAll({ fromPosition: last, filter });
    const writing = (async () => {
      for (let n = 0; n < 20; n += 1) {
        await caller.appendToStream('resumed', numbered(5, 'Counted', run * 100 + n * 5));
        await caller.appendToStream('noise', numbered(1));
      }
    })();
    // Left in the middle: the next run begins with what this one did not take.
    for (const event of await collect(subscription, 30)) {
      seen.push(...numbers([event]));
      last = event.event?.position ?? last;
    }
    await writing;
    await caller.dispose();
    if (run === 1) await store.kill();
    await store.restart();
  }
  const caller = connect(store.url);
  const rest = caller.subscribeToAll({ fromPosition: last, filter: streamNameFilter({ prefixes: ['resumed'] }) });
  seen.push(...numbers(await collect(rest, 300 - seen.length)));
  expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n));
  await caller.dispose();
  await store.stop();
}, 60_000);

it('has no metadata of any stream', async () => {
  expect(await client.getStreamMetadata('never-written')).toEqual({ streamName: 'never-written' });
  await client.appendToStream('plain', numbered(1));
  expect(await client.getStreamMetadata('plain')).toEqual({ streamName: 'plain' });
});

describe('what is not offered says so', () => {
  it.each([
    ['Streams.Delete', () => client.deleteStream('gone')],
    ['Streams.Tombstone', () => client.tombstoneStream('gone')],
    ['setStreamMetadata', () => client.setStreamMetadata('kept', { maxCount: 3 })],
    [
      'PersistentSubscriptions.Create',
      () => client.createPersistentSubscriptionToStream('s', 'g', persistentSubscriptionToStreamSettingsFromDefaults()),
    ],
    ['PersistentSubscriptions.Read', () => collect(client.subscribeToPersistentSubscriptionToStream('s', 'g'))],
    ['Projections.Create', () => client.createProjection('p', 'fromAll()')],
  ])('%s', async (call, run) => {
    const error = await Promise.resolve(run()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain(call);
    expect((error as Error).message).toContain('a real EventStoreDB server has it');
  });
});
