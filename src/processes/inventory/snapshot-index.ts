import type { Sku } from '../../domain/shared/ids.js';
import type { SnapshotEntry } from '../../projections/queries/snapshot-index.js';

/** What the read model knows of the SKUs. */
export interface SnapshotIndex {
  readonly entries: ReadonlyMap<Sku, SnapshotEntry>;
  /** False when the read model may be behind: then no stream is left alone on its word. */
  readonly current: boolean;
}

/** Whether a snapshot may have something to say to an item's stream. */
export function mayChange(known: SnapshotEntry | undefined, fingerprint: string): boolean {
  if (!known?.listed) return true;
  return known.unsettled || known.fingerprint !== fingerprint;
}

/** How many SKUs are on sale. */
export function countListed({ entries }: SnapshotIndex): number {
  let listed = 0;
  for (const entry of entries.values()) if (entry.listed) listed += 1;
  return listed;
}
