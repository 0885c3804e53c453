import type { SnapshotItem } from '../ports/warehouse.js';

/** A usable item and its place among all raw items, from 0. */
export interface PlacedItem {
  readonly item: SnapshotItem;
  readonly index: number;
}

/**
 * Items that wait until the snapshot is known to be whole. They are kept as text outside the heap: a first import has
 * all its items here, and as objects they would make each look of the garbage collector slow and the heap several times
 * as large as they are.
 */
export interface PackedItems {
  readonly size: number;
  /** Every spelling of a brand among the items. */
  readonly brands: ReadonlySet<string>;
  add(items: readonly PlacedItem[]): void;
  /** The items in the order they were added; what has been taken is let go. */
  take(): Iterable<PlacedItem>;
}

export function createPackedItems(): PackedItems {
  const packs: Buffer[] = [];
  const brands = new Set<string>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    brands,
    add(items) {
      if (items.length === 0) return;
      for (const { item } of items) brands.add(item.brand);
      size += items.length;
      packs.push(Buffer.from(JSON.stringify(items)));
    },
    *take() {
      packs.reverse();
      for (let pack = packs.pop(); pack; pack = packs.pop()) {
        const items = JSON.parse(pack.toString()) as PlacedItem[];
        size -= items.length;
        yield* items;
      }
    },
  };
}
