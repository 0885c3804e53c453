import type { Clock } from '../../../src/commands/ports.js';
import { asExtensivOrderId, asSku, type ExtensivOrderId } from '../../../src/domain/shared/ids.js';
import {
  type ItemReading,
  type Warehouse,
  WarehouseError,
  type WarehouseOrder,
  type WarehouseOrderRequest,
} from '../../../src/processes/ports/warehouse.js';
import { item } from '../../support/inventory.js';

const road = ['received', 'picking', 'packed', 'shipped', 'delivered'] as const;

interface WmsOrder {
  readonly id: ExtensivOrderId;
  readonly orderNumber: string;
  /** Whom it goes to. */
  readonly recipient: string;
  readonly lines: readonly { sku: string; quantity: number }[];
  status: (typeof road)[number] | 'cancelled';
}

/** How the warehouse treats a request; what it carries out later it does when a test says so. */
export type RequestMode = 'answers' | 'says nothing' | 'loses it' | 'carries it out later';

/** A request that is carried out no sooner than this never is: the gateways in between have given it up. */
const lateByMs = 155_000;
/** The portal waits so long for an answer. */
export const warehouseTimeoutMs = 10_000;
/** So long at least nobody asks for the same again: the time-out counts from the announcement, a moment before the request. */
const aloneMs = warehouseTimeoutMs - 1_000;

/** A small model of the warehouse: its shelves and its orders. */
export interface Wms {
  readonly warehouse: Pick<
    Warehouse,
    'createOrder' | 'findOrderByNumber' | 'cancelOrder' | 'ordersUpdatedSince' | 'order' | 'orderStatus' | 'inventory'
  >;
  readonly stock: Readonly<Record<string, number>>;
  readonly orders: readonly WmsOrder[];
  find(orderNumber: string): WmsOrder | undefined;
  /** How the next requests to create an order, or to cancel one, are treated. */
  creates(mode: RequestMode): void;
  cancels(mode: RequestMode): void;
  /** The next look-ups get no answer. */
  lookUpsFail(fail: boolean): void;
  /** Carries out what is still on its way. */
  arrive(): void;
  /** Neither has an order of this number nor can come to have it by what is on its way. */
  isWithout(orderNumber: string): boolean;
  advance(orderNumber: string): void;
  cancel(orderNumber: string): void;
}

/** @param clock is never put back */
export function createWms(initial: Readonly<Record<string, number>>, clock: Clock): Wms {
  const stock: Record<string, number> = { ...initial };
  const orders: WmsOrder[] = [];
  let createMode: RequestMode = 'answers';
  let cancelMode: RequestMode = 'answers';
  let lookUpsFail = false;
  let late: { readonly sentAt: number; readonly carryOut: (ageMs: number) => void }[] = [];
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
    return {
      extensivOrderId,
      orderNumber,
      status,
      trackingNumber: null,
      carrier: null,
      updatedAt: null,
    };
  };
  const silent = () => new WarehouseError('unknown', 'no answer', { method: 'POST', route: '/api/v1/orders' });
  const later = (carryOut: (ageMs: number) => void) => late.push({ sentAt: clock.now().getTime(), carryOut });
  const lookUp = (isSought: (order: WmsOrder) => boolean) => {
    if (lookUpsFail) throw silent();
    const order = orders.find(isSought);
    return order ? shown(order) : null;
  };
  const create = ({ orderNumber, customer, lineItems: lines }: WarehouseOrderRequest) => {
    const id = asExtensivOrderId(`EX-${orders.length + 1}`);
    const order: WmsOrder = { id, orderNumber, recipient: customer.name, lines, status: 'received' };
    orders.push(order);
    take(lines, 1);
    return order;
  };

  return {
    stock,
    orders,
    find,
    warehouse: {
      async createOrder(request) {
        if (createMode === 'carries it out later') {
          later((ageMs) => void ((ageMs < aloneMs ? undefined : find(request.orderNumber)) ?? create(request)));
        }
        if (createMode === 'carries it out later' || createMode === 'loses it') throw silent();
        // Unlike the real one it takes a second order of the same number, so that a test can see that none comes.
        const order = create(request);
        if (createMode === 'says nothing') throw silent();
        return { extensivOrderId: order.id, adopted: false };
      },
      findOrderByNumber: async (orderNumber) => lookUp((order) => order.orderNumber === orderNumber),
      async *ordersUpdatedSince(_since, statuses) {
        yield orders.filter(({ status }) => statuses?.includes(status) ?? true).map(shown);
      },
      order: async (extensivOrderId) => lookUp(({ id }) => id === extensivOrderId),
      orderStatus: async (extensivOrderId) => lookUp(({ id }) => id === extensivOrderId),
      async *inventory() {
        const readings = Object.entries(stock).map(([sku, quantity]): ItemReading => {
          return { ok: true, item: { ...item, sku: asSku(sku), quantity } };
        });
        yield { received: readings.length, total: readings.length, readings: () => readings };
      },
      async cancelOrder(extensivOrderId) {
        const order = orders.find(({ id }) => id === extensivOrderId);
        if (!order) return 'missing';
        if (shipped(order)) return 'too-late';
        if (cancelMode === 'loses it') throw silent();
        if (cancelMode === 'carries it out later') {
          later(() => cancel(order));
          return 'unclear';
        }
        cancel(order);
        if (cancelMode === 'says nothing') throw silent();
        return 'cancelled';
      },
    },
    creates(next) {
      createMode = next;
    },
    cancels(next) {
      cancelMode = next;
    },
    lookUpsFail(fail) {
      lookUpsFail = fail;
    },
    isWithout: (orderNumber) => find(orderNumber) === undefined && late.length === 0,
    arrive() {
      const now = clock.now().getTime();
      // The latest first: those before it look whether it has been quicker.
      for (const { sentAt, carryOut } of late.reverse()) if (now - sentAt < lateByMs) carryOut(now - sentAt);
      late = [];
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
