import type { Redis } from 'ioredis';
import { createRedis, type RedisRole, refusesDatabase } from '../adapters/redis/client.js';
import type { Logger } from '../commands/ports.js';
import type { Config } from '../config.js';

/** Connections to Redis by what they are for. That of the job workers is opened where these run. */
export function createRedisConnections(config: Pick<Config, 'REDIS_URL' | 'REDIS_CACHE_URL'>, logger: Logger) {
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
    producer: openRedis(config.REDIS_URL, 'producer', logger),
    feed,
  };
}

/** What an outage means is said by those who feel it; that of the connection itself is for those who look closer. */
export function openRedis(url: string, role: RedisRole, logger: Logger): Redis {
  const redis = createRedis({ url, role });
  let told = false;
  redis.on('error', (error) => {
    if (!refusesDatabase(error)) return logger.debug({ err: error, role }, 'Redis is not reachable');
    // With each attempt to connect.
    if (!told) logger.error({ err: error, role }, 'Redis does not give the database that its URL names');
    told = true;
  });
  return redis;
}
