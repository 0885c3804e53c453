/**
 * A cache whose entries can be made invalid without finding them. Every entry belongs to a scope; invalidating the scope
 * makes its entries unreadable, and a write based on facts from before the invalidation is refused.
 */
export interface CacheStore {
  /**
   * @param form how the entry is written; usually as its JSON
   * @returns the entry, or null, with its size in bytes; and the stamp to hand to `write` with what is loaded after
   *   this call
   * @throws CacheUnavailable, quickly
   */
  read<Entry = unknown>(key: string, scope: string, form?: EntryForm<Entry>): Promise<FoundEntry<Entry>>;
  /** Stores an entry for the configured life, unless its scope was invalidated after the stamp was given out. */
  write<Entry>(key: string, scope: string, stamp: string, entry: Entry, form?: EntryForm<Entry>): Promise<boolean>;
  /** Whether one more entry of common size would be stored. */
  hasRoom(): boolean;
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

export interface FoundEntry<Entry> {
  readonly entry: Entry | null;
  readonly size: number;
  readonly stamp: string;
}

/** How entries are written. Whoever reads them beside the portal finds JSON, whatever the form. */
export interface EntryForm<Entry> {
  /** Entries of megabytes: they have a way and a time limit of their own, so that nothing small waits behind them. */
  readonly bulky: boolean;
  /** In pieces, which nobody copies before they are put together. */
  encode(entry: Entry): readonly Buffer[];
  /** @returns null for what it cannot read: a release before or after this one has written it. */
  decode(json: Buffer): Entry | null;
}

export function jsonForm<Entry>(): EntryForm<Entry> {
  return {
    bulky: false,
    encode: (entry) => [Buffer.from(JSON.stringify(entry))],
    decode: (json) => JSON.parse(json.toString()) as Entry,
  };
}

/** The cache cannot be reached in time. Whoever asks goes on without it. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
}
