import { Redis } from 'ioredis';
import { primariesOf, type QueueRedis } from '../redis/cluster.js';
import { assertTakesWrites } from '../redis/takes-writes.js';

/** A Redis that answers, and on which there can be no queues as long as it, or the configuration, is as it is. */
export class UnfitRedis extends Error {
  override readonly name = 'UnfitRedis';
}

/**
 * Refuses a Redis that may evict jobs, and a cluster that is not known to be one: the queues' scripts would fail there.
 *
 * @throws UnfitRedis unless `maxmemory-policy` is `noeviction`, on every node of a cluster
 */
export async function assertFit(redis: QueueRedis): Promise<void> {
  // The nodes of a cluster are known once it has answered.
  const server = await redis.info('server');
  if (redis instanceof Redis && /^redis_mode:cluster/m.test(server)) {
    throw new UnfitRedis('REDIS_URL names a node of a Redis Cluster; REDIS_MODE must be cluster');
  }
  for (const primary of primariesOf(redis)) {
    const info = await primary.info('memory');
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new UnfitRedis(`REDIS_URL names a Redis with maxmemory-policy ${policy}; the queues need noeviction`);
    }
  }
}

/** @throws when Redis answers and takes no job: it has used up its `maxmemory`, is a replica, cannot write to its disk */
export async function assertTakesJobs(redis: QueueRedis): Promise<void> {
  // Of a cluster only the node that holds the jobs must have room, which the write shows.
  if (redis instanceof Redis) await assertRoom(redis);
  await assertTakesWrites(redis, `${queuePrefix(redis)}:probe`);
}

/** What the keys of all queues begin with. A cluster keeps them together by the part in braces, as their scripts need it. */
export function queuePrefix(redis: QueueRedis): string {
  return redis.isCluster ? '{bull}' : 'bull';
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
