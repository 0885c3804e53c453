import { type Warehouse, WarehouseError, type WarehouseOrder } from '../../../src/processes/ports/warehouse.js';

const road = ['received', 'picking', 'packed', 'shipped', 'delivered'] as const;

interface WmsOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly lines: readonly { sku: string; quantity: number }[];
  status: (typeof road)[number] | 'cancelled';
}

/** How the warehouse treats a create request. */
export type CreateMode = 'answers' | 'creates and says nothing' | 'loses it';

/** A small model of the warehouse: its shelves and its orders. */
export interface Wms {
  readonly warehouse: Pick<
    Warehouse,
    'createOrder' | 'findOrderByNumber' | 'cancelOrder' | 'ordersUpdatedSince' | 'orderStatus'
  >;
  readonly stock: Readonly<Record<string, number>>;
  readonly orders: readonly WmsOrder[];
  find(orderNumber: string): WmsOrder | undefined;
  /** How the next create requests are treated. */
  creates(mode: CreateMode): void;
  advance(orderNumber: string): void;
  cancel(orderNumber: string): void;
}

export function createWms(initial: Readonly<Record<string, number>>): Wms {
  const stock: Record<string, number> = { ...initial };
  const orders: WmsOrder[] = [];
  let mode: CreateMode = 'answers';
  const find = (orderNumber: string) => orders.find((order) => order.orderNumber === orderNumber);
  const shipped = ({ status }: WmsOrder) => status === 'shipped' || status === 'delivered';
  const take = (lines: WmsOrder['lines'], sign: 1 | -1) => {
    for (const { sku, quantity } of lines) stock[sku] = (stock[sku] ?? 0) - sign * quantity;
  };
  const cancel = (order: WmsOrder) => {
    if (order.status === 'cancelled' || shipped(order)) return;
    order.status = 'cancelled';
    take(order.lines, -1);
  };
  const shown = ({ id: extensivOrderId, orderNumber, status }: WmsOrder): WarehouseOrder => {
    return { extensivOrderId, orderNumber, status, trackingNumber: null, carrier: null, updatedAt: null };
  };
  const silent = () => new WarehouseError('unknown', 'no answer', { method: 'POST', route: '/api/v1/orders' });

  return {
    stock,
    orders,
    find,
    warehouse: {
      async createOrder({ orderNumber, lineItems }) {
        if (mode === 'loses it') throw silent();
        // Unlike the real one it takes a second order of the same number, so that a test can see that none comes.
        const order: WmsOrder = { id: `EX-${orders.length + 1}`, orderNumber, lines: lineItems, status: 'received' };
        orders.push(order);
        take(lineItems, 1);
        if (mode === 'creates and says nothing') throw silent();
        return { extensivOrderId: order.id, adopted: false };
      },
      async findOrderByNumber(orderNumber) {
        const order = find(orderNumber);
        return order ? shown(order) : null;
      },
      async *ordersUpdatedSince(_since, statuses) {
        yield orders.filter(({ status }) => statuses?.includes(status) ?? true).map(shown);
      },
      async orderStatus(extensivOrderId) {
        const order = orders.find(({ id }) => id === extensivOrderId);
        return order ? shown(order) : null;
      },
      async cancelOrder(extensivOrderId) {
        const order = orders.find(({ id }) => id === extensivOrderId);
        if (!order) return 'missing';
        if (shipped(order)) return 'too-late';
        cancel(order);
        return 'cancelled';
      },
    },
    creates(next) {
      mode = next;
    },
    advance(orderNumber) {
      const order = find(orderNumber);
      if (!order || order.status === 'cancelled') return;
      order.status = road[road.indexOf(order.status) + 1] ?? order.status;
    },
    cancel(orderNumber) {
      const order = find(orderNumber);
      if (order) cancel(order);
    },
  };
}
