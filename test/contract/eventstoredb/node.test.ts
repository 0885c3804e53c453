import { once } from 'node:events';
import { createRequire } from 'node:module';
import { EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client';
import type * as FeatureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, connect, type EventStore, numbered, startEventStore } from '../../support/eventstoredb.js';

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

  it('leads a cluster of one, so that discovery finds it', async () => {
    const discovering = EventStoreDBClient.connectionString(server.url.replace('esdb:', 'esdb+discover:'));
    await discovering.appendToStream('discovered', numbered(1));
    expect(await collect(discovering.readStream('discovered'))).toHaveLength(1);
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
