import { createCacheStore } from '../src/adapters/redis/cache-store.js';
import { createCached } from '../src/projections/cache/cached.js';
import { createInventoryCache } from '../src/projections/cache/inventory-cache.js';
import { type Product, toInventoryView } from '../src/projections/models/products.js';
import { composedPortal, project } from './composed-portal.js';
import type { Round } from './row.js';
import { timedInTurn } from './timing.js';

/** Milliseconds for the list of all stock, beside a bare query of the same rows whose answer is made into JSON. */
export interface StockReport {
  readonly fromDatabase: readonly Round[];
  readonly fromRedis: readonly Round[];
}

const often = { rounds: 5, times: 1, percentile: 50 };

// Configured like the portal, by the environment. The event store has a catalogue.
const portal = await composedPortal();
await project(portal);
const store = createCacheStore(portal.redis, portal.config.CACHE_TTL_SECONDS);
// Without the memory that an API process has before it.
const stock = createInventoryCache({
  cached: createCached({ ...portal, store }),
  db: portal.pools.api,
});

const fromDatabase = await timedInTurn(
  often,
  async () => {
    await store.invalidateAll();
    await all('database');
  },
  bare,
);
const fromRedis = await timedInTurn(often, () => all('cache'), bare);
const report: StockReport = { fromDatabase, fromRedis };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);

async function all(from: 'cache' | 'database'): Promise<void> {
  const answer = await stock.inventory();
  if (answer?.from !== from) throw new Error(`the stock came from the ${answer?.from}`);
}

async function bare(): Promise<void> {
  const { rows } = await portal.pools.api.raw<{ rows: { state: Product }[] }>(
    'select state from "read".products where listed order by sku',
  );
  Buffer.from(JSON.stringify(rows.map(({ state }) => toInventoryView(state))));
}
