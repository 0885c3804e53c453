import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { createEventStore } from '../../../../src/adapters/eventstore/index.js';
import { migrate } from '../../../../src/adapters/postgres/migrate.js';
import { createOwnerLock } from '../../../../src/adapters/postgres/owner-lock.js';
import { createCacheStore } from '../../../../src/adapters/redis/cache-store.js';
import { createRedis } from '../../../../src/adapters/redis/client.js';
import { createInvalidationFeed } from '../../../../src/adapters/redis/invalidations.js';
import { envelope } from '../../../../src/commands/event-envelope.js';
import type { EventStore, Position } from '../../../../src/commands/event-store.js';
import type { ErrorReporter, Metrics } from '../../../../src/commands/ports.js';
import type { DomainEvent } from '../../../../src/domain/shared/event-schema.js';
import { createProjections } from '../../../../src/projections/create-projections.js';
import { testDatabase } from '../../../support/database.js';
import { createEmptyDatabase } from '../../../support/postgres.js';
import { patientRedis } from '../../../support/redis.js';
import { startTestStack, type TestStack, type TestStackOptions } from '../../../support/stack.js';
import { silentLogger } from '../../../support/telemetry.js';

/** Real servers for a test file; every test gets a database and an event-store prefix of its own. */
export async function startServers(options: TestStackOptions = {}): Promise<TestStack> {
  return startTestStack(['postgres', 'redis', 'eventstoredb'], options);
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const ttlSeconds = 900;

/** A migrated database of its own on the given servers, with helpers to append events and wait for read models. */
export async function createWorld(stack: TestStack) {
  const { DATABASE_URL = '', REDIS_URL = '', EVENTSTORE_URL = '' } = stack.env;
  const { url: databaseUrl, drop } = await createEmptyDatabase(DATABASE_URL);
  const open: { close(): Promise<unknown> }[] = [{ close: drop }];
  const database = (poolMax: number): Knex => {
    const db = testDatabase({ env: { DATABASE_URL: databaseUrl } }, poolMax);
    open.push({ close: () => db.destroy() });
    return db;
  };
  const db = database(10);
  await migrate(db);
  const eventStore = createEventStore(EVENTSTORE_URL);
  // The client waits for reads that were left early; a test does not.
  open.push({ close: async () => void eventStore.close() });
  const redis = patientRedis(REDIS_URL);
  open.push({ close: async () => redis.disconnect() });
  await new Promise((resolve) => redis.once('ready', resolve));
  const feed = createRedis({ url: REDIS_URL, role: 'feed' });
  feed.on('error', () => undefined);
  open.push({ close: async () => feed.disconnect() });
  await redis.flushall();

  const counts = new Map<string, number>();
  const metrics: Metrics = {
    increment(name, labels = {}) {
      const key = `${name} ${JSON.stringify(labels)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    observe: () => undefined,
    set: () => undefined,
  };
  const captured: unknown[] = [];
  const reporter: ErrorReporter = { capture: (error) => void captured.push(error) };
  const clock = { now: () => new Date() };
  const cache = createCacheStore({ cache: redis, bulk: redis }, ttlSeconds);
  const ownerLock = createOwnerLock({ url: databaseUrl, applicationName: 'test' });
  const invalidations = createInvalidationFeed(feed);
  const stores = { eventStore, db, queryDb: db, ownerLock, cache, invalidations };
  const deps = { ...stores, clock, metrics, reporter, logger: silentLogger };
  const projections = createProjections({ ...deps, staleAfterSeconds: ttlSeconds });

  return {
    ...deps,
    databaseUrl,
    database,
    redis,
    counts,
    captured,
    projections,
    append: createAppender(eventStore),
    async close() {
      for (const resource of open.reverse()) await resource.close();
    },
  };
}

/** Appends events to the end of a stream, with metadata and hash chain as the command handler writes them. */
function createAppender(eventStore: EventStore) {
  const tails = new Map<string, { revision: bigint; hash: string }>();
  return async (stream: string, ...events: readonly DomainEvent[]): Promise<Position> => {
    const tail = tails.get(stream) ?? null;
    const recordedAt = new Date().toISOString();
    const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:test' };
    const wrapped = envelope(events, { commandId: randomUUID(), context, recordedAt, prevHash: tail?.hash ?? null });
    const { revision, position } = await eventStore.append(stream, wrapped, tail?.revision ?? 'no_stream');
    tails.set(stream, { revision, hash: wrapped.at(-1)!.metadata.hash });
    return position;
  };
}
