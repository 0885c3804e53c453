import type { Sku } from '../../domain/shared/ids.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import type { InventoryPage, ItemReading, SnapshotItem } from '../ports/warehouse.js';
import { createPackedItems, type PackedItems, type PlacedItem } from './packed-items.js';
import type { Summarise } from './page-summary.js';
import { mayChange, type SnapshotIndex } from './snapshot-index.js';
import { createUsableRows } from './usable-rows.js';

/** What a snapshot says beyond the index. */
export interface Changes {
  readonly index: SnapshotIndex;
  /** Items that may change something. */
  readonly items: PackedItems;
  /** SKUs on sale that the snapshot does not have. One that is there but unusable is no reason to take it off. */
  readonly absent: readonly Sku[];
  /** How many SKUs on sale had stock and have none in the snapshot. */
  readonly soldOut: number;
  /** How many rows can be used, each of another SKU. */
  readonly usable: number;
  readonly rejected: readonly RejectedItem[];
}

export interface ChangeCollector {
  /** @param offset rows before the page. @throws what the index failed with */
  add(page: InventoryPage, offset: number): void;
  /** After the last page. @throws what the index failed with */
  finish(): Promise<Changes>;
}

/**
 * Compares each page with an index that may still be on its way; pages that are here earlier wait for it. Of items that
 * change nothing, nothing is kept.
 */
export function collectChanges(asked: Promise<SnapshotIndex>, summarise: Summarise): ChangeCollector {
  const items = createPackedItems();
  const usableRows = createUsableRows();
  const waiting: { page: InventoryPage; offset: number }[] = [];
  let failure: { error: unknown } | null = null;
  let compare: ((page: InventoryPage, offset: number) => void) | null = null;
  /** By the place of an entry: 1 when the snapshot has it. */
  let present = new Uint8Array();
  let soldOut = 0;

  function catchUp(index: SnapshotIndex): SnapshotIndex {
    present = new Uint8Array(placesOf(index));
    compare = (page, offset) => items.add(changesOf(page, offset, index));
    for (const { page, offset } of waiting.splice(0)) compare(page, offset);
    return index;
  }
  const caughtUp = asked.then(catchUp);
  caughtUp.catch((error: unknown) => {
    failure = { error };
  });

  function changesOf(page: InventoryPage, offset: number, { current, entries }: SnapshotIndex): PlacedItem[] {
    let read: readonly ItemReading[] | null = null;
    const readings = () => {
      read ??= page.readings();
      return read;
    };
    const changed: PlacedItem[] = [];
    for (const [place, row] of summarise(page, readings).entries()) {
      const index = offset + place;
      if (!usableRows.admits(row, index) || !row.ok) continue;
      const known = entries.get(row.sku);
      if (known) present[known.place] = 1;
      if (!mayChange(current ? known : undefined, row.fingerprint)) continue;
      const item = itemAt(readings(), place);
      if (known?.listed && known.inStock && item.quantity === 0) soldOut += 1;
      changed.push({ item, index });
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
      const index = await caughtUp;
      const unusable = new Set(usableRows.rejected.map(({ sku }) => sku));
      const absent: Sku[] = [];
      for (const [sku, { listed, place }] of index.entries) {
        if (listed && !present[place] && !unusable.has(sku)) absent.push(sku);
      }
      return { index, items, absent, soldOut, usable: usableRows.count, rejected: usableRows.rejected };
    },
  };
}

function itemAt(readings: readonly ItemReading[], place: number): SnapshotItem {
  const reading = readings[place];
  if (!reading?.ok) throw new Error('a page of the inventory was read in two ways');
  return reading.item;
}

function placesOf({ entries }: SnapshotIndex): number {
  let places = 0;
  for (const { place } of entries.values()) places = Math.max(places, place + 1);
  return places;
}
