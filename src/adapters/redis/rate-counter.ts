import type { Redis } from 'ioredis';
import type { RateCounter } from '../../commands/ports.js';

/** KEYS: counter. ARGV: window in milliseconds, how many. The first of a window start its clock. Answers count and time left. */
const countScript = `
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
`;

interface Scripts {
  portalRateCount(key: string, windowMs: number, more: number): Promise<[number, number]>;
}

type Count = Awaited<ReturnType<RateCounter['count']>>;

/** Somebody who asks to be counted. */
interface Asking {
  resolve(count: Count): void;
  reject(error: unknown): void;
}

/**
 * {@link RateCounter} in Redis, shared by every process. An evicted counter begins again, in the caller's favour. One
 * count per key is on its way at a time; whoever asks meanwhile is counted together with the others who do, next.
 */
export function createRateCounter(redis: Redis): RateCounter {
  redis.defineCommand('portalRateCount', { numberOfKeys: 1, lua: countScript });
  const scripts = redis as unknown as Scripts;
  /** Who waits for the count that is on its way, by key. */
  const waiting = new Map<string, Asking[]>();

  async function send(key: string, windowMs: number, asking: readonly Asking[]): Promise<void> {
    try {
      const [count, leftMs] = await scripts.portalRateCount(`portal:rate:${key}`, windowMs, asking.length);
      const before = count - asking.length;
      for (const [index, { resolve }] of asking.entries()) resolve({ count: before + index + 1, leftMs });
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
    const next = waiting.get(key);
    if (!next?.length) waiting.delete(key);
    else {
      waiting.set(key, []);
      void send(key, windowMs, next);
    }
  }

  return {
    count: (key, windowMs) =>
      new Promise((resolve, reject) => {
        const others = waiting.get(key);
        if (others) others.push({ resolve, reject });
        else {
          waiting.set(key, []);
          void send(key, windowMs, [{ resolve, reject }]);
        }
      }),
  };
}
