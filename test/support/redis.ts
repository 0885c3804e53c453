import type { Redis } from 'ioredis';
import { createRedis } from '../../src/adapters/redis/client.js';

/**
 * A connection for the cache and for rate limits that waits. The portal does not: halted for a moment, it takes Redis for
 * silent and goes on without, which is not what a test wants to see of its own process.
 */
export function patientRedis(url: string): Redis {
  const redis = createRedis({ url, role: 'cache' });
  redis.options.commandTimeout = 10_000;
  redis.on('error', () => undefined);
  return redis;
}
