import type { InventoryPage } from '../ports/warehouse.js';
import { createPackedItems, type PackedItems, type PlacedItem } from './packed-items.js';
import { type Fingerprint, type IndexEntry, mayChange, type SnapshotIndex } from './snapshot-index.js';

/** What a snapshot says beyond the index. */
export interface Changes {
  readonly index: SnapshotIndex;
  /** Items that may change something. */
  readonly items: PackedItems;
  /** SKUs on sale of which the snapshot has no usable item. */
  readonly absent: readonly string[];
}

export interface ChangeCollector {
  /** @throws what the index failed with */
  add(page: InventoryPage, offset: number): void;
  /** After the last page. @throws what the index failed with */
  finish(): Promise<Changes>;
}

/**
 * Compares each page with an index that may still be on its way; pages that are here earlier wait for it. Of items that
 * change nothing, nothing is kept.
 */
export function collectChanges(
  asked: Promise<SnapshotIndex>,
  comparison: { snapshotAt: string; fingerprint: Fingerprint },
): ChangeCollector {
  const items = createPackedItems();
  const waiting: { page: InventoryPage; offset: number }[] = [];
  let failure: { error: unknown } | null = null;
  let compare: ((page: InventoryPage, offset: number) => void) | null = null;
  /** By the place of an entry: 1 when the snapshot has it. */
  let present = new Uint8Array();

  function catchUp(index: SnapshotIndex): void {
    present = new Uint8Array(placesOf(index));
    compare = (page, offset) => items.add(changesOf(page, offset, index));
    for (const { page, offset } of waiting.splice(0)) compare(page, offset);
  }
  const caughtUp = asked.then(catchUp);
  caughtUp.catch((error: unknown) => {
    failure = { error };
  });

  /** The usable items stand where no rejected one does. */
  function changesOf(page: InventoryPage, offset: number, { current, entries }: SnapshotIndex): PlacedItem[] {
    const taken = new Set(page.rejected.map(({ index }) => index));
    const changed: PlacedItem[] = [];
    let place = offset;
    for (const item of page.items) {
      while (taken.has(place)) place += 1;
      const known: IndexEntry | undefined = entries.get(item.sku);
      if (known) present[known.place] = 1;
      if (mayChange(current ? known : undefined, item, comparison)) changed.push({ item, index: place });
      place += 1;
    }
    return changed;
  }

  return {
    add(page, offset) {
      if (failure) throw failure.error;
      if (compare) compare(page, offset);
      else waiting.push({ page, offset });
    },
    async finish() {
      await caughtUp;
      const index = await asked;
      const absent: string[] = [];
      for (const [sku, { listed, place }] of index.entries) if (listed && !present[place]) absent.push(sku);
      return { index, items, absent };
    },
  };
}

function placesOf({ entries }: SnapshotIndex): number {
  let places = 0;
  for (const { place } of entries.values()) places = Math.max(places, place + 1);
  return places;
}
