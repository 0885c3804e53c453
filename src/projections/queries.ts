import type { Position } from '../commands/event-store.js';
import type { Customer, DeliveryMethod, LineItem, ShippingAddress } from '../domain/order/events.js';
import type { RejectedItem } from '../domain/sync/events.js';

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
  inventory(): Promise<Sourced<{ items: InventoryView[]; total: number }>>;
  inventoryItem(sku: string): Promise<Sourced<{ item: InventoryView }> | null>;
  /** Listed and delisted SKUs alike; the missing ones are absent. For placing orders: straight from PostgreSQL. */
  productsBySku(skus: readonly string[]): Promise<ProductView[]>;
  brands(): Promise<BrandView[]>;
  payouts(filter: PayoutFilter): Promise<PayoutStatement>;
  /** Every entry of a statement of any length, the newest first. */
  payoutEntries(filter: PayoutFilter): AsyncIterable<PayoutEntry>;
  /** What is reserved of a SKU and for whom; null for a SKU that was never seen. */
  reservations(sku: string): Promise<ReservationsView | null>;
  /** Where a lot went, by its batch number in any case; null for one that was never seen. */
  lot(batchNumber: string, page: { limit: number; cursor?: string }): Promise<LotView | null>;
  syncs(filter: { limit: number }): Promise<SyncView[]>;
  sync(syncId: string): Promise<SyncView | null>;
  /** Resolves true once every read model has passed the position, false when `timeoutMs` ran out first. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** The same, told apart. */
  reach(position: Position, timeoutMs: number): Promise<Reached>;
}

/**
 * How far the read models are. `parked`: they have passed the position, and one of them has left a stream behind on the
 * way, so what it shows of that stream is older. `late`: they have not passed it.
 */
export type Reached = 'all' | 'parked' | 'late';

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
  limit: number;
  cursor?: string;
}

export interface OrderView {
  id: string;
  orderNumber: string;
  status: string;
  refundStatus: string;
  customerId: string | null;
  customer: Customer;
  shippingAddress: ShippingAddress;
  lineItems: LineItem[];
  total: number;
  currency: string;
  refundedTotal: number;
  deliveryMethod: DeliveryMethod;
  deliveryZone: string | null;
  extensivOrderId: string | null;
  trackingNumber: string | null;
  carrier: string | null;
  paymentIntentId: string | null;
  payouts: {
    rule: { version: number; brandShareBps: number };
    entries: { brandId: string; brand: string; gross: number; brandShare: number; platformShare: number }[];
    brandTotal: number;
    platformTotal: number;
  } | null;
  /** Revision of the order's last event; the ETag. */
  revision: number;
  placedAt: string;
  paidAt: string | null;
  exportedAt: string | null;
  updatedAt: string;
  /** When customer and address were erased, or null. */
  erasedAt: string | null;
}

export interface ProductFilter {
  /** Brand name or id, any case. */
  brand?: string;
  q?: string;
  inStock?: boolean;
  sort?: 'name' | '-name' | 'price' | '-price' | 'stock' | '-stock' | 'updatedAt' | '-updatedAt';
  limit: number;
  cursor?: string;
}

export interface ProductView {
  id: string;
  sku: string;
  name: string;
  brand: string;
  brandId: string;
  description: string | null;
  stock: number;
  available: number;
  price: number;
  currency: string;
  thc: string | null;
  batchNumber: string | null;
  coaLink: string | null;
  listed: boolean;
  updatedAt: string;
}

export interface InventoryView {
  sku: string;
  name: string;
  brand: string;
  /** As the warehouse says. */
  stock: number;
  reserved: number;
  /** What can still be promised. */
  available: number;
  price: number;
  currency: string;
  thc: string | null;
  batchNumber: string | null;
  coaLink: string | null;
  updatedAt: string;
}

export interface BrandView {
  id: string;
  name: string;
  /** Override of the default share, or null. */
  brandShareBps: number | null;
  productCount: number;
}

export interface PayoutFilter {
  brandId?: string;
  from?: string;
  to?: string;
}

export interface PayoutStatement {
  /** The newest first. */
  items: PayoutEntry[];
  /** False when there are more entries than fit into `items`; the totals count all of them. */
  complete: boolean;
  totals: { currency: string; gross: number; brandShare: number; platformShare: number }[];
}

export interface PayoutEntry {
  orderId: string;
  orderNumber: string;
  brandId: string;
  brand: string;
  kind: 'allocation' | 'reversal';
  gross: number;
  brandShare: number;
  platformShare: number;
  currency: string;
  at: string;
}

export interface ReservationsView {
  sku: string;
  /** Pieces over all reservations. */
  reserved: number;
  /** Number of reservations, shown or not. */
  total: number;
  /** The earliest first. */
  items: {
    orderId: string;
    /** Null as long as the reservation has no order. */
    orderNumber: string | null;
    orderStatus: string | null;
    customerId: string | null;
    quantity: number;
    /** `committed`: the warehouse has the order; its next snapshot settles the reservation. */
    state: 'held' | 'committed';
    reservedAt: string;
    /** When an unpaid order loses it. */
    expiresAt: string;
    exportedAt: string | null;
  }[];
}

/** A lot as the catalogue named it when the orders were placed. */
export interface LotView {
  batchNumber: string;
  products: LotProduct[];
  /** One entry per order line, the earliest first. */
  orders: LotOrder[];
  nextCursor: string | null;
}

export interface LotProduct {
  batchNumber: string;
  sku: string;
  name: string;
  brandId: string;
  brand: string;
  /** Certificate of analysis. */
  coaLink: string | null;
  /** When the catalogue first named the lot for this SKU. */
  listedAt: string | null;
  orders: number;
  /** Pieces over all orders. */
  quantity: number;
  /** Of these, pieces that have left the warehouse. */
  shipped: number;
  /** Of these, pieces that never will: their orders were cancelled or lapsed. */
  cancelled: number;
}

export interface LotOrder {
  orderId: string;
  /** Null, like `status` and `customer`, only while the order itself cannot be shown. */
  orderNumber: string | null;
  status: string | null;
  batchNumber: string;
  sku: string;
  name: string;
  coaLink: string | null;
  quantity: number;
  placedAt: string;
  customerId: string | null;
  customer: Customer | null;
}

export interface SyncView {
  syncId: string;
  status: 'running' | 'completed' | 'failed';
  trigger: string;
  startedAt: string;
  completedAt: string | null;
  error?: string;
  received: number;
  created: number;
  changed: number;
  delisted: number;
  rejected: RejectedItem[];
  durationMs: number | null;
}
