import type { Logger } from '../../commands/ports.js';
import type { InventoryPage, SnapshotItem, Warehouse, WarehouseProduct } from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import { CallFailure } from './call-failure.js';
import { readItem } from './item.js';
import { listPages } from './pages.js';
import { toProduct } from './product.js';
import { readableRows } from './readable-rows.js';
import { single } from './single.js';

type Catalogue = Pick<Warehouse, 'inventory' | 'inventoryItem' | 'products' | 'product'>;

/** Stock levels and products, mapped to the portal's terms. */
export function catalogueOf(api: Api, logger: Logger, currency: string): Catalogue {
  return {
    async *inventory({ signal } = {}) {
      const seen = new Set<string>();
      let offset = 0;
      for await (const page of listPages(api, logger, { path: '/api/v1/inventory', lane: 'catalogue', signal })) {
        yield sortOut(page.rows, page.total, offset, seen, currency);
        offset += page.rows.length;
      }
    },
    inventoryItem: (sku) =>
      single(api, {
        template: '/api/v1/inventory/{sku}',
        id: sku,
        lane: 'catalogue',
        read: (body) => usableItem(body, currency),
      }),
    async *products({ signal } = {}) {
      for await (const page of listPages(api, logger, { path: '/api/v1/products', lane: 'catalogue', signal })) {
        yield { items: readableRows(page.rows, logger, (row) => toProduct(row, currency)), total: page.total };
      }
    },
    product: (id) =>
      single<WarehouseProduct>(api, {
        template: '/api/v1/products/{id}',
        id,
        lane: 'catalogue',
        read: (body) => toProduct(body, currency),
      }),
  };
}

/** Parts the usable items of a page from the bad ones. `index` counts over the whole snapshot. */
function sortOut(
  rows: readonly unknown[],
  total: number | null,
  offset: number,
  seen: Set<string>,
  currency: string,
): InventoryPage {
  const items: SnapshotItem[] = [];
  const rejected: { sku: string | null; index: number; reason: string }[] = [];
  for (const [position, row] of rows.entries()) {
    const index = offset + position;
    const reading = readItem(row, currency);
    if (!reading.ok) rejected.push({ sku: reading.sku, index, reason: reading.reason });
    else if (seen.has(reading.item.sku)) rejected.push({ sku: reading.item.sku, index, reason: 'duplicate sku' });
    else items.push(reading.item);
    if (reading.ok) seen.add(reading.item.sku);
  }
  return { items, rejected, received: rows.length, total };
}

function usableItem(body: unknown, currency: string): SnapshotItem {
  const reading = readItem(body, currency);
  if (!reading.ok) throw new CallFailure('unreadable', `the warehouse's item: ${reading.reason}`);
  return reading.item;
}
