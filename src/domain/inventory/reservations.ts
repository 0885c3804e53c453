import type { OrderId } from '../shared/ids.js';

/** What one order is promised of a SKU, and the warehouse's quantity does not show yet. */
export interface Reservation {
  readonly quantity: number;
  readonly expiresAt: string;
  readonly reservedAt: string;
  /** When the warehouse took the order, or null before. */
  readonly exportedAt: string | null;
}

/**
 * Open reservations by order id, in buckets by a hash of it. A change copies one bucket and the short list of buckets, so
 * that a SKU with thousands of open reservations folds in about the time of one with few; one flat object would be
 * copied whole for each of its events. It is plain data, so that a read model can store it as it is.
 */
export type Reservations = Readonly<Record<number, Bucket>>;

type Bucket = Readonly<Record<OrderId, Reservation>>;

/** Square root of what a very busy SKU has open: bucket list and buckets are then about equally long. */
const bucketCount = 128;

export const noReservations: Reservations = {};

export function reservationOf(reservations: Reservations, orderId: OrderId): Reservation | null {
  const bucket = reservations[bucketOf(orderId)];
  return bucket && Object.hasOwn(bucket, orderId) ? (bucket[orderId] ?? null) : null;
}

/** The reservations with this one added or replaced. */
export function withReservation(reservations: Reservations, orderId: OrderId, reservation: Reservation): Reservations {
  const bucket = bucketOf(orderId);
  return { ...reservations, [bucket]: { ...reservations[bucket], [orderId]: reservation } };
}

/** The reservations without this one. */
export function withoutReservation(reservations: Reservations, orderId: OrderId): Reservations {
  const bucket = bucketOf(orderId);
  const { [orderId]: removed, ...others } = reservations[bucket] ?? {};
  if (!removed) return reservations;
  if (Object.keys(others).length > 0) return { ...reservations, [bucket]: others };
  const { [bucket]: _emptied, ...rest } = reservations;
  return rest;
}

/** Every open reservation with its order id, the earliest first. */
export function listReservations(reservations: Reservations): [orderId: OrderId, reservation: Reservation][] {
  return Object.values(reservations)
    .flatMap((bucket) => Object.entries(bucket) as [OrderId, Reservation][])
    .sort(([a, left], [b, right]) => compare(left.reservedAt, right.reservedAt) || compare(a, b));
}

/** FNV-1a: spreads ids of any form evenly. */
function bucketOf(orderId: OrderId): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < orderId.length; index += 1) {
    hash = Math.imul(hash ^ orderId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % bucketCount;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
