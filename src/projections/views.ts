import type { Customer, DeliveryMethod, LineItem, ShippingAddress } from '../domain/order/values.js';
import type { BrandId, ExtensivOrderId, OrderId, Sku } from '../domain/shared/ids.js';
import type { RejectedItem } from '../domain/sync/events.js';

// What the read models say. Amounts are integer minor units, times ISO 8601 UTC.

export interface OrderView {
  id: OrderId;
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
  extensivOrderId: ExtensivOrderId | null;
  trackingNumber: string | null;
  carrier: string | null;
  paymentIntentId: string | null;
  payouts: {
    rule: { version: number; brandShareBps: number };
    entries: { brandId: BrandId; brand: string; gross: number; brandShare: number; platformShare: number }[];
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

/** What is on sale under a SKU, as products and stock show it alike. */
interface Offer {
  sku: Sku;
  name: string;
  brand: string;
  /** As the warehouse says. */
  stock: number;
  /** What can still be promised. */
  available: number;
  price: number;
  currency: string;
  thc: string | null;
  batchNumber: string | null;
  coaLink: string | null;
  updatedAt: string;
}

export interface ProductView extends Offer {
  id: string;
  brandId: BrandId;
  description: string | null;
  listed: boolean;
}

export interface InventoryView extends Offer {
  reserved: number;
}

export interface BrandView {
  id: string;
  name: string;
  /** Override of the default share, or null. */
  brandShareBps: number | null;
  productCount: number;
}

export interface PayoutStatement {
  /** The newest first. */
  items: PayoutEntry[];
  /** False when there are more entries than fit into `items`; the totals count all of them. */
  complete: boolean;
  totals: { currency: string; gross: number; brandShare: number; platformShare: number }[];
}

export interface PayoutEntry {
  orderId: OrderId;
  orderNumber: string;
  brandId: BrandId;
  brand: string;
  kind: 'allocation' | 'reversal';
  gross: number;
  brandShare: number;
  platformShare: number;
  currency: string;
  at: string;
}

export interface ReservationsView {
  sku: Sku;
  /** Pieces over all reservations. */
  reserved: number;
  /** Number of reservations, shown or not. */
  total: number;
  /** The earliest first. */
  items: {
    orderId: OrderId;
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
  sku: Sku;
  name: string;
  brandId: BrandId;
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
  orderId: OrderId;
  /** Null, like `status` and `customer`, only while the order itself cannot be shown. */
  orderNumber: string | null;
  status: string | null;
  batchNumber: string;
  sku: Sku;
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
