import type { RejectedItem } from '../../domain/sync/events.js';
import type { InventoryPage, SnapshotItem, Warehouse } from '../ports/warehouse.js';

/** The warehouse's whole inventory at one moment. */
export interface Snapshot {
  readonly items: ReadonlyMap<string, PlacedItem>;
  readonly rejected: readonly RejectedItem[];
  /** Raw items, good or bad. */
  readonly received: number;
  /** What the warehouse says it counts, or null when it does not say. */
  readonly total: number | null;
}

/** A usable item and its place among all raw items, from 0. */
export interface PlacedItem {
  readonly item: SnapshotItem;
  readonly index: number;
}

/** Reads every page. @throws WarehouseError; a snapshot is whole or none */
export async function downloadSnapshot(
  warehouse: Warehouse,
  onPage: (received: number, total: number | null) => void,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const items = new Map<string, PlacedItem>();
  const rejected: RejectedItem[] = [];
  let received = 0;
  let total: number | null = null;
  for await (const page of warehouse.inventory(signal ? { signal } : {})) {
    for (const placed of place(page, received)) items.set(placed.item.sku, placed);
    rejected.push(...page.rejected);
    received += page.received;
    total = page.total ?? total;
    onPage(received, total);
  }
  return { items, rejected, received, total };
}

/** The usable items stand where no rejected one does. */
function* place(page: InventoryPage, offset: number): Iterable<PlacedItem> {
  const taken = new Set(page.rejected.map(({ index }) => index));
  let index = offset;
  for (const item of page.items) {
    while (taken.has(index)) index += 1;
    yield { item, index };
    index += 1;
  }
}

/** A snapshot smaller than this part of what is listed is a fault of the feed until an operator says otherwise. */
const plausibleShare = 0.5;

/** Why a snapshot must not be taken over unless it is forced, or null. */
export function doubtAbout(snapshot: Snapshot, listed: number): string | null {
  const { items, received, total } = snapshot;
  if (total !== null && received !== total) return `the warehouse counts ${total} items but sent ${received}`;
  if (items.size < listed * plausibleShare) {
    return `the snapshot holds ${items.size} usable items where ${listed} are listed; force the sync if that is right`;
  }
  return null;
}
