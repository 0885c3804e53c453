/**
 * A cache whose entries can be made invalid without finding them. Every entry belongs to a scope; invalidating the scope
 * makes its entries unreadable, and a write based on facts from before the invalidation is refused.
 */
export interface CacheStore {
  /**
   * @returns the entry, or null, with its size in characters; and the stamp to hand to `write` with what is loaded after
   *   this call
   * @throws CacheUnavailable, quickly
   */
  read(key: string, scope: string): Promise<{ entry: unknown | null; size: number; stamp: string }>;
  /** Stores an entry for the configured life, unless its scope was invalidated after the stamp was given out. */
  write(key: string, scope: string, stamp: string, entry: unknown): Promise<boolean>;
  /** Makes the entries of these scopes unreadable and notes how far the cache has followed the projector. */
  invalidate(scopes: readonly string[] | 'all', position: string): Promise<void>;
  /** Takes entries away: others than the portal read them too, and cannot tell which are still valid. */
  remove(keys: readonly string[]): Promise<void>;
  /** Makes every entry unreadable. */
  invalidateAll(): Promise<void>;
  /** The last position given to `invalidate`, or null. */
  position(): Promise<string | null>;
  /** Takes a short lock so that one process loads a missing entry; false when another has it. */
  tryLock(key: string, forMs: number): Promise<boolean>;
  unlock(key: string): Promise<void>;
}

/** The cache cannot be reached in time. Whoever asks goes on without it. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
}
