import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { createEventStore } from '../src/adapters/eventstore/index.js';
import { createDatabase } from '../src/adapters/postgres/database.js';
import { migrate } from '../src/adapters/postgres/migrate.js';
import { createOwnerLock } from '../src/adapters/postgres/owner-lock.js';
import { createPersonalKeys } from '../src/adapters/postgres/personal-keys/index.js';
import { createCacheStore } from '../src/adapters/redis/cache-store.js';
import { createRedis } from '../src/adapters/redis/client.js';
import { portalPrefixes } from '../src/commands/aggregates.js';
import type { Logger } from '../src/commands/ports.js';
import { openedEvents } from '../src/commands/privacy/opened-events.js';
import { createPersonalData } from '../src/commands/privacy/personal-data.js';
import { createProjections } from '../src/projections/create-projections.js';
import { call } from './call.js';
import { withPortal } from './portal-stack.js';
import { type BenchRow, row } from './row.js';
import { ordersPerSecond } from './workload/orders.js';

const measureSeconds = 6;
const connections = 16;

interface Products {
  readonly items: readonly { sku: string }[];
}

/** The portal's two basic speeds: placing orders and projecting events. */
export function benchPortal(): Promise<BenchRow[]> {
  return withPortal(async ({ base, env, kill }) => {
    const placed = await placedOrders(base);
    // What it still does for those orders would take time from the rest.
    await kill('portal', 'SIGTERM');
    const projected = await projectedEvents(env);
    // Last: whoever reads the store after it reads past these events.
    const appends = await bareAppends(env);
    return [
      row(
        {
          name: 'orders placed over HTTP, one line each',
          unit: '1/s',
          reference: 'bare appends of the same three events',
        },
        { value: placed, referenceValue: appends },
      ),
      projected,
    ];
  });
}

async function placedOrders(base: string): Promise<number> {
  const { items } = await call<Products>('GET', `${base}/api/v1/products?inStock=true&sort=-stock&limit=100`);
  return ordersPerSecond(
    [base],
    items.map(({ sku }) => sku),
  );
}

/** An order is three appends: the reservation, the order, its payment. @returns orders a second */
async function bareAppends(env: Record<string, string>): Promise<number> {
  const client = EventStoreDBClient.connectionString(env.EVENTSTORE_URL ?? '');
  const pad = 'x'.repeat(900);
  const event = () => jsonEvent({ id: randomUUID(), type: 'BenchEvent', data: { pad } });
  const until = Date.now() + measureSeconds * 1000;
  let orders = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (Date.now() < until) {
        for (let part = 0; part < 3; part += 1) await client.appendToStream(`bench-${randomUUID()}`, event());
        orders += 1;
      }
    }),
  );
  await client.dispose();
  return orders / measureSeconds;
}

/** Projects everything the store holds into all read models of an empty database. */
async function projectedEvents(env: Record<string, string>): Promise<BenchRow> {
  const url = new URL(env.DATABASE_URL ?? '');
  const admin = database(url);
  const name = `bench_${Date.now()}`;
  await admin.raw(`create database ${name}`);
  url.pathname = `/${name}`;
  const db = database(url);
  await migrate(db);
  const eventStore = createEventStore(env.EVENTSTORE_URL ?? '');
  const redis = createRedis({ url: `${env.REDIS_URL}/9`, role: 'cache' });

  const readAll = async () => {
    let events = 0;
    for await (const _event of eventStore.readAll({ prefixes: portalPrefixes })) events += 1;
    return events;
  };
  // The first reading connects, and compiles what reads.
  await readAll();
  const bareStarted = performance.now();
  const events = await readAll();
  const bareRate = (events / (performance.now() - bareStarted)) * 1000;

  // Orders hold personal data, which the installation's own keys open.
  const keys = database(new URL(env.DATABASE_URL ?? ''));
  const master = (env.PRIVACY_MASTER_KEY ?? '').split(',');
  const personalData = createPersonalData(createPersonalKeys({ db: keys, locks: keys, master }));
  const projections = createProjections({
    eventStore: openedEvents(eventStore, personalData),
    db,
    queryDb: db,
    ownerLock: createOwnerLock({ url: url.href, applicationName: 'bench' }),
    cache: createCacheStore({ cache: redis, bulk: redis }, 900),
    clock: { now: () => new Date() },
    logger: silent,
    metrics: { increment() {}, observe() {}, set() {} },
    reporter: { capture() {} },
    staleAfterSeconds: 900,
  });
  const head = await eventStore.head();
  const started = performance.now();
  const projector = projections.startReadModels();
  if (head) await projections.queries.waitFor(head, 300_000);
  const rate = (events / (performance.now() - started)) * 1000;

  await projector.stop();
  redis.disconnect();
  await eventStore.close();
  await keys.destroy();
  await db.destroy();
  await admin.raw(`drop database ${name} with (force)`);
  await admin.destroy();
  const reference = 'adapter reading the same $all';
  return row(
    { name: `events projected into all read models (${events})`, unit: '1/s', reference, goal: 'at least 0.5' },
    { value: rate, referenceValue: bareRate },
  );
}

function database(url: URL) {
  return createDatabase({
    url: url.href,
    poolMax: 10,
    statementTimeoutMs: 60_000,
    lockTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 60_000,
    applicationName: 'bench',
  });
}

const silent: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};
