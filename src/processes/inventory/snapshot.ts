import type { Sku } from '../../domain/shared/ids.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import { type InventoryPage, type Warehouse, WarehouseError } from '../ports/warehouse.js';

/** The warehouse's whole inventory at one moment, without its rows: whoever downloads it keeps what it needs. */
export interface Snapshot {
  /** Rows, good or bad. */
  readonly received: number;
  /** What the warehouse says it counts, or null when it does not say. */
  readonly total: number | null;
  /** It counted otherwise on another page, or has more: items have moved between the pages, and one may be on none of them. */
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
  for await (const page of warehouse.inventory({ signal })) {
    const before = received;
    received += page.received;
    moved ||= total !== null && page.total !== null && page.total !== total;
    total = page.total ?? total;
    onPage(page, { before, received, total });
  }
  return { received, total, moved };
}

/** SKUs that are asked for by name before a snapshot is believed not to have them. */
const maxLookUps = 20;

/**
 * Whether the warehouse has an item that its snapshot does not: where one went and another came between two pages, the
 * count is the same, and an item from behind has moved to a page that had been read. Of a warehouse that does not tell,
 * the snapshot is all there is to believe.
 *
 * @param absent SKUs on sale that the snapshot does not have; of many the first few are looked up
 */
export async function leavesOut(warehouse: Warehouse, absent: readonly Sku[]): Promise<boolean> {
  try {
    for (const sku of absent.slice(0, maxLookUps)) {
      const item = await warehouse.inventoryItem(sku);
      if (item?.sku === sku) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof WarehouseError) return false;
    throw error;
  }
}

/** A snapshot was read, and is not believed. */
export class SnapshotDoubted extends Error {
  override readonly name = 'SnapshotDoubted';
  constructor(
    doubt: string,
    readonly received: number,
    readonly rejected: readonly RejectedItem[],
  ) {
    super(doubt);
  }
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
