import { call } from './call.js';
import { withPortal } from './portal-stack.js';
import { type BenchRow, type Round, row } from './row.js';
import { ordersPerSecond } from './workload/orders.js';

const skus = 1_000;
const rounds = 3;
/** More than can be ordered meanwhile. */
const plenty = 1_000_000;

/** Measures orders of one SKU that everybody wants, beside orders spread over a thousand SKUs. */
export function benchHotSku(): Promise<BenchRow[]> {
  return withPortal(async ({ base, urls }) => {
    const catalogue = await stock(base, urls.extensiv ?? '');
    const [hot = ''] = catalogue;
    await ordersPerSecond(base, catalogue);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const referenceValue = await ordersPerSecond(base, catalogue);
      measured.push({ value: await ordersPerSecond(base, [hot]), referenceValue });
    }
    const reference = `spread over ${skus.toLocaleString('en')} SKUs`;
    return [row({ name: 'orders of one hot SKU', unit: '1/s', reference }, ...measured)];
  });
}

/** Fills the warehouse, and the portal with what it has. @returns the SKUs */
async function stock(base: string, warehouse: string): Promise<string[]> {
  await call('POST', `${warehouse}/control/reset`, { skus });
  const sync = () => call('POST', `${base}/api/v1/inventory/sync?wait=true&force=true`);
  await sync();
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: { sku: string }[]; nextCursor: string | null } = await call(
      'GET',
      `${base}/api/v1/products?limit=100${query}`,
    );
    found.push(...page.items.map(({ sku }) => sku));
    cursor = page.nextCursor;
  } while (cursor);
  for (const sku of found) {
    await call('PUT', `${warehouse}/control/inventory/${encodeURIComponent(sku)}`, { quantity_available: plenty });
  }
  await sync();
  return found;
}
