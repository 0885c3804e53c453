import type { OrderHistory } from '../../commands/use-cases.js';
import type { OrderEvent } from '../../domain/order/events.js';
import { evolve } from '../../domain/order/evolve.js';
import type { OrderState } from '../../domain/order/state.js';
import { toOrderView } from '../../projections/models/orders.js';
import type { OrderView } from '../../projections/queries.js';

/**
 * The order as its own stream tells it: the answer of a write, and of a read by id, while the read model is behind.
 * @returns null when the history does not begin with the placing of an order
 */
export function orderFromHistory(history: OrderHistory): OrderView | null {
  let order: OrderState = null;
  for (const { type, data } of history.events) order = evolve(order, { type, data } as OrderEvent);
  const last = history.events.at(-1);
  return order && last ? toOrderView(order, last.revision) : null;
}
