import type { Redis } from 'ioredis';
import { createRedis, type RedisRole, refusesDatabase } from '../adapters/redis/client.js';
import { createRedisCluster, isAlone, type QueueRedis } from '../adapters/redis/cluster.js';
import type { Logger } from '../commands/ports.js';
import type { Config } from '../config.js';

/** Connections to Redis by what they are for. That of the job workers is opened where these run. */
export function createRedisConnections(
  config: Pick<Config, 'REDIS_URL' | 'REDIS_MODE' | 'REDIS_CACHE_URL'>,
  logger: Logger,
) {
  const cacheUrl = config.REDIS_CACHE_URL || config.REDIS_URL;
  const cache = openRedis(cacheUrl, 'cache', logger);
  const feed = openRedis(cacheUrl, 'feed', logger);
  // It writes nothing by which it would find out that its server is a replica by now, and hears of nothing there.
  cache.on('reconnecting', () => {
    if (feed.status === 'ready') feed.disconnect(true);
  });
  return {
    cache,
    bulk: openRedis(cacheUrl, 'bulk', logger),
    producer: openQueueRedis(config, 'producer', logger),
    feed,
  };
}

/** A connection to where the queues are. */
export function openQueueRedis(
  { REDIS_URL: url, REDIS_MODE: mode }: Pick<Config, 'REDIS_URL' | 'REDIS_MODE'>,
  role: 'producer' | 'queue',
  logger: Logger,
): QueueRedis {
  if (mode === 'single') return openRedis(url, role, logger);
  const cluster = createRedisCluster({ url, role });
  listen(cluster, {
    role,
    logger,
    isWrong: isAlone,
    wrong: 'REDIS_MODE is cluster, and the Redis of REDIS_URL is in none',
  });
  return cluster;
}

function openRedis(url: string, role: RedisRole, logger: Logger): Redis {
  const redis = createRedis({ url, role });
  const wrong = 'Redis does not give the database that its URL names';
  listen(redis, { role, logger, isWrong: refusesDatabase, wrong });
  return redis;
}

/** What an outage means is said by those who feel it; that of the connection itself is for those who look closer. */
function listen(
  redis: QueueRedis,
  options: { role: RedisRole; logger: Logger; isWrong: (error: Error) => boolean; wrong: string },
): void {
  const { role, logger, isWrong, wrong } = options;
  let told = false;
  redis.on('error', (error) => {
    if (!isWrong(error)) return logger.debug({ err: error, role }, 'Redis is not reachable');
    // With each attempt to connect.
    if (!told) logger.error({ err: error, role }, wrong);
    told = true;
  });
}
