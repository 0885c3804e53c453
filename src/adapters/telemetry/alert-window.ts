import { LRUCache } from 'lru-cache';
import { within } from '../within.js';

/** The two commands of ioredis that are used. */
export interface AlertStore {
  set(key: string, value: string, expiry: 'EX', seconds: number, condition: 'NX'): Promise<'OK' | null>;
  expire(key: string, seconds: number): Promise<number>;
}

export interface AlertWindow {
  /**
   * @returns null while the alert's window is open; else opens it and says how many repeats the last one swallowed, and
   * whether this process could not tell of it then
   */
  open(key: string, seconds: number): Promise<{ repeats: number; untold: boolean } | null>;
  /** It could not be told: lets the window end `seconds` from now. */
  shorten(key: string, seconds: number): Promise<void>;
}

/** Alerts remembered in this process. */
const maxRemembered = 1_000;
/** Alerts are raised when things break, Redis among them: then each process decides alone. */
const storeTimeoutMs = 500;

/** Which alerts have been raised lately: in this process, and in Redis for all processes. */
export function createAlertWindow(store: AlertStore | undefined): AlertWindow {
  const windows = new LRUCache<string, { until: number; repeats: number; untold: boolean }>({ max: maxRemembered });

  const askStore = async <Answer>(ask: (store: AlertStore) => Promise<Answer>): Promise<Answer | null | undefined> => {
    if (store === undefined) return undefined;
    return within(storeTimeoutMs, ask(store)).catch(() => undefined);
  };

  return {
    async open(key, seconds) {
      const known = windows.get(key);
      if (known !== undefined && known.until > performance.now()) {
        known.repeats += 1;
        return null;
      }
      windows.set(key, { until: performance.now() + seconds * 1_000, repeats: 0, untold: false });
      const taken = await askStore((redis) => redis.set(storeKey(key), '1', 'EX', seconds, 'NX'));
      // Null: another process has raised it. No answer: decide alone.
      return taken === null ? null : { repeats: known?.repeats ?? 0, untold: known?.untold ?? false };
    },
    async shorten(key, seconds) {
      const known = windows.get(key);
      if (known !== undefined) Object.assign(known, { until: performance.now() + seconds * 1_000, untold: true });
      await askStore((redis) => redis.expire(storeKey(key), seconds));
    },
  };
}

function storeKey(key: string): string {
  return `portal:alert:${key}`;
}
