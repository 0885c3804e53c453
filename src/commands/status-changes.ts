import type { OrderState } from '../domain/order/state.js';
import { isRejection } from '../domain/shared/decider.js';
import type { OrderId } from '../domain/shared/ids.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Logger, Metrics } from './ports.js';

/** Counts and logs each change of an order's status, once, whoever brought it about. */
export function tellStatusChanges(
  handler: CommandHandler,
  { metrics, logger }: { metrics: Metrics; logger: Logger },
): CommandHandler {
  return {
    load: handler.load,
    async handle(aggregate, id, command, context, options) {
      const handled = await handler.handle(aggregate, id, command, context, options);
      if (aggregate.category === orders.category && !isRejection(handled)) {
        tell(orders.asId(id), handled.before as OrderState, handled.state as OrderState, context.correlationId);
      }
      return handled;
    },
  };

  function tell(orderId: OrderId, before: OrderState, after: OrderState, correlationId: string): void {
    // An event may repeat a status, as with a tracking number that was not known before.
    if (!after || after.status === before?.status) return;
    const to = after.status;
    metrics.increment('portal_status_changes_total', { to });
    logger.info({ orderId, correlationId, from: before?.status ?? null, to }, 'order status changed');
  }
}
