import type { RejectedItem } from '../../domain/sync/events.js';
import type { InventoryPage, Warehouse } from '../ports/warehouse.js';

/** The warehouse's whole inventory at one moment, without the items themselves: whoever downloads it keeps what it needs. */
export interface Snapshot {
  /** Usable items, each of another SKU. */
  readonly usable: number;
  readonly rejected: readonly RejectedItem[];
  /** Raw items, good or bad. */
  readonly received: number;
  /** What the warehouse says it counts, or null when it does not say. */
  readonly total: number | null;
  /** It counted otherwise on another page: items have moved between the pages, and one may be on none of them. */
  readonly moved: boolean;
}

/** How far a download is. */
export interface Received {
  /** Raw items before the page at hand. */
  readonly before: number;
  /** Raw items with it. */
  readonly received: number;
  readonly total: number | null;
}

/**
 * Reads every page, and shows each. A failure of `onPage` ends the download.
 * @throws WarehouseError; a snapshot is whole or none
 */
export async function downloadSnapshot(
  warehouse: Warehouse,
  onPage: (page: InventoryPage, soFar: Received) => void,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const rejected: RejectedItem[] = [];
  let [usable, received] = [0, 0];
  let total: number | null = null;
  let moved = false;
  for await (const page of warehouse.inventory(signal ? { signal } : {})) {
    const before = received;
    usable += page.items.length;
    for (const item of page.rejected) rejected.push(item);
    received += page.received;
    moved ||= total !== null && page.total !== null && page.total !== total;
    total = page.total ?? total;
    onPage(page, { before, received, total });
  }
  return { usable, rejected, received, total, moved };
}

/** A snapshot smaller than this part of what is listed is a fault of the feed until an operator says otherwise. */
const plausibleShare = 0.5;

/** Why a snapshot must not be taken over unless it is forced, or null. */
export function doubtAbout(snapshot: Snapshot, listed: number): string | null {
  const { usable, received, total, moved } = snapshot;
  if (moved) return 'the inventory gained or lost items while it was read, time and again';
  if (total !== null && received !== total) return `the warehouse counts ${total} items but sent ${received}`;
  if (usable < listed * plausibleShare) {
    return `the snapshot holds ${usable} usable items where ${listed} are listed; force the sync if that is right`;
  }
  return null;
}
