import type { Sku } from '../../domain/shared/ids.js';
import type { RejectedItem } from '../../domain/sync/events.js';

/** Tells the usable rows of a snapshot, each of another SKU, from the rest. */
export interface UsableRows {
  /** @param index of the row in the snapshot, from 0. @returns whether it is usable */
  admits(row: Row, index: number): boolean;
  readonly count: number;
  readonly rejected: readonly RejectedItem[];
}

type Row =
  | { readonly ok: true; readonly sku: Sku }
  | { readonly ok: false; readonly sku: Sku | null; readonly reason: string };

export function createUsableRows(): UsableRows {
  const skus = new Set<string>();
  const rejected: RejectedItem[] = [];
  return {
    admits(row, index) {
      const reason = row.ok ? (skus.has(row.sku) ? 'duplicate sku' : null) : row.reason;
      if (reason !== null) rejected.push({ sku: row.sku, index, reason });
      else if (row.ok) skus.add(row.sku);
      return reason === null;
    },
    get count() {
      return skus.size;
    },
    rejected,
  };
}
