import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createJobQueues, type JobQueues } from '../../../src/adapters/queue/queues.js';
import { startWorker } from '../../../src/adapters/queue/worker.js';
import { createRedis, type RedisRole } from '../../../src/adapters/redis/client.js';
import { createInvalidationFeed, invalidationChannel } from '../../../src/adapters/redis/invalidations.js';
import { createRedisConnections } from '../../../src/compose/redis.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { addressOf, openGate, type TcpGate } from '../../support/tcp-gate.js';
import { loggerTo, noMetrics, silentLogger } from '../../support/telemetry.js';
import { until } from '../../support/until.js';

/** A server, and another one that takes over. */
let stacks: readonly TestStack[];
let urls: readonly string[];
/** To the server, past the gate. */
let operator: Redis;
let gate: TcpGate;
let target: string;
const opened: { disconnect(): void }[] = [];
beforeAll(async () => {
  stacks = await Promise.all([startTestStack(['redis']), startTestStack(['redis'])]);
  urls = stacks.map(({ env }) => env.REDIS_URL ?? '');
  operator = new Redis(urls[0] ?? '');
});
afterAll(async () => {
  operator.disconnect();
  await Promise.all(stacks.map((stack) => stack.stop()));
});
beforeEach(async () => {
  target = urls[0] ?? '';
  gate = await openGate(() => addressOf(target));
});
afterEach(async () => {
  await operator.replicaof('NO', 'ONE');
  for (const redis of opened.splice(0)) redis.disconnect();
  await gate.close();
});

async function open(role: RedisRole): Promise<Redis> {
  const redis = createRedis({ url: gate.through(target), role });
  opened.push(redis);
  redis.on('error', () => undefined);
  await once(redis, 'ready');
  return redis;
}

/** As at a failover: the server follows another one, here one that is away, and ends no connection. */
const becomesReplica = () => operator.replicaof('127.0.0.1', 1);

const queuesOn = (redis: Redis): JobQueues =>
  createJobQueues(redis, { exportAttempts: 1, exportBackoffMs: 1, effectBackoffMs: 1 });

it('connections to a server that has become a replica are made anew, and lead to the one the name leads to', async () => {
  const clients = await Promise.all((['cache', 'producer', 'queue'] as const).map(open));
  await becomesReplica();
  target = urls[1] ?? '';
  const written = (redis: Redis) => async () => (await redis.set('key', 'value').catch(() => null)) === 'OK';
  await Promise.all(clients.map((redis) => until('Redis takes a write', written(redis), 10_000)));
});

it('the feed of invalidations goes where the cache goes', async () => {
  const config = { REDIS_URL: gate.through(target), REDIS_MODE: 'single', REDIS_CACHE_URL: '' } as const;
  const connections = createRedisConnections(config, silentLogger);
  opened.push(...Object.values(connections));
  const feed = createInvalidationFeed(connections.feed);
  const heard: string[] = [];
  feed.follow({ invalidated: (_scopes, position) => void heard.push(String(position)), lost: () => undefined });
  await until('the feed is current', () => feed.isCurrent());
  await becomesReplica();
  target = urls[1] ?? '';
  const { cache } = connections;
  await until('the cache takes a write', async () => (await cache.set('key', 'value').catch(() => null)) === 'OK');
  const told = JSON.stringify({ scopes: 'all', position: '1/1' });
  await until('the feed hears', async () => {
    await cache.publish(invalidationChannel(cache), told);
    return heard.includes('1/1');
  });
});

it('a Redis that refuses to hand out a job is asked now and then, and told of once', async () => {
  const done: string[] = [];
  const told: string[] = [];
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const logger = loggerTo(({ level, message = '' }) => void (level === 'warn' && told.push(message)));
  const queues = queuesOn(await open('producer'));
  const worker = startWorker({
    queue: 'effects',
    redis: await open('queue'),
    concurrency: 1,
    lockMs: 15_000,
    perform: async ({ data }) => {
      done.push(data.key);
      await held;
    },
    logger,
    metrics: noMetrics,
  });
  const job = (name: string) => ({ id: name, data: { key: name }, delayMs: 0 });
  await queues.add('effects', [job('a-first'), job('a-second')]);
  await until('the first job is worked on', () => done.length === 1);

  await becomesReplica();
  await operator.config('RESETSTAT');
  goOn();
  await until('Redis has refused', async () => (await scriptsRun()) > 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await scriptsRun()).toBeLessThan(10);
  expect(told.length).toBeLessThan(5);

  await operator.replicaof('NO', 'ONE');
  await until('the second job is done', () => done.includes('a-second'), 10_000);
  await worker.close();
  await queues.close();
});

async function scriptsRun(): Promise<number> {
  const stats = await operator.info('commandstats');
  return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
