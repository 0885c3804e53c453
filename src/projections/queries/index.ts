import type { Knex } from 'knex';
import type { EventStore } from '../../commands/event-store.js';
import type { Clock } from '../../commands/ports.js';
import type { CacheStore } from '../cache/cache-store.js';
import type { Cached } from '../cache/cached.js';
import type { Dated } from '../cache/dated.js';
import { createInventoryCache } from '../cache/inventory-cache.js';
import { toProductView } from '../models/products.js';
import type { Queries, Sourced } from '../queries.js';
import { listBrands } from './brands.js';
import { findLot } from './lots.js';
import { findOrder, listOrders, ordersById } from './orders.js';
import { payoutEntries, payoutStatement } from './payouts.js';
import { findProductsBySku } from './products.js';
import { createReach } from './reach.js';
import { findReservations } from './reservations.js';
import { findSync, listSyncs } from './syncs.js';

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

/**
 * Says where an answer comes from, and warns when no sync has succeeded for longer than the cache's life. An entry that
 * the cache keeps in memory, or that many have waited for, gives the same object again as long as it says the same, so
 * that work on it is done once.
 */
function createSourced(clock: Clock, staleAfterSeconds: number) {
  const given = new WeakMap<Dated<unknown>, { fresh: boolean; shown: Sourced<unknown> }>();

  return <T, Shown>(
    answer: { value: Dated<T>; from: 'cache' | 'database' },
    show: (value: T) => Shown,
  ): Sourced<Shown> => {
    const { asOf } = answer.value;
    const fresh = asOf !== null && clock.now().getTime() - Date.parse(asOf) <= staleAfterSeconds * 1_000;
    const before = given.get(answer.value);
    if (before?.fresh === fresh) return before.shown as Sourced<Shown>;
    const shown = say(answer, fresh, show);
    given.set(answer.value, { fresh, shown });
    return shown;
  };

  function say<T, Shown>(
    answer: { value: Dated<T>; from: 'cache' | 'database' },
    fresh: boolean,
    show: (value: T) => Shown,
  ): Sourced<Shown> {
    const { asOf, value } = answer.value;
    if (fresh) return { ...show(value), source: answer.from, asOf };
    const warning =
      asOf === null
        ? 'No inventory sync has succeeded yet; stock may differ from the warehouse.'
        : `No inventory sync has succeeded since ${asOf}; stock may differ from the warehouse.`;
    return { ...show(value), source: 'stale_cache', asOf, warning };
  }
}
