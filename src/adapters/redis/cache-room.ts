import { LRUCache } from 'lru-cache';

/** Entries that have ended their lives are looked for this often: each look goes through all, some hundred thousand. */
const purgeEveryMs = 1_000;

/** What this process has written to the cache and is still there. */
export interface CacheRoom {
  /** Whether an entry of so many bytes may be written, in place of the one of its key where there is one. */
  hasRoomFor(key: string, size: number): boolean;
  take(key: string, size: number): void;
}

/** @param allowance bytes that may live by this process's doing. @param ttlSeconds life of an entry */
export function createCacheRoom(allowance: number, ttlSeconds: number): CacheRoom {
  const living = new LRUCache<string, true>({ maxSize: allowance, ttl: ttlSeconds * 1_000 });
  let purgedAt = Number.NEGATIVE_INFINITY;
  return {
    hasRoomFor(key, size) {
      if (living.has(key) || living.calculatedSize + size <= allowance) return true;
      if (performance.now() - purgedAt >= purgeEveryMs) {
        purgedAt = performance.now();
        living.purgeStale();
      }
      return living.calculatedSize + size <= allowance;
    },
    take: (key, size) => void living.set(key, true, { size }),
  };
}
