import { LRUCache } from 'lru-cache';
import { within } from '../within.js';

/** The commands of ioredis that are used. */
export interface AlertStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, expiry: 'EX', seconds: number, condition: 'NX'): Promise<'OK' | null>;
  set(key: string, value: string, expiry: 'EX', seconds: number, condition: 'XX'): Promise<'OK' | null>;
  expire(key: string, seconds: number): Promise<number>;
}

export interface AlertWindow {
  /**
   * @param owner who goes on until the alert is told: a process that died may have opened the window for them
   * @returns null while the alert's window is open, but for its owner until then; else opens it and says how many repeats
   * the last one swallowed, and whether this process could not tell of it then
   */
  open(key: string, seconds: number, owner: string): Promise<{ repeats: number; untold: boolean } | null>;
  /** It has been told: nobody goes on with it, not even an owner who does not know that. */
  told(key: string, seconds: number): Promise<void>;
  /** It could not be told: lets the window end `seconds` from now. */
  shorten(key: string, seconds: number): Promise<void>;
}

interface Opened {
  owner: string;
  /** By the clock of `performance`. */
  until: number;
  repeats: number;
  untold: boolean;
}

/** Owns what has been told. */
const nobody = 'nobody';

/** Alerts remembered in this process. */
const maxRemembered = 1_000;
/** Alerts are raised when things break, Redis among them: then each process decides alone. */
const storeTimeoutMs = 500;

/** Which alerts have been raised lately: in this process, and in Redis for all processes. */
export function createAlertWindow(store: AlertStore | undefined): AlertWindow {
  const windows = new LRUCache<string, Opened>({ max: maxRemembered });

  const askStore = async <Answer>(ask: (store: AlertStore) => Promise<Answer>): Promise<Answer | null | undefined> => {
    if (store === undefined) return undefined;
    return within(storeTimeoutMs, ask(store)).catch(() => undefined);
  };

  /** No answer: this process decides alone. */
  const isTaken = async (key: string, seconds: number, owner: string): Promise<boolean> => {
    const opened = await askStore((redis) => redis.set(storeKey(key), owner, 'EX', seconds, 'NX'));
    if (opened !== null) return false;
    const holder = await askStore((redis) => redis.get(storeKey(key)));
    return typeof holder === 'string' && holder !== owner;
  };

  return {
    async open(key, seconds, owner) {
      const known = windows.get(key);
      if (known !== undefined && known.until > performance.now() && known.owner !== owner) {
        known.repeats += 1;
        return null;
      }
      windows.set(key, { owner, until: performance.now() + seconds * 1_000, repeats: 0, untold: false });
      if (await isTaken(key, seconds, owner)) {
        // Told by another process, if it lives; then it is not this one's to remember.
        windows.delete(key);
        return null;
      }
      return { repeats: known?.repeats ?? 0, untold: known?.untold ?? false };
    },
    async told(key, seconds) {
      const known = windows.get(key);
      if (known !== undefined) known.owner = nobody;
      await askStore((redis) => redis.set(storeKey(key), nobody, 'EX', seconds, 'XX'));
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
