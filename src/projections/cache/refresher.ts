import type { Knex } from 'knex';
import { inventory } from '../../commands/aggregates.js';
import { formatPosition, type Position, type RecordedEvent } from '../../commands/event-store.js';
import type { Logger } from '../../commands/ports.js';
import { idsOf } from '../../commands/streams.js';
import { warnOfNews } from '../../commands/warn-of-news.js';
import type { Sku } from '../../domain/shared/ids.js';
import { toInventoryView, toProductView } from '../models/products.js';
import { findProductsBySku, listInventory, stockPages } from '../queries/products.js';
import { lastSyncAt } from '../queries/syncs.js';
import type { CacheStore } from './cache-store.js';
import type { Dated } from './dated.js';
import { anyProduct, cacheKeys } from './inventory-cache.js';
import { stockListForm } from './stock-list.js';

/** Entries written one after the other per step, so that a full refresh never crowds out the API's commands. */
const pageSize = 200;

/** Beyond so many changed SKUs at once, only the refresh after the sync writes them. */
const maxWriteThrough = 50;

/** Beyond so many changed SKUs at once, everything is made invalid instead of each of them. */
const maxScopes = 500;

/** Pause before a failed invalidation is made up for by a full one. */
const retryMs = 1_000;

export interface CacheRefresher {
  /** To be called after each commit of the read models. Invalidates what changed before it resolves. */
  afterCommit(events: readonly RecordedEvent[], position: Position): Promise<void>;
  /** Starts from nothing: what is cached may be older than PostgreSQL. Resolves when the cache is filled again. */
  refreshAll(): Promise<void>;
  /** Resolves when no refresh is under way. */
  settled(): Promise<void>;
}

/** Keeps the cache in step with the read models: invalidates by SKU, writes anew what changed, everything after a sync. */
export function createCacheRefresher(deps: { store: CacheStore; db: Knex; logger: Logger }): CacheRefresher {
  const { store, db, logger } = deps;
  const notInvalidated = warnOfNews(logger, 'the cache could not be invalidated; it will be cleared');
  const notRefreshed = warnOfNews(logger, 'the cache could not be refreshed');
  let running: Promise<void> | null = null;
  let again = false;
  /** Everything cached may be out of date: an invalidation has failed, or nobody was there to invalidate. */
  let doubtful = false;
  /** It will be cleared soon. */
  let clearing = false;

  return {
    async afterCommit(events, position) {
      const skus = idsOf(inventory, events);
      const synced = events.some(({ type }) => type === 'InventorySyncCompleted');
      try {
        if (doubtful) await clear();
        await store.invalidate(await scopesOf(db, skus, synced), formatPosition(position));
        // What changed is written anew; what nobody may buy any more would lie there until its life is over.
        await removeProducts(
          idsOf(
            inventory,
            events.filter(({ type }) => type === 'ProductDelisted'),
          ),
        );
      } catch (error) {
        notInvalidated(error);
        doubtful = true;
        clearSoon();
        return;
      }
      if (synced) void refresh();
      else if (skus.length > 0 && skus.length <= maxWriteThrough) await writeProducts(skus).catch(() => undefined);
    },
    refreshAll() {
      doubtful = true;
      return refresh();
    },
    async settled() {
      while (running) await running;
    },
  };

  /** One refresh at a time; one asked for meanwhile follows it. */
  async function refresh(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        if (doubtful) await clear();
        await writeEverything();
      } catch (error) {
        notRefreshed(error);
        if (doubtful) clearSoon();
      }
    })();
    await running;
    running = null;
    if (again) {
      again = false;
      await refresh();
    }
  }

  /** Until it succeeds: others may reach the store all the time, and would go on answering what is out of date. */
  function clearSoon(): void {
    if (clearing) return;
    clearing = true;
    setTimeout(() => {
      clearing = false;
      if (doubtful) void refresh();
    }, retryMs).unref();
  }

  async function clear(): Promise<void> {
    await store.invalidateAll();
    doubtful = false;
  }

  async function writeEverything(): Promise<void> {
    await writeStock();
    for await (const page of stockPages(db, undefined, pageSize)) {
      const stored = await writeProducts(page.map(({ item }) => item.sku));
      // Full: the others are read from the database. An entry that an invalidation has kept out is no sign of that.
      if (!stored && !store.hasRoom()) return;
    }
  }

  async function writeStock(): Promise<void> {
    const { stamp } = await store.read(cacheKeys.inventory, anyProduct, stockListForm);
    const asOf = await lastSyncAt(db);
    const value = await listInventory(db);
    await store.write(cacheKeys.inventory, anyProduct, stamp, { asOf, value }, stockListForm);
  }

  async function removeProducts(skus: readonly Sku[]): Promise<void> {
    for (let start = 0; start < skus.length; start += pageSize) {
      const products = await findProductsBySku(db, skus.slice(start, start + pageSize));
      await store.remove(
        products.flatMap(({ item: { sku, productId } }) => [
          cacheKeys.inventoryItem(sku),
          cacheKeys.product(sku),
          cacheKeys.product(productId),
        ]),
      );
    }
  }

  /**
   * Stamps first, facts second: an invalidation in between makes the write void.
   * @returns whether any of them was stored
   */
  async function writeProducts(skus: readonly Sku[]): Promise<boolean> {
    const before = await findProductsBySku(db, skus);
    const targets = before
      .filter(({ item }) => item.listed)
      .flatMap(({ item: { sku, productId } }) => [
        { key: cacheKeys.inventoryItem(sku), scope: sku, sku, kind: 'inventory' as const },
        { key: cacheKeys.product(productId), scope: productId, sku, kind: 'product' as const },
      ]);
    const stamps = await Promise.all(targets.map(({ key, scope }) => store.read(key, scope)));
    const asOf = await lastSyncAt(db);
    const products = new Map((await findProductsBySku(db, skus)).map((product) => [product.item.sku, product]));
    const stored = await Promise.all(
      targets.map(({ key, scope, sku, kind }, index) => {
        const product = products.get(sku);
        const stamp = stamps[index]?.stamp;
        if (!product?.item.listed || stamp === undefined) return false;
        const value = kind === 'inventory' ? toInventoryView(product) : toProductView(product);
        return store.write(key, scope, stamp, { asOf, value } satisfies Dated<unknown>);
      }),
    );
    return stored.includes(true);
  }
}

/** A product answers under its SKU and its id. A sync renews the date of every answer, so it touches them all. */
async function scopesOf(db: Knex, changed: readonly Sku[], synced: boolean): Promise<string[] | 'all'> {
  if (synced || changed.length > maxScopes) return 'all';
  if (changed.length === 0) return [];
  const { rows } = await db.raw<{ rows: { product_id: string }[] }>(
    'select product_id from "read".products where sku = any(?)',
    [[...changed]],
  );
  return [anyProduct, ...changed, ...rows.map(({ product_id }) => product_id)];
}
