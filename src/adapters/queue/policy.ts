import type { Redis } from 'ioredis';

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
