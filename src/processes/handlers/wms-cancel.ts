import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { EffectHandler } from '../effects/performer.js';
import type { Warehouse } from '../ports/warehouse.js';
import { waitForEarlierRequest } from './earlier-request.js';

/** Cancels in the warehouse what was cancelled here, looking it up there when an export's outcome is unknown. */
export function createWmsCancelHandler(deps: {
  handler: CommandHandler;
  clock: Clock;
  warehouse: Warehouse;
  locks: Locks;
  /** A request older than this can no longer be on its way. */
  warehouseTimeoutMs: number;
}): EffectHandler {
  const { handler, clock, warehouse } = deps;

  return {
    perform: ({ subject }, context) => deps.locks.exclusively(`export:${subject}`, () => cancel(subject, context)),
    async giveUp({ subject: orderId }, reason, context) {
      const { state: order } = await handler.load(orders, orderId);
      // Without the warehouse's id nothing is known to be there; a reconciliation finds it if it is.
      if (!order?.extensivOrderId) return;
      const { extensivOrderId } = order;
      const at = clock.now().toISOString();
      await handler.handle(orders, orderId, { type: 'RefuseWmsCancellation', reason, extensivOrderId, at }, context);
    },
  };

  async function cancel(orderId: string, context: CommandContext): Promise<void> {
    const { state: order } = await handler.load(orders, orderId);
    if (order?.status !== 'cancelled') return;
    const maybeThere = order.extensivOrderId === null && order.exportOutcomeUnknown;
    if (order.wmsCancellation !== 'wanted' && !maybeThere) return;
    const at = clock.now().toISOString();
    let { extensivOrderId } = order;
    if (extensivOrderId === null) {
      waitForEarlierRequest(order, clock.now(), deps.warehouseTimeoutMs);
      const found = await warehouse.findOrderByNumber(order.orderNumber);
      if (!found) return;
      extensivOrderId = found.extensivOrderId;
      await handler.handle(orders, orderId, { type: 'ConfirmExport', extensivOrderId, adopted: true, at }, context);
    }
    const answer = await warehouse.cancelOrder(extensivOrderId, order.cancelReason ?? 'cancelled');
    const command =
      answer === 'too-late'
        ? ({ type: 'RefuseWmsCancellation', reason: 'the warehouse has shipped it', extensivOrderId, at } as const)
        : ({ type: 'ConfirmWmsCancellation', extensivOrderId, at } as const);
    await handler.handle(orders, orderId, command, context);
  }
}
