import type { OwedAlert } from '../effects/owed-alert.js';
import type { Changes } from './changes.js';

/** So much of the shop at once is more often lost by a feed than sold. */
const tellingShare = 0.5;

/** Fewer SKUs than this do sell out together. */
const tellingCount = 10;

/**
 * What the operators are told of a snapshot that empties the shop: of ten or more SKUs on sale it takes at least half off
 * sale, or of ten or more in stock it leaves nothing of at least half. It is taken over all the same: a warehouse that is
 * sold out looks no different, and what it does not have must not be sold.
 *
 * @returns null when there is nothing to tell
 */
export function emptiedBy({ index, absent, soldOut }: Changes, syncId: string): OwedAlert | null {
  const missing = new Set(absent);
  let [onSale, inStock, outOfStock] = [0, 0, soldOut];
  for (const [sku, entry] of index.entries) {
    if (!entry.listed) continue;
    onSale += 1;
    if (!entry.inStock) continue;
    inStock += 1;
    if (missing.has(sku)) outOfStock += 1;
  }
  if (!isTelling(absent.length, onSale) && !isTelling(outOfStock, inStock)) return null;
  return {
    name: `inventory-emptied:${syncId}`,
    kind: 'inventory-emptied',
    subject: 'the inventory sync empties the shop',
    message:
      `Of ${onSale} SKUs on sale, ${absent.length} are gone from the warehouse's snapshot; of ${inStock} in stock, ` +
      `${outOfStock} have none left. This is taken over; if it is wrong, the next snapshot that is right mends it.`,
    facts: { onSale, takenOffSale: absent.length, inStock, outOfStock },
  };
}

function isTelling(lost: number, had: number): boolean {
  return had >= tellingCount && lost >= had * tellingShare;
}
