import type { OrderId } from '../shared/ids.js';
import type { CatalogueItem } from './commands.js';
import type { InventoryEvent } from './events.js';
import {
  listReservations,
  noReservations,
  type Reservation,
  type Reservations,
  reservationOf,
  withoutReservation,
  withReservation,
} from './reservations.js';

/** A SKU as its events tell it, or null before it was first seen in a snapshot. */
export type InventoryState = InventoryItem | null;

/** With price and quantity as the warehouse says. */
export interface InventoryItem extends CatalogueItem {
  readonly listed: boolean;
  /** Of the last snapshot that changed anything. */
  readonly lastSnapshotAt: string;
  /** What is promised and the warehouse's quantity does not show yet. */
  readonly reservations: Reservations;
  /** The sum of the reservations. */
  readonly reserved: number;
}

/** What can still be promised: the warehouse's quantity less the reservations, never negative; nothing when delisted. */
export function availableToPromise(state: InventoryState): number {
  return state?.listed ? Math.max(0, state.quantity - state.reserved) : 0;
}

/** The orders whose reservations wait for a snapshot to settle them. */
export function committedOrders(state: InventoryState): OrderId[] {
  const held = listReservations(state?.reservations ?? noReservations);
  return held.flatMap(([orderId, { exportedAt }]) => (exportedAt === null ? [] : [orderId]));
}

/** Folds one event onto a SKU. Never throws; an event type it does not know changes nothing. */
export function evolve(state: InventoryState, event: InventoryEvent): InventoryState {
  if (event.type === 'ProductListed') return state ?? listed(event.data);
  if (state === null) return null;
  switch (event.type) {
    case 'ProductDetailsChanged': {
      const { syncId: _syncId, snapshotAt, ...details } = event.data;
      return seen({ ...state, ...details }, snapshotAt);
    }
    case 'PriceChanged':
      return seen({ ...state, price: event.data.to, currency: event.data.currency }, event.data.snapshotAt);
    case 'StockLevelChanged':
      return seen({ ...state, quantity: event.data.to }, event.data.snapshotAt);
    case 'ProductDelisted':
      return seen({ ...state, listed: false }, event.data.snapshotAt);
    case 'ProductRelisted':
      return seen({ ...state, listed: true }, event.data.snapshotAt);
    case 'StockReserved': {
      const { orderId, quantity, expiresAt, reservedAt } = event.data;
      return holding(state, orderId, { quantity, expiresAt, reservedAt, exportedAt: null });
    }
    case 'ReservationCommitted': {
      const { orderId, exportedAt } = event.data;
      const held = reservationOf(state.reservations, orderId);
      return held ? holding(state, orderId, { ...held, exportedAt }) : state;
    }
    case 'ReservationReleased':
      return holding(state, event.data.orderId, null);
    case 'ReservationSettled':
      return seen(holding(state, event.data.orderId, null), event.data.snapshotAt);
    default:
      return state;
  }
}

function listed(data: Extract<InventoryEvent, { type: 'ProductListed' }>['data']): InventoryItem {
  const { syncId: _syncId, snapshotAt, ...item } = data;
  return { ...item, listed: true, lastSnapshotAt: snapshotAt, reservations: noReservations, reserved: 0 };
}

function seen(item: InventoryItem, snapshotAt: string): InventoryItem {
  return snapshotAt > item.lastSnapshotAt ? { ...item, lastSnapshotAt: snapshotAt } : item;
}

function holding(item: InventoryItem, orderId: OrderId, reservation: Reservation | null): InventoryItem {
  const previous = reservationOf(item.reservations, orderId);
  const reserved = item.reserved - (previous?.quantity ?? 0) + (reservation?.quantity ?? 0);
  const reservations = reservation
    ? withReservation(item.reservations, orderId, reservation)
    : withoutReservation(item.reservations, orderId);
  return { ...item, reserved, reservations };
}
