import { inventory, orders } from '../../commands/aggregates.js';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import { type Ledger, ledgerProjection } from './ledger.js';

/** The product a lot is of, as both ledgers show it. */
const product = {
  batch_number: 'text',
  name: 'text',
  brand_id: 'text',
  brand: 'text',
  coa_link: 'text',
};
/** A person reads the number off a label and types it in any case. */
const byLot = '(lower(batch_number))';

/** `read.lot_listings`: one row each time the catalogue named a lot for a SKU. */
const listings: Ledger = {
  table: 'lot_listings',
  category: inventory.category,
  keyColumn: 'sku',
  rowKey: [],
  columns: { ...product, listed_at: 'timestamptz' },
  indexes: [byLot],
  types: new Set(['ProductListed', 'ProductDetailsChanged']),
  rowsOf: listingRows,
};

/** `read.lot_sales`: one row per order line that was sold under a lot. */
const sales: Ledger = {
  table: 'lot_sales',
  category: orders.category,
  keyColumn: 'order_id',
  rowKey: ['line'],
  columns: { line: 'integer', sku: 'text', ...product, quantity: 'bigint', placed_at: 'timestamptz' },
  indexes: [byLot],
  types: new Set(['OrderPlaced']),
  rowsOf: saleRows,
};

/**
 * Which lots there were, and which orders they were sold to. Holds nothing about people: who the buyers are is read from
 * the orders themselves.
 */
export const lotsProjection = ledgerProjection({ name: 'lots', version: 1, ledgers: [listings, sales] });

function listingRows(untyped: DomainEvent): Record<string, unknown>[] {
  const event = untyped as InventoryEvent;
  if (event.type !== 'ProductListed' && event.type !== 'ProductDetailsChanged') return [];
  const { batchNumber, name, brandId, brand, coaLink, snapshotAt } = event.data;
  if (batchNumber === null) return [];
  return [{ batch_number: batchNumber, name, brand_id: brandId, brand, coa_link: coaLink, listed_at: snapshotAt }];
}

function saleRows(untyped: DomainEvent): Record<string, unknown>[] {
  const event = untyped as OrderEvent;
  if (event.type !== 'OrderPlaced') return [];
  return event.data.lineItems.flatMap((line, index) =>
    line.batchNumber === null
      ? []
      : [
          {
            line: index,
            sku: line.sku,
            batch_number: line.batchNumber,
            name: line.name,
            brand_id: line.brandId,
            brand: line.brand,
            coa_link: line.coaLink,
            quantity: line.quantity,
            placed_at: event.data.placedAt,
          },
        ],
  );
}
