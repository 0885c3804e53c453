import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Metrics } from '../../commands/ports.js';
import { warnOfNews } from '../../commands/warn-of-news.js';
import { type CacheStore, CacheUnavailable, type EntryForm, jsonForm } from './cache-store.js';

/** How long one process may keep the others from loading the same missing entry. */
const lockMs = 2_000;

/** The others look this often, this many times, and then load it themselves. */
const waitStepMs = 25;
const waitSteps = 10;

/** After a failure the cache is left alone for so long, so that an outage costs one time-out and not one per request. */
const restMs = 1_000;

interface CacheRequest<T> {
  /** Label of the metric: `inventory`, `inventory-item`, `products` or `product`. */
  readonly name: string;
  readonly key: string;
  readonly scope: string;
  readonly load: () => Promise<T | null>;
  /** How it is written into the cache; as its JSON when absent. */
  readonly form?: EntryForm<T> | undefined;
}

export interface Cached {
  /**
   * The cached entry, or what `load` answers (then stored). One load per key at a time, across processes too;
   * while the store is down every caller is served by its own `load`.
   */
  get<T>(request: CacheRequest<T>): Promise<{ value: T; from: 'cache' | 'database' } | null>;
}

/** Read-through access to a cache store, safe against stampedes and against a store that is down. */
export function createCached(deps: { store: CacheStore; metrics: Metrics; logger: Logger }): Cached {
  const { store, metrics } = deps;
  const unavailable = warnOfNews(deps.logger, 'cache unavailable, answering from the database');
  const flights = new Map<string, Promise<unknown>>();
  let restUntil = 0;

  /** Answers null when the store is down. */
  async function ask<T>(command: () => Promise<T>): Promise<T | null> {
    if (performance.now() < restUntil) return null;
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof CacheUnavailable)) throw error;
      unavailable(error);
      restUntil = performance.now() + restMs;
      return null;
    }
  }

  /** Joins a load of the same key only when it began after the same invalidation: never older than the caller's own. */
  function join<T>(id: string, start: () => Promise<T>): Promise<T> {
    const flying = flights.get(id) as Promise<T> | undefined;
    if (flying) return flying;
    const flight = start().finally(() => flights.delete(id));
    flights.set(id, flight);
    return flight;
  }

  return {
    async get<T>(request: CacheRequest<T>) {
      const { name, key, scope, load, form = jsonForm<T>() } = request;
      const found = await ask(() => store.read(key, scope, form));
      const result = found === null ? 'unavailable' : found.entry === null ? 'miss' : 'hit';
      metrics.increment('portal_cache_requests_total', { cache: name, result });
      if (found && found.entry !== null) return { value: found.entry, from: 'cache' as const };
      const value = found
        ? await join(`${key}\n${found.stamp}`, () => loadOnce({ ...request, form }, found.stamp))
        : await load();
      return value === null ? null : { value, from: 'database' as const };
    },
  };

  async function loadOnce<T>(request: Required<CacheRequest<T>>, stamp: string): Promise<T | null> {
    const { key, scope, load, form } = request;
    const mine = await ask(() => store.tryLock(key, lockMs));
    const loaded = mine === false ? await loadedElsewhere(request, stamp) : null;
    if (loaded !== null) return loaded;
    try {
      const value = await load();
      if (value !== null) await ask(() => store.write(key, scope, stamp, value, form));
      return value;
    } finally {
      if (mine) await ask(() => store.unlock(key));
    }
  }

  /** What the process that holds the lock stores; null when that takes too long, or would be outdated. */
  async function loadedElsewhere<T>(request: Required<CacheRequest<T>>, stamp: string): Promise<T | null> {
    const { key, scope, form } = request;
    for (let step = 0; step < waitSteps; step++) {
      await sleep(waitStepMs);
      const found = await ask(() => store.read(key, scope, form));
      if (found === null || found.stamp !== stamp) return null;
      if (found.entry !== null) return found.entry;
    }
    return null;
  }
}
