import type { Sku } from '../../domain/shared/ids.js';
import type { InventoryPage, ItemReading, SnapshotItem } from '../ports/warehouse.js';

/** What a sync has to know of a row to compare it; the item itself is looked at only where something has changed. */
type RowSummary =
  | { readonly ok: true; readonly sku: Sku; readonly fingerprint: string }
  | { readonly ok: false; readonly sku: Sku | null; readonly reason: string };

/** One value for all that a snapshot says of a SKU: equal values mean there is nothing to change. */
export type Fingerprint = (item: SnapshotItem) => string;

/** The rows of a page in their order. `readings` is asked only of a page that was not summed up before. */
export type Summarise = (page: InventoryPage, readings: () => readonly ItemReading[]) => readonly RowSummary[];

/** Sums a page up once, however often it comes: most of an inventory is the same from one sync to the next. */
export function createSummaries(fingerprint: Fingerprint): Summarise {
  const known = new WeakMap<InventoryPage, readonly RowSummary[]>();
  return (page, readings) => {
    const summary = known.get(page) ?? readings().map((reading) => summaryOf(reading, fingerprint));
    known.set(page, summary);
    return summary;
  };
}

function summaryOf(reading: ItemReading, fingerprint: Fingerprint): RowSummary {
  return reading.ok ? { ok: true, sku: reading.item.sku, fingerprint: fingerprint(reading.item) } : reading;
}
