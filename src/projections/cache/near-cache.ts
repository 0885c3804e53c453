import { LRUCache } from 'lru-cache';
import { type CacheStore, type EntryForm, type FoundEntry, jsonForm } from './cache-store.js';
import type { InvalidationFeed } from './invalidation-feed.js';

/** Bytes of JSON kept in one process: every product of a large catalogue, and the lists people look at. */
const maxSize = 32 * 1024 * 1024;

/**
 * A cache store with a memory in front of it: what was read from the store is answered from here until the feed says
 * that it has become invalid. While the feed is not current nothing is answered from here. Writes pass through.
 */
export function createNearCache(store: CacheStore, feed: InvalidationFeed): CacheStore {
  const kept = new LRUCache<string, Kept>({ maxSize, dispose: (entry, key) => forgetScope(entry.scope, key) });
  /** Keys by scope, of what is kept. */
  const scopes = new Map<string, Set<string>>();
  /** Reads on their way to the store: what is invalidated meanwhile must not be kept. */
  const reading = new Set<{ scope: string; valid: boolean }>();
  /** The latest of these by key: whoever asks for the same meanwhile shares it. The whole stock is megabytes. */
  const flights = new Map<string, Flight>();
  /** How far the memory has followed the projector; null while that is not known, and nothing is kept then. */
  let followed: string | null = null;
  let asking: Promise<void> | null = null;

  feed.follow({
    invalidated(invalid, position) {
      drop(invalid);
      if (position !== null) followed = position;
    },
    lost: forget,
  });

  function drop(invalid: readonly string[] | 'all'): void {
    if (invalid === 'all') kept.clear();
    else for (const scope of invalid) for (const key of scopes.get(scope) ?? []) kept.delete(key);
    for (const read of reading) if (invalid === 'all' || invalid.includes(read.scope)) read.valid = false;
  }

  function forget(): void {
    drop('all');
    followed = null;
  }

  function forgetScope(scope: string, key: string): void {
    const keys = scopes.get(scope);
    keys?.delete(key);
    if (keys?.size === 0) scopes.delete(scope);
  }

  function isCurrent(): boolean {
    if (feed.isCurrent()) return followed !== null;
    if (followed !== null) forget();
    return false;
  }

  /** The feed tells of positions to come; the present one has to be asked for once. */
  async function catchUp(): Promise<void> {
    if (!feed.isCurrent()) return;
    asking ??= askForPosition().finally(() => {
      asking = null;
    });
    await asking;
  }

  async function askForPosition(): Promise<void> {
    const lost = { scope: '', valid: true };
    reading.add(lost);
    try {
      const position = await store.position();
      // Told meanwhile: that is the later one. Lost meanwhile: asked again with the next read.
      if (lost.valid) followed ??= position;
    } catch {
      // The store is away, and so is the feed soon.
    } finally {
      reading.delete(lost);
    }
  }

  function fetch(key: string, scope: string, form: EntryForm<unknown>): Flight['found'] {
    const read = { scope, valid: isCurrent() };
    const flight = { read, found: fetchOnce(key, read, form) };
    flights.set(key, flight);
    const landed = () => {
      reading.delete(read);
      if (flights.get(key) === flight) flights.delete(key);
    };
    reading.add(read);
    flight.found.then(landed, landed);
    return flight.found;
  }

  async function fetchOnce(key: string, read: Flight['read'], form: EntryForm<unknown>): Flight['found'] {
    const found = await store.read(key, read.scope, form);
    if (found.entry !== null && read.valid && isCurrent()) keep(key, read.scope, found);
    return found;
  }

  return {
    ...store,
    /** An entry of a key is always of the same form. */
    async read<Entry>(key: string, scope: string, form: EntryForm<Entry> = jsonForm()) {
      if (followed === null) await catchUp();
      const entry = isCurrent() ? kept.get(key) : undefined;
      if (entry) return entry as FoundEntry<Entry>;
      const flight = flights.get(key);
      const found = flight?.read.valid && isCurrent() ? flight.found : fetch(key, scope, form as EntryForm<unknown>);
      return (await found) as FoundEntry<Entry>;
    },
    /** What this process itself makes invalid is gone for it at once: the feed, which tells the others, may be late. */
    async invalidate(invalid, position) {
      try {
        await store.invalidate(invalid, position);
      } finally {
        drop(invalid);
      }
    },
    async position() {
      return isCurrent() ? followed : store.position();
    },
  };

  function keep(key: string, scope: string, found: FoundEntry<unknown>): void {
    kept.set(key, { ...found, scope }, { size: found.size + key.length });
    if (!kept.has(key)) return;
    const keys = scopes.get(scope) ?? new Set();
    scopes.set(scope, keys.add(key));
  }
}

interface Flight {
  readonly read: { readonly scope: string; valid: boolean };
  readonly found: Promise<FoundEntry<unknown>>;
}

interface Kept extends FoundEntry<unknown> {
  readonly scope: string;
}
