import type { RejectedItem } from '../../domain/sync/events.js';
import type { SnapshotItem, Warehouse } from '../ports/warehouse.js';

/** The warehouse's whole inventory at one moment. */
export interface Snapshot {
  readonly items: ReadonlyMap<string, SnapshotItem>;
  readonly rejected: readonly RejectedItem[];
  /** Raw items, good or bad. */
  readonly received: number;
  /** What the warehouse says it counts, or null when it does not say. */
  readonly total: number | null;
}

/** Reads every page. @throws WarehouseError; a snapshot is whole or none */
export async function downloadSnapshot(
  warehouse: Warehouse,
  onPage: (progress: { received: number; total: number | null }) => void,
): Promise<Snapshot> {
  const items = new Map<string, SnapshotItem>();
  const rejected: RejectedItem[] = [];
  let received = 0;
  let total: number | null = null;
  for await (const page of warehouse.inventory()) {
    for (const item of page.items) items.set(item.sku, item);
    rejected.push(...page.rejected);
    received += page.received;
    total = page.total ?? total;
    onPage({ received, total });
  }
  return { items, rejected, received, total };
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
