import type { OrderId, Sku } from '../shared/ids.js';
import type { ProductDetails } from './events.js';

/** What can be asked of a SKU. Times are ISO 8601 UTC with milliseconds, prices integer minor units. */
export type InventoryCommand = ApplySnapshotItem | Delist | Reserve | Release | Commit;

/** A SKU as a snapshot of the warehouse shows it. */
export interface CatalogueItem extends ProductDetails {
  readonly sku: Sku;
  readonly productId: string;
  readonly price: number;
  readonly currency: string;
  readonly quantity: number;
}

export interface ApplySnapshotItem {
  readonly type: 'ApplySnapshotItem';
  readonly item: CatalogueItem;
  readonly syncId: string;
  /** Later than that of any snapshot before it; the time of the request, unless a clock was put back. */
  readonly snapshotAt: string;
  /** Orders that were exported before it was requested, by the order of the log: its quantity counts them out. */
  readonly exported: readonly OrderId[];
}

/** The snapshot no longer has the SKU. */
export interface Delist {
  readonly type: 'Delist';
  readonly syncId: string;
  readonly snapshotAt: string;
}

export interface Reserve {
  readonly type: 'Reserve';
  readonly orderId: OrderId;
  /** Over all lines of the order with this SKU. */
  readonly quantity: number;
  readonly expiresAt: string;
  readonly at: string;
}

export interface Release {
  readonly type: 'Release';
  readonly orderId: OrderId;
  readonly reason: 'refused' | 'expired' | 'cancelled';
  readonly at: string;
}

/** The warehouse has the order. */
export interface Commit {
  readonly type: 'Commit';
  readonly orderId: OrderId;
  readonly exportedAt: string;
}
