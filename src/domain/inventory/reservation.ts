import { type Decision, nothing, reject } from '../shared/decider.js';
import type { Commit, Release, Reserve } from './commands.js';
import type { InventoryEvent } from './events.js';
import { reservationOf } from './reservations.js';
import { availableToPromise, type InventoryState } from './state.js';

/**
 * Promises stock to an order. While the order holds a reservation here a repeat has no effect; once that was released it
 * can be taken again, which is how a late payment asks for its stock.
 */
export function reserve(command: Reserve, state: InventoryState): Decision<InventoryEvent> {
  const { orderId, quantity, expiresAt, at } = command;
  if (!Number.isSafeInteger(quantity) || quantity < 1) {
    return reject('invalid-command', 'a reservation is for a positive integer quantity', { quantity });
  }
  if (!state) return reject('not-for-sale', 'there is no such product', { requested: quantity });
  const { sku } = state;
  if (reservationOf(state.reservations, orderId)) return nothing;
  if (!state.listed) return reject('not-for-sale', `${sku} is no longer sold`, { sku, requested: quantity });
  const available = availableToPromise(state);
  if (quantity > available) {
    const facts = { sku, available, requested: quantity };
    return reject('insufficient-stock', `${available} of ${sku} can still be promised`, facts);
  }
  return [{ type: 'StockReserved', data: { orderId, quantity, expiresAt, reservedAt: at } }];
}

/**
 * Gives reserved stock back. A committed reservation stays until a snapshot settles it: the warehouse has the order, and
 * only its next quantity tells whether it kept or returned the goods.
 */
export function release({ orderId, reason, at }: Release, state: InventoryState): Decision<InventoryEvent> {
  const held = state && reservationOf(state.reservations, orderId);
  if (!held || held.exportedAt !== null) return nothing;
  return [{ type: 'ReservationReleased', data: { orderId, quantity: held.quantity, reason, releasedAt: at } }];
}

/** Notes that the warehouse has the order, so that the first snapshot requested after the export settles it. */
export function commit({ orderId, exportedAt }: Commit, state: InventoryState): Decision<InventoryEvent> {
  const held = state && reservationOf(state.reservations, orderId);
  if (!held || held.exportedAt !== null) return nothing;
  return [{ type: 'ReservationCommitted', data: { orderId, exportedAt } }];
}
