import type { InventoryPage, Warehouse } from '../ports/warehouse.js';

/** The warehouse's whole inventory at one moment, without its rows: whoever downloads it keeps what it needs. */
export interface Snapshot {
  /** Rows, good or bad. */
  readonly received: number;
  /** What the warehouse says it counts, or null when it does not say. */
  readonly total: number | null;
  /** It counted otherwise on another page: items have moved between the pages, and one may be on none of them. */
  readonly moved: boolean;
}

/** How far a download is. */
export interface Received {
  /** Rows before the page at hand. */
  readonly before: number;
  /** Rows with it. */
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
  let received = 0;
  let total: number | null = null;
  let moved = false;
  for await (const page of warehouse.inventory(signal ? { signal } : {})) {
    const before = received;
    received += page.received;
    moved ||= total !== null && page.total !== null && page.total !== total;
    total = page.total ?? total;
    onPage(page, { before, received, total });
  }
  return { received, total, moved };
}

/** A snapshot smaller than this part of what is listed is a fault of the feed until an operator says otherwise. */
const plausibleShare = 0.5;

/**
 * Why a snapshot must not be taken over unless it is forced, or null.
 * @param usable rows that can be used
 * @param listed SKUs on sale
 */
export function doubtAbout({ received, total, moved }: Snapshot, usable: number, listed: number): string | null {
  if (moved) return 'the inventory gained or lost items while it was read, time and again';
  if (total !== null && received !== total) return `the warehouse counts ${total} items but sent ${received}`;
  if (usable < listed * plausibleShare) {
    return `the snapshot holds ${usable} usable items where ${listed} are listed; force the sync if that is right`;
  }
  return null;
}
