import type { Knex } from 'knex';
import type { EventStore } from '../commands/event-store.js';
import type { Clock } from '../commands/ports.js';
import type { CacheStore } from './cache/cache-store.js';
import type { Cached } from './cache/cached.js';
import { createInventoryCache } from './cache/inventory-cache.js';
import { createSourced } from './cache/sourced.js';
import { toProductView } from './models/products.js';
import { listBrands } from './queries/brands.js';
import { findLot } from './queries/lots.js';
import { findOrder, listOrders, ordersById } from './queries/orders.js';
import { payoutEntries, payoutStatement } from './queries/payouts.js';
import { findProductsBySku } from './queries/products.js';
import { findReservations } from './queries/reservations.js';
import { findSync, listSyncs } from './queries/syncs.js';
import type { Queries } from './queries.js';
import { createReach } from './reach.js';

/**
 * The read side. Catalogue and stock come through the cache, everything else straight from PostgreSQL.
 *
 * @param staleAfterSeconds without a successful sync for so long, answers carry `stale_cache` and a warning
 * @param names the read models that `reach` and `waitFor` wait for
 */
export function createQueries(deps: {
  db: Knex;
  cache: CacheStore;
  cached: Cached;
  clock: Clock;
  staleAfterSeconds: number;
  eventStore: EventStore;
  names: readonly string[];
  /** Of the streams that the read models follow. */
  prefixes: readonly string[];
}): Queries {
  const { db } = deps;
  const inventoryCache = createInventoryCache({ cached: deps.cached, db });
  const reach = createReach(deps);
  const sourced = createSourced(deps.clock, deps.staleAfterSeconds);

  return {
    orders: (filter) => listOrders(db, filter),
    order: (idOrNumber, scope) => findOrder(db, idOrNumber, scope),
    ordersById: (ids) => ordersById(db, ids),
    async products(filter) {
      const answer = await inventoryCache.products(filter);
      // A list is never missing, only empty.
      if (!answer) throw new Error('a product list has no answer');
      return sourced(answer, (page) => page);
    },
    async product(idOrSku) {
      const answer = await inventoryCache.product(idOrSku);
      return answer && sourced(answer, (product) => ({ product }));
    },
    async inventory(scope) {
      const answer = await inventoryCache.inventory(scope?.brandId);
      if (!answer) throw new Error('the inventory has no answer');
      return sourced(answer, (list) => list);
    },
    async inventoryItem(sku) {
      const answer = await inventoryCache.inventoryItem(sku);
      return answer && sourced(answer, (item) => ({ item }));
    },
    productsBySku: async (skus) => (await findProductsBySku(db, skus)).map(toProductView),
    brands: () => listBrands(db),
    payouts: (filter) => payoutStatement(db, filter),
    payoutEntries: (filter) => payoutEntries(db, filter),
    reservations: (sku) => findReservations(db, sku),
    lot: (batchNumber, page) => findLot(db, batchNumber, page),
    syncs: ({ limit }) => listSyncs(db, limit),
    sync: (syncId) => findSync(db, syncId),
    waitFor: async (...asked) => (await reach(...asked)) !== 'late',
    reach,
  };
}
