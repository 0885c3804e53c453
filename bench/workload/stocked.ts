import { call } from '../call.js';

/** More than can be ordered in a benchmark. */
const plenty = 1_000_000;

/** Fills the warehouse with products that do not run out, and the portal with what it has. @returns the SKUs */
export async function stocked(base: string, warehouse: string, skus: number): Promise<string[]> {
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
