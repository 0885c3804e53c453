import { parseOrderNumber } from '../../domain/order/order-number.js';
import type { PortalOrder } from '../../projections/queries/portal-side.js';
import type { WarehouseOrder } from '../ports/warehouse.js';
import { differs, isAbout } from '../warehouse-order.js';
import { type Finding, finding } from './finding.js';

export interface OrdersSeen {
  readonly now: Date;
  readonly portal: readonly PortalOrder[];
  /** Everything the warehouse lists, and what it answered to look-ups. */
  readonly warehouse: readonly WarehouseOrder[];
  /** Ids that the warehouse says it does not know. */
  readonly unknownThere: ReadonlySet<string>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Two polls and an export under way fit into it: what is younger is still on its way between the two. */
const graceMs = 15 * minuteMs;
/** How long an order may stay in a status before somebody should look. */
const patienceMs: Readonly<Record<string, number>> = {
  paid: hourMs,
  export_failed: hourMs,
  exported: 48 * hourMs,
  picking: 48 * hourMs,
  packed: 48 * hourMs,
  shipped: 14 * 24 * hourMs,
};

/** Compares orders by the warehouse's id first and by order number second. */
export function compareOrders(seen: OrdersSeen): Finding[] {
  const byId = new Map(seen.warehouse.map((order) => [order.extensivOrderId, order]));
  const byNumber = new Map(seen.portal.map((order) => [order.orderNumber, order]));
  const ownIds = new Set(seen.portal.flatMap(({ extensivOrderId }) => extensivOrderId ?? []));
  const strays = seen.warehouse.filter(({ extensivOrderId }) => !ownIds.has(extensivOrderId));
  const adoptable = new Set(strays.map(({ orderNumber }) => orderNumber));
  return [
    ...seen.portal.flatMap((order) => compareOne(seen, order, byId)),
    ...strays.flatMap((stray) => missingHere(seen.now, stray, byNumber.get(stray.orderNumber))),
    ...seen.portal.filter(({ orderNumber }) => !adoptable.has(orderNumber)).flatMap((order) => stuck(seen.now, order)),
  ];
}

function compareOne(
  { now, unknownThere }: OrdersSeen,
  order: PortalOrder,
  byId: ReadonlyMap<string, WarehouseOrder>,
): Finding[] {
  const { extensivOrderId, status } = order;
  if (extensivOrderId === null || order.wmsCancellation === 'closed') return [];
  const facts = { ...idsOf(order), since: order.updatedAt };
  const there = byId.get(extensivOrderId);
  if (unknownThere.has(extensivOrderId) || (there && !isAbout(there, order))) {
    if (isOver(order)) return [];
    const warehouse = there ? `has ${there.orderNumber} under this id` : 'does not know the order';
    const repair = status === 'cancelled' ? statusRepair(order) : 'record-missing';
    return [finding({ ...facts, class: 'missing-there', portal: status, warehouse, repair })];
  }
  if (!there || !differs(order, there)) return [];
  const changedAt = Math.max(Date.parse(order.updatedAt), Date.parse(there.updatedAt ?? order.updatedAt));
  if (isFresh(now, changedAt)) return [];
  const repair = statusRepair(order);
  return [finding({ ...facts, class: 'status', portal: inWords(order), warehouse: inWords(there), repair })];
}

/** The warehouse has nothing more to do for it, and may forget it. */
function isOver({ status, wmsCancellation }: PortalOrder): boolean {
  return status === 'delivered' || (status === 'cancelled' && wmsCancellation === 'confirmed');
}

/** What the warehouse does with an order that it has refused to cancel is for people. */
function statusRepair({ status, wmsCancellation }: PortalOrder): Finding['repair'] {
  if (status !== 'cancelled') return 'observe';
  if (wmsCancellation === 'refused') return null;
  return wmsCancellation === 'wanted' ? 'cancel-there' : 'observe';
}

function missingHere(now: Date, stray: WarehouseOrder, order: PortalOrder | undefined): Finding[] {
  const { orderNumber, extensivOrderId, status, updatedAt } = stray;
  // The warehouse may work for others too; numbers that the portal cannot have given are theirs.
  if (!order && parseOrderNumber(orderNumber) === null) return [];
  if (isFresh(now, Date.parse(updatedAt ?? ''))) return [];
  const facts = { class: 'missing-here', orderNumber, extensivOrderId, since: updatedAt, warehouse: status } as const;
  if (!order) return [finding({ ...facts, portal: 'does not know the order number' })];
  const { orderId } = order;
  if (order.extensivOrderId !== null) {
    return [finding({ ...facts, orderId, portal: `has it as ${order.extensivOrderId}: it is there twice` })];
  }
  return [finding({ ...facts, orderId, portal: `${order.status}, not exported`, repair: 'adopt' })];
}

/** What changed so lately may be on its way. A time far ahead is of a wrong clock: nobody waits until it has come. */
function isFresh(now: Date, changedAt: number): boolean {
  return Math.abs(now.getTime() - changedAt) < graceMs;
}

function stuck(now: Date, order: PortalOrder): Finding[] {
  const since = order.status === 'paid' ? (order.paidAt ?? order.updatedAt) : order.updatedAt;
  const cancelling = order.status === 'cancelled' && order.wmsCancellation === 'wanted';
  const patience = cancelling ? hourMs : patienceMs[order.status];
  const waited = now.getTime() - Date.parse(since);
  if (patience === undefined || waited <= patience) return [];
  const portal = `${cancelling ? 'cancelled here only' : order.status} for ${Math.floor(waited / hourMs)} h`;
  const warehouse = order.extensivOrderId === null ? 'was not told' : 'has the order';
  return [finding({ ...idsOf(order), class: 'stuck', since, portal, warehouse, repair: repairOf(order.status) })];
}

function repairOf(status: string): Finding['repair'] {
  if (status === 'paid') return 'export';
  if (status === 'export_failed') return 'retry-export';
  return status === 'cancelled' ? 'cancel-there' : null;
}

function idsOf({ orderId, orderNumber, extensivOrderId }: PortalOrder) {
  return { orderId, orderNumber, extensivOrderId };
}

function inWords({
  status,
  trackingNumber,
  carrier,
}: Pick<WarehouseOrder, 'status' | 'trackingNumber' | 'carrier'>): string {
  return [status, carrier, trackingNumber].filter((word) => word !== null).join(' ');
}
