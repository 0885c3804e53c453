import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { assertFit } from '../../../src/adapters/queue/policy.js';
import { createJobQueues, type JobQueues } from '../../../src/adapters/queue/queues.js';
import { startWorker } from '../../../src/adapters/queue/worker.js';
import { createRedisCluster, type QueueRedis } from '../../../src/adapters/redis/cluster.js';
import type { JobRun } from '../../../src/processes/ports/job-queue.js';
import { type RedisCluster, startRedisCluster } from '../../support/redis-cluster.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';
import { until } from '../../support/until.js';

let cluster: RedisCluster;
let queues: JobQueues;
let producer: QueueRedis;
beforeAll(async () => {
  cluster = await startRedisCluster('bull');
  producer = await open('producer');
  queues = createJobQueues(producer, { exportAttempts: 2, exportBackoffMs: 1, effectBackoffMs: 1 });
});
afterAll(async () => {
  await queues.close();
  producer.disconnect();
  await cluster.stop();
});

async function open(role: 'producer' | 'queue'): Promise<QueueRedis> {
  const redis = createRedisCluster({ url: cluster.seedUrl, role });
  redis.on('error', () => undefined);
  await once(redis, 'ready');
  return redis;
}

/** Performs jobs until the test has finished. @returns the keys of what has been performed */
async function work(perform: (run: JobRun) => Promise<void> = async () => undefined): Promise<string[]> {
  const performed: string[] = [];
  const redis = await open('queue');
  const worker = startWorker({
    queue: 'order-processing',
    redis,
    concurrency: 4,
    lockMs: 5_000,
    perform: async (run) => {
      await perform(run);
      performed.push(run.data.key);
    },
    logger: silentLogger,
    metrics: noMetrics,
  });
  onTestFinished(async () => {
    await worker.close();
    redis.disconnect();
  });
  return performed;
}

const jobs = (...ids: string[]) => ids.map((id) => ({ id, data: { key: id }, delayMs: 0 }));

it('jobs are performed wherever the queues are, and tried again', async () => {
  let failures = 0;
  const performed = await work(async ({ data, attempt }) => {
    if (data.key !== 'b' || attempt > 1) return;
    failures += 1;
    throw new Error('the first attempt fails');
  });
  await queues.add('order-processing', jobs('a', 'b', 'c'));
  await until('all are performed', () => performed.length === 3);
  expect(performed.toSorted()).toEqual(['a', 'b', 'c']);
  expect(failures).toBe(1);
  await until('all have ended', async () => {
    const states = await queues.states('order-processing', ['a', 'b', 'c']);
    return [...states.values()].every((state) => state === 'ended');
  });
  await queues.remove('order-processing', ['a', 'b', 'c']);
  expect(await queues.states('order-processing', ['a', 'b', 'c'])).toEqual(new Map());
  expect(await cluster.holder.keys('*')).toContain('{bull}:order-processing:meta');
});

it('schedules stand', async () => {
  await queues.schedule('status-polling', 60_000);
  expect(await queues.isScheduled('status-polling', 60_000)).toBe(true);
});

it('a cluster that is taken for one server is refused', async () => {
  await expect(assertFit(cluster.holder)).rejects.toThrow('REDIS_MODE must be cluster');
});

it('a node that would evict jobs is refused', async () => {
  await assertFit(producer);
  await cluster.holder.config('SET', 'maxmemory-policy', 'allkeys-lru');
  onTestFinished(async () => void (await cluster.holder.config('SET', 'maxmemory-policy', 'noeviction')));
  await expect(assertFit(producer)).rejects.toThrow('maxmemory-policy allkeys-lru');
});

it('while the node with the queues is away no job is taken, and afterwards everything goes on', async () => {
  const performed = await work();
  await queues.assertTakesJobs();
  await cluster.killHolder();
  await expect(queues.add('order-processing', jobs('during'))).rejects.toThrow();
  await expect(queues.assertTakesJobs()).rejects.toThrow();
  await cluster.restartHolder();
  await until('jobs are taken', () =>
    queues.add('order-processing', jobs('after')).then(
      () => true,
      () => false,
    ),
  );
  await until('the job is performed', () => performed.includes('after'));
  await queues.assertTakesJobs();
});
