import type { Logger } from '../../commands/ports.js';
import type { InventoryPage, SnapshotItem, Warehouse, WarehouseProduct } from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import { CallFailure } from './call-failure.js';
import { readItem } from './item.js';
import { createPageMemory } from './page-memory.js';
import { listPages } from './pages.js';
import { toProduct } from './product.js';
import { readableRows } from './readable-rows.js';
import { single } from './single.js';
import type { WirePage } from './wire-page.js';

type Catalogue = Pick<Warehouse, 'inventory' | 'inventoryItem' | 'products' | 'product'>;

/** Stock levels and products, mapped to the portal's terms. */
export function catalogueOf(api: Api, logger: Logger, currency: string): Catalogue {
  const memory = createPageMemory();
  const pages = new WeakMap<WirePage, InventoryPage>();
  const pageOf = (wire: WirePage): InventoryPage => {
    const page = pages.get(wire) ?? inventoryPage(wire, currency);
    pages.set(wire, page);
    return page;
  };

  return {
    async *inventory({ signal } = {}) {
      const list = { path: '/api/v1/inventory', lane: 'catalogue', signal, memory } as const;
      for await (const wire of listPages(api, logger, list)) yield pageOf(wire);
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
        yield { items: readableRows(page.rows(), logger, (row) => toProduct(row, currency)), total: page.total };
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

function inventoryPage(wire: WirePage, currency: string): InventoryPage {
  return {
    received: wire.length,
    total: wire.total,
    readings: () => wire.rows().map((row) => readItem(row, currency)),
  };
}

function usableItem(body: unknown, currency: string): SnapshotItem {
  const reading = readItem(body, currency);
  if (!reading.ok) throw new CallFailure('unreadable', `the warehouse's item: ${reading.reason}`);
  return reading.item;
}
