import type { Redis } from 'ioredis';
import { assertTakesWrites } from '../redis/takes-writes.js';

/** A queue on this Redis could lose jobs to eviction. */
export class EvictingRedis extends Error {
  override readonly name = 'EvictingRedis';
}

/**
 * Refuses a Redis that may evict jobs.
 *
 * @throws EvictingRedis unless `maxmemory-policy` is `noeviction`
 */
export async function assertNoEviction(redis: Redis): Promise<void> {
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    throw new EvictingRedis(`REDIS_URL names a Redis with maxmemory-policy ${policy}; the queues need noeviction`);
  }
}

/** @throws when Redis answers and takes no job: it has used up its `maxmemory`, is a replica, cannot write to its disk */
export async function assertTakesJobs(redis: Redis): Promise<void> {
  await assertRoom(redis);
  await assertTakesWrites(redis, 'bull:probe');
}

async function assertRoom(redis: Redis): Promise<void> {
  const info = await redis.info('memory');
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const [used, most] = [bytes('used_memory'), bytes('maxmemory')];
  if (most > 0 && used >= most) {
    throw new Error(`is full: it uses ${inMegabytes(used)} MB of maxmemory ${inMegabytes(most)} MB, and takes no job`);
  }
}

function inMegabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
