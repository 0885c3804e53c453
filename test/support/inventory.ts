import type { CatalogueItem, InventoryCommand } from '../../src/domain/inventory/commands.js';
import { inventoryDecider } from '../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../src/domain/inventory/events.js';
import { asOrderId, asSku } from '../../src/domain/shared/ids.js';
import type { StockList } from '../../src/projections/queries.js';
import type { InventoryView } from '../../src/projections/views.js';
import { historyOf } from './fold.js';
import { minute, vitalHemp } from './orders.js';

/** An example SKU of which the warehouse has ten. */
export const item: CatalogueItem = {
  sku: asSku('HEMP-1'),
  productId: 'p1',
  name: 'Hemp Oil 10 ml',
  brandId: vitalHemp,
  brand: 'Vital Hemp',
  description: null,
  price: 2_500,
  currency: 'USD',
  quantity: 10,
  thc: '0.2 %',
  batchNumber: 'B-7',
  coaLink: 'https://coa.example.com/B-7.pdf',
};

/** @param exported orders that the warehouse had when it was requested */
export function snapshot(
  change: Partial<CatalogueItem> = {},
  snapshotAt = minute(0),
  exported: readonly string[] = [],
): InventoryCommand {
  return {
    type: 'ApplySnapshotItem',
    item: { ...item, ...change },
    syncId: `sync-${snapshotAt}`,
    snapshotAt,
    exported: exported.map(asOrderId),
  };
}

export function delist(snapshotAt: string): InventoryCommand {
  return { type: 'Delist', syncId: `sync-${snapshotAt}`, snapshotAt };
}

export function reserve(orderId: string, quantity: number, at = minute(1)): InventoryCommand {
  return { type: 'Reserve', orderId: asOrderId(orderId), quantity, expiresAt: minute(31), at };
}

export function release(orderId: string, at = minute(2)): InventoryCommand {
  return { type: 'Release', orderId: asOrderId(orderId), reason: 'cancelled', at };
}

export function commit(orderId: string, exportedAt = minute(3)): InventoryCommand {
  return { type: 'Commit', orderId: asOrderId(orderId), exportedAt };
}

/** The events of the commands in turn, from an empty stream; every one of them must be accepted. */
export function stockHistory(...commands: readonly InventoryCommand[]): InventoryEvent[] {
  return historyOf(inventoryDecider, commands);
}

/** All stock as objects. */
export function itemsOf({ items }: StockList): InventoryView[] {
  return JSON.parse(items.toString()) as InventoryView[];
}
