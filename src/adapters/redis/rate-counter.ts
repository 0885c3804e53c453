import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Counted, RateCounter } from '../../commands/ports.js';

/**
 * KEYS: counter. ARGV: window in milliseconds, how many. Answers count and time left. The first requests of a window
 * start its clock. So do those who find that it ends later than any window can: Redis ends it at a time of day, and its
 * clock was put back.
 */
const countScript = `
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left >= 0 and left <= tonumber(ARGV[1]) then return {count, left} end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {count, tonumber(ARGV[1])}
`;

interface Scripts {
  portalRateCount(key: string, windowMs: number, more: number): Promise<[number, number]>;
}

/** Somebody who waits to be counted. */
interface Waiting {
  resolve(counted: Counted): void;
  reject(error: unknown): void;
}

/** What is still to be counted under a key. */
interface Due {
  /** Those who have been answered already. */
  answered: number;
  waiting: Waiting[];
  /** One count per key is on its way at a time; whoever comes meanwhile is counted with the others, next. */
  underWay: boolean;
  timer?: NodeJS.Timeout;
}

/** What is known of a window: all requests of this process, and as many of the others as Redis last knew of. */
interface Known {
  count: number;
  /** By the clock of `performance`. */
  readonly endsAt: number;
}

/** Those who have been answered are counted this soon, milliseconds. */
const gatherMs = 10;
/** A window that was forgotten is asked for. */
const rememberedWindows = 10_000;

/** {@link RateCounter} in Redis, shared by every process. An evicted counter begins again, in the caller's favour. */
export function createRateCounter(redis: Redis): RateCounter {
  redis.defineCommand('portalRateCount', { numberOfKeys: 1, lua: countScript });
  const scripts = redis as Redis & Scripts;
  const dues = new Map<string, Due>();
  const windows = new LRUCache<string, Known>({ max: rememberedWindows });

  function dueOf(key: string): Due {
    const found = dues.get(key);
    if (found) return found;
    const due = { answered: 0, waiting: [], underWay: false };
    dues.set(key, due);
    return due;
  }

  async function send(key: string, windowMs: number, due: Due): Promise<void> {
    const { answered, waiting } = due;
    clearTimeout(due.timer);
    Object.assign(due, { answered: 0, waiting: [], underWay: true, timer: undefined });
    try {
      const more = answered + waiting.length;
      const [count, leftMs] = await scripts.portalRateCount(`portal:rate:${key}`, windowMs, more);
      windows.set(key, { count: count + due.answered, endsAt: performance.now() + leftMs });
      const before = count - waiting.length;
      for (const [index, { resolve }] of waiting.entries()) resolve({ count: before + index + 1, leftMs });
    } catch (error) {
      windows.delete(key);
      for (const { reject } of waiting) reject(error);
    }
    due.underWay = false;
    if (due.waiting.length > 0) void send(key, windowMs, due);
    else if (due.answered > 0) sendSoon(key, windowMs, due);
    else dues.delete(key);
  }

  function sendSoon(key: string, windowMs: number, due: Due): void {
    if (!due.underWay) due.timer ??= setTimeout(() => void send(key, windowMs, due), gatherMs).unref();
  }

  return {
    count(key, windowMs, ahead) {
      const due = dueOf(key);
      const known = windows.get(key);
      const leftMs = known ? Math.ceil(known.endsAt - performance.now()) : 0;
      if (known && known.count < ahead && leftMs > 0) {
        known.count += 1;
        due.answered += 1;
        sendSoon(key, windowMs, due);
        return { count: known.count, leftMs };
      }
      return new Promise((resolve, reject) => {
        due.waiting.push({ resolve, reject });
        if (!due.underWay) void send(key, windowMs, due);
      });
    },
  };
}
