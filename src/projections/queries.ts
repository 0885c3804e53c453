import type { Position } from '../commands/event-store.js';
import type { BrandId, Sku } from '../domain/shared/ids.js';
import type {
  BrandView,
  InventoryView,
  LotView,
  OrderView,
  PayoutEntry,
  PayoutStatement,
  ProductView,
  ReservationsView,
  SyncView,
} from './views.js';

/** Everything that can be asked of the read models. Amounts are integer minor units, times ISO 8601 UTC. */
export interface Queries {
  orders(filter: OrderFilter): Promise<{ items: OrderView[]; nextCursor: string | null }>;
  /** By id or order number (any case). `customerId` narrows to that buyer's orders. */
  order(idOrNumber: string, scope?: { customerId?: string }): Promise<OrderView | null>;
  /** By id; the missing ones are absent. */
  ordersById(ids: readonly string[]): Promise<OrderView[]>;
  products(filter: ProductFilter): Promise<Sourced<{ items: ProductView[]; nextCursor: string | null; total: number }>>;
  /** By product id or SKU. */
  product(idOrSku: string): Promise<Sourced<{ product: ProductView }> | null>;
  /** By SKU; `brandId` narrows to that brand's. */
  inventory(scope?: { brandId?: BrandId }): Promise<Sourced<StockList>>;
  inventoryItem(sku: Sku): Promise<Sourced<{ item: InventoryView }> | null>;
  /** Listed and delisted SKUs alike; the missing ones are absent. For placing orders: straight from PostgreSQL. */
  productsBySku(skus: readonly Sku[]): Promise<ProductView[]>;
  brands(): Promise<BrandView[]>;
  payouts(filter: PayoutFilter): Promise<PayoutStatement>;
  /** Every entry of a statement of any length, the newest first. */
  payoutEntries(filter: PayoutFilter): AsyncIterable<PayoutEntry>;
  /** What is reserved of a SKU and for whom; null for a SKU that was never seen. */
  reservations(sku: Sku): Promise<ReservationsView | null>;
  /** Where a lot went, by its batch number in any case; null for one that was never seen. */
  lot(batchNumber: string, page: { limit: number; cursor?: string }): Promise<LotView | null>;
  syncs(filter: { limit: number }): Promise<SyncView[]>;
  sync(syncId: string): Promise<SyncView | null>;
  /** Resolves true once every read model has passed the position, false when `timeoutMs` ran out or `signal` aborted first. */
  waitFor(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  /** The same, told apart. */
  reach(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<Reached>;
}

/**
 * How far the read models are. `parked`: they have passed the position, and one of them has left a stream behind on the
 * way, so what it shows of that stream is older. `late`: they have not passed it.
 */
export type Reached = 'all' | 'parked' | 'late';

/** All stock, written: as objects a large catalogue would take many times as long, for whoever only passes it on. */
export interface StockList {
  /** JSON of `InventoryView[]`. */
  readonly items: Buffer;
  readonly total: number;
}

/** Where an answer comes from and how old its facts are. */
export type Sourced<T> = T & {
  source: 'cache' | 'database' | 'stale_cache';
  /** Completion of the last successful sync, or null before the first. */
  asOf: string | null;
  warning?: string;
};

export interface OrderFilter {
  status?: string;
  /** Placed at or after. */
  from?: string;
  /** Placed before. */
  to?: string;
  /** Order number, customer name, company or e-mail contains. */
  q?: string;
  customerId?: string;
  /** The newest first unless asked otherwise. */
  sort?: (typeof orderSorts)[number];
  limit: number;
  cursor?: string;
}

export const orderSorts = ['placedAt', '-placedAt'] as const;

export interface ProductFilter {
  /** Brand name or id, any case. */
  brand?: string;
  /** Narrows to that brand's products, whatever else is asked for. */
  brandId?: BrandId;
  q?: string;
  inStock?: boolean;
  sort?: (typeof productSorts)[number];
  limit: number;
  cursor?: string;
}

export const productSorts = ['name', '-name', 'price', '-price', 'stock', '-stock', 'updatedAt', '-updatedAt'] as const;

export interface PayoutFilter {
  brandId?: BrandId;
  from?: string;
  to?: string;
}
