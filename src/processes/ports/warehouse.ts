import type { ExtensivOrderId, OrderId, Sku } from '../../domain/shared/ids.js';

/** The warehouse (WMS) as the portal's processes see it. Money is in integer minor units, times are ISO 8601 UTC. */
export interface Warehouse {
  /**
   * The warehouse's whole inventory, page by page, row by row as it comes: a SKU may come twice.
   * @throws WarehouseError
   */
  inventory(options?: { signal?: AbortSignal | undefined }): AsyncIterable<InventoryPage>;
  inventoryItem(sku: Sku): Promise<SnapshotItem | null>;
  products(options?: { signal?: AbortSignal | undefined }): AsyncIterable<ProductPage>;
  product(id: string): Promise<WarehouseProduct | null>;
  /**
   * Sends a create request at most once; never repeats it when the outcome is unknown.
   * @param beforeSend runs just before each request goes out, which may be long after the call: after a pause that the
   * warehouse asked for, or a wait for other requests. What it throws is thrown, and nothing is sent.
   * @throws WarehouseError with `kind` `rejected` (definitely not created, do not retry), `busy` (definitely not created,
   * retry later) or `unknown` (it may have been created: look it up before another attempt).
   */
  createOrder(order: WarehouseOrderRequest, beforeSend?: () => Promise<void>): Promise<CreatedOrder>;
  /** The order with this order number, or null. Source of truth after an unknown outcome. */
  findOrderByNumber(orderNumber: string): Promise<WarehouseOrder | null>;
  /** Orders that changed since a time, page by page. `statuses` narrows to WMS statuses. */
  ordersUpdatedSince(since: string, statuses?: readonly string[]): AsyncIterable<readonly WarehouseOrder[]>;
  order(extensivOrderId: ExtensivOrderId): Promise<WarehouseOrder | null>;
  orderStatus(extensivOrderId: ExtensivOrderId): Promise<WarehouseOrder | null>;
  /**
   * @returns `cancelled`, or `too-late` when it has shipped, or `missing` when the warehouse says that it finds nothing, or
   * `unclear` when it does not say what became of the order.
   */
  cancelOrder(
    extensivOrderId: ExtensivOrderId,
    reason: string,
  ): Promise<'cancelled' | 'too-late' | 'missing' | 'unclear'>;
}

export interface SnapshotItem {
  readonly sku: Sku;
  readonly name: string;
  readonly brand: string;
  readonly description: string | null;
  readonly price: number;
  readonly currency: string;
  readonly quantity: number;
  readonly thc: string | null;
  readonly batchNumber: string | null;
  readonly coaLink: string | null;
}

/** A row of the inventory in the portal's terms, or the rule that it breaks. */
export type ItemReading =
  | { readonly ok: true; readonly item: SnapshotItem }
  | { readonly ok: false; readonly sku: Sku | null; readonly reason: string };

/**
 * A page of the inventory. The same object comes again for as long as the warehouse sends the same page, so what was
 * worked out of it can be kept with it.
 */
export interface InventoryPage {
  /** Its rows, good or bad. */
  readonly received: number;
  /** What the warehouse says the whole snapshot counts, or null when it does not say. */
  readonly total: number | null;
  /** Every row, in order. They are read anew with each call: keep what is needed. */
  readings(): readonly ItemReading[];
}

export interface WarehouseProduct {
  readonly id: string;
  readonly sku: Sku;
  readonly name: string;
  readonly brand: string;
  readonly price: number;
  readonly description: string | null;
}

interface ProductPage {
  readonly items: readonly WarehouseProduct[];
  readonly total: number | null;
}

/** The wire shape is the adapter's business; prices and totals here are minor units. */
export interface WarehouseOrderRequest {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly orderDate: string;
  readonly customer: { name: string; email: string; phone: string; companyName: string };
  readonly shippingAddress: {
    street1: string;
    street2: string | null;
    city: string;
    state: string;
    zip: string;
    country: string;
  };
  readonly lineItems: readonly { sku: Sku; quantity: number; unitPrice: number; description: string }[];
  readonly deliveryMethod: string;
  readonly deliveryZone: string | null;
  readonly total: number;
  readonly currency: string;
  readonly paymentStatus: string;
}

/** `adopted`: the warehouse already had an order of this number (409) and this is its id. */
export interface CreatedOrder {
  readonly extensivOrderId: ExtensivOrderId;
  readonly adopted: boolean;
}

export interface WarehouseOrder {
  readonly extensivOrderId: ExtensivOrderId;
  readonly orderNumber: string;
  /** As the warehouse spells it, lower case; may be one the portal does not know. */
  readonly status: string;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
  readonly updatedAt: string | null;
}

export type WarehouseErrorKind =
  /** 400 and other final refusals. */
  | 'rejected'
  /**
   * 401 twice in a row, or the token endpoint refuses the credentials. With `retryAfterMs` the warehouse was not asked:
   * after earlier refusals, no call goes out for so long.
   */
  | 'bad-credentials'
  /** 429 or an open circuit: nothing happened, come back later. */
  | 'busy'
  /** Time-out, reset, 5xx or unreadable answer: a write may have happened. */
  | 'unknown';

export class WarehouseError extends Error {
  override readonly name = 'WarehouseError';
  constructor(
    readonly kind: WarehouseErrorKind,
    message: string,
    readonly details: { method: string; route: string; status?: number; retryAfterMs?: number },
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
