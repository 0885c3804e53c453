import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { OrderStatus } from '../../domain/order/status.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { OrderId } from '../../domain/shared/ids.js';
import type { WarehouseOrder } from '../ports/warehouse.js';
import { isAbout } from '../warehouse-order.js';

/**
 * Records what was seen of an order, null standing for a warehouse that does not know it. One that has an order of another
 * number under its id does not know it either: what it says of that one must not ship, cancel or refund ours.
 *
 * @param order with its status from before the warehouse was asked, where that may be a while ago
 * @returns how many changes were taken over
 */
export async function observe(
  deps: { readonly handler: CommandHandler; readonly clock: Clock },
  { orderId, status }: { readonly orderId: OrderId; readonly status?: OrderStatus },
  seen: WarehouseOrder | null,
  context: CommandContext,
): Promise<number> {
  const observation = { at: deps.clock.now().toISOString(), ...(status === undefined ? {} : { known: status }) };
  // What the order's own request began goes on.
  const begun = await deps.handler.load(orders, orderId);
  const ours = seen && begun.state && isAbout(seen, begun.state) ? seen : null;
  const command = ours
    ? ({
        type: 'ObserveWmsStatus',
        status: ours.status,
        trackingNumber: ours.trackingNumber,
        carrier: ours.carrier,
        ...observation,
      } as const)
    : ({ type: 'ObserveMissingInWms', ...observation } as const);
  const correlationId = begun.correlationId ?? context.correlationId;
  const handled = await deps.handler.handle(orders, orderId, command, { ...context, correlationId });
  if (isRejection(handled)) throw new Error(`status ${ours?.status} was refused: ${handled.detail}`);
  return handled.events.filter(({ type }) => type === 'StatusChanged' || type === 'OrderCancelled').length;
}
