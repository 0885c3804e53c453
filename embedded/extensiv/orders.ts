import type { Inventory } from './inventory.js';
import type { Entry } from './journal.js';

/** An order as it goes over the wire. */
export interface WmsOrder {
  readonly id: string;
  readonly order_number: string;
  status: OrderStatus;
  readonly created_at: string;
  updated_at: string;
  tracking_number?: string;
  carrier?: string;
  cancel_reason?: string;
  readonly line_items: readonly { sku: string; quantity: number; price: number; description?: string }[];
  [field: string]: unknown;
}

export const orderStatuses = ['received', 'picking', 'packed', 'shipped', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

type NewOrder = Pick<WmsOrder, 'order_number' | 'line_items'> & Record<string, unknown>;

export interface OrderBook {
  byId(id: string): WmsOrder | undefined;
  byNumber(orderNumber: string): WmsOrder | undefined;
  /** All orders, oldest first. */
  all(): Iterable<WmsOrder>;
  readonly size: number;
  /** Takes an order in and its lines out of stock. The caller has checked number and stock. */
  receive(order: NewOrder, options?: { moveStock?: boolean; status?: OrderStatus }): WmsOrder;
  /** Moves an order on, by one step or to a status given; without a step left it stays as it is. */
  advance(order: WmsOrder, to?: OrderStatus): void;
  /** Puts the lines back in stock. @returns false when it has shipped. */
  cancel(order: WmsOrder, reason?: string): boolean;
  /** Forgets an order as if it had never been, without moving stock. */
  vanish(order: WmsOrder): void;
  /** Every open order whose last change is at least this long ago takes one step. */
  advanceDue(olderThanMs: number): void;
  apply(entry: Entry): void;
  snapshot(): Iterable<Entry>;
  reset(): void;
}

const nextStep: Partial<Record<OrderStatus, OrderStatus>> = {
  received: 'picking',
  picking: 'packed',
  packed: 'shipped',
  shipped: 'delivered',
};

const firstOrderNumber = 100_001;

/** The orders of the warehouse. Every change is given to `record`, together with the stock it moved. */
export function createOrderBook(
  inventory: Inventory,
  record: (entries: readonly Entry[]) => void,
  now: () => Date,
): OrderBook {
  const orders = new Map<string, WmsOrder>();
  const numbers = new Map<string, WmsOrder>();
  const open = new Set<WmsOrder>();
  let next = firstOrderNumber;

  function keep(order: WmsOrder): void {
    orders.set(order.id, order);
    numbers.set(order.order_number, order);
    if (nextStep[order.status]) open.add(order);
    else open.delete(order);
  }

  function forget(order: WmsOrder): void {
    orders.delete(order.id);
    numbers.delete(order.order_number);
    open.delete(order);
  }

  function change(order: WmsOrder, status: OrderStatus): void {
    order.status = status;
    order.updated_at = now().toISOString();
    if ((status === 'shipped' || status === 'delivered') && !order.tracking_number)
      Object.assign(order, parcel(order.id));
    keep(order);
  }

  function advance(order: WmsOrder, to = nextStep[order.status]): void {
    if (to === undefined) return;
    change(order, to);
    record([{ kind: 'order', order }]);
  }

  return {
    byId: (id) => orders.get(id),
    byNumber: (orderNumber) => numbers.get(orderNumber),
    all: () => orders.values(),
    get size() {
      return orders.size;
    },
    receive(wanted, { moveStock = true, status = 'received' } = {}) {
      const at = now().toISOString();
      const own = { id: `EXT-${next}`, order_number: wanted.order_number, status, created_at: at, updated_at: at };
      // First for the reader's eye, and last so that nothing sent along can overrule them.
      const order: WmsOrder = { ...own, ...wanted, ...own };
      next += 1;
      change(order, status);
      record([{ kind: 'order', order }, ...(moveStock ? inventory.move(order.line_items, -1, at) : [])]);
      return order;
    },
    advance,
    cancel(order, reason) {
      if (order.status === 'shipped' || order.status === 'delivered') return false;
      if (order.status === 'cancelled') return true;
      change(order, 'cancelled');
      if (reason !== undefined) order.cancel_reason = reason;
      record([{ kind: 'order', order }, ...inventory.move(order.line_items, 1, order.updated_at)]);
      return true;
    },
    vanish(order) {
      forget(order);
      record([{ kind: 'order-gone', id: order.id }]);
    },
    advanceDue(olderThanMs) {
      const due = now().getTime() - olderThanMs;
      for (const order of [...open]) if (Date.parse(order.updated_at) <= due) advance(order);
    },
    apply(entry) {
      if (entry.kind === 'order') {
        const order = entry.order as WmsOrder;
        const known = orders.get(order.id);
        if (known) open.delete(known);
        keep(order);
        next = Math.max(next, Number(order.id.slice(4)) + 1);
      } else if (entry.kind === 'order-gone') {
        const order = orders.get(entry.id);
        if (order) forget(order);
      } else if (entry.kind === 'next-order') {
        next = Math.max(next, entry.next);
      }
    },
    *snapshot() {
      yield { kind: 'next-order', next };
      for (const order of orders.values()) yield { kind: 'order', order };
    },
    reset() {
      orders.clear();
      numbers.clear();
      open.clear();
      next = firstOrderNumber;
    },
  };
}

const carriers = ['UPS', 'FedEx', 'USPS'] as const;

function parcel(id: string): { tracking_number: string; carrier: string } {
  const serial = Number(id.slice(4));
  return {
    carrier: carriers[serial % carriers.length] ?? carriers[0],
    tracking_number: `1Z${String(serial * 7919).padStart(12, '0')}`,
  };
}
