import { reportOf } from './program.js';
import { type BenchRow, row } from './row.js';
import { withStack } from './stack.js';
import type { StockReport } from './stock-process.js';
import { seedStore } from './workload/seed.js';

const skus = 100_000;

/** Measures the list of all stock of a large catalogue: read anew and written into the cache, and read from there. */
export function benchStock(): Promise<BenchRow[]> {
  const parts = ['postgres', 'redis', 'eventstoredb'] as const;
  return withStack({ parts, seed: (folder) => seedStore(folder, skus, { skus }) }, async ({ env }) => {
    const { fromDatabase, fromRedis } = await reportOf<StockReport>('stock-process.js', [], env);
    const reference = 'bare query and JSON.stringify';
    const name = `all stock of ${skus.toLocaleString('en')} SKUs`;
    return [
      row({ name: `${name}, read anew and cached`, unit: 'ms', reference }, ...fromDatabase),
      row({ name: `${name}, from Redis`, unit: 'ms', reference }, ...fromRedis),
    ];
  });
}
