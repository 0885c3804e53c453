import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import type { ExtensivOrderId } from '../../domain/shared/ids.js';
import type { Warehouse } from '../ports/warehouse.js';
import type { EarlierRequests } from './earlier-request.js';

/**
 * Asks the warehouse for an order whose export's outcome is unknown, and records the id it is found under. It is not asked
 * where this process knows that it has taken no order.
 *
 * @returns that id, or null when the warehouse has no such order, and will not have it
 * @throws EffectPostponed while it may still come to have it; WarehouseError
 */
export type AdoptIfThere = (order: Order, context: CommandContext) => Promise<ExtensivOrderId | null>;

export function createAdoptIfThere(deps: {
  handler: CommandHandler;
  clock: Clock;
  warehouse: Warehouse;
  earlierRequests: EarlierRequests;
}): AdoptIfThere {
  const { handler, clock, warehouse, earlierRequests } = deps;
  return async (order, context) => {
    if (earlierRequests.leftNothing(order)) return null;
    earlierRequests.awaitEnd(order, clock.now());
    const found = await warehouse.findOrderByNumber(order.orderNumber);
    if (!found) {
      earlierRequests.awaitAbsence(order, clock.now());
      return null;
    }
    const { extensivOrderId } = found;
    const at = clock.now().toISOString();
    await handler.handle(orders, order.orderId, { type: 'ConfirmExport', extensivOrderId, adopted: true, at }, context);
    return extensivOrderId;
  };
}
