import type { Redis } from 'ioredis';
import type { RateCounter } from '../../commands/ports.js';

/** KEYS: counter. ARGV: window in milliseconds. The first of a window starts its clock. Answers count and time left. */
const countScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
`;

interface Scripts {
  portalRateCount(key: string, windowMs: number): Promise<[number, number]>;
}

/** {@link RateCounter} in Redis, shared by every process. An evicted counter begins again, in the caller's favour. */
export function createRateCounter(redis: Redis): RateCounter {
  redis.defineCommand('portalRateCount', { numberOfKeys: 1, lua: countScript });
  const scripts = redis as unknown as Scripts;
  return {
    async count(key, windowMs) {
      const [count, leftMs] = await scripts.portalRateCount(`portal:rate:${key}`, windowMs);
      return { count, leftMs };
    },
  };
}
