import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { EffectPostponed } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { isAbout } from '../polling/poll.js';
import { type Warehouse, WarehouseError } from '../ports/warehouse.js';
import { createEarlierRequests } from './earlier-request.js';

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
  const earlier = createEarlierRequests(deps.warehouseTimeoutMs);

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
      earlier.awaitEnd(order, clock.now());
      const found = await warehouse.findOrderByNumber(order.orderNumber);
      if (!found) return lookAgain(earlier.ageMs(order, clock.now()), deps.warehouseTimeoutMs);
      extensivOrderId = found.extensivOrderId;
      await handler.handle(orders, orderId, { type: 'ConfirmExport', extensivOrderId, adopted: true, at }, context);
    }
    const reason = await refusalOf(order, extensivOrderId);
    const command =
      reason === null
        ? ({ type: 'ConfirmWmsCancellation', extensivOrderId, at } as const)
        : ({ type: 'RefuseWmsCancellation', reason, extensivOrderId, at } as const);
    await handler.handle(orders, orderId, command, context);
  }

  /** @returns why the warehouse does not cancel its order, null when it does. @throws what may be otherwise another time */
  async function refusalOf(order: Order, extensivOrderId: string): Promise<string | null> {
    try {
      // Under an id that is not this order's, somebody else's would be cancelled.
      const before = await warehouse.orderStatus(extensivOrderId);
      if (before && !isAbout(before, order)) return `the warehouse has ${before.orderNumber} under this id`;
      if (before?.status === 'cancelled') return null;
      const answer = await warehouse.cancelOrder(extensivOrderId, order.cancelReason ?? 'cancelled');
      if (answer === 'too-late') return 'the warehouse has shipped it';
      if (answer === 'cancelled') return null;
      // A warehouse that takes no cancellations, or a gateway in front of it, may say either.
      const there = await warehouse.orderStatus(extensivOrderId);
      const stillThere = there !== null && isAbout(there, order) && there.status !== 'cancelled';
      return stillThere ? `the warehouse still has it as ${there.status}` : null;
    } catch (error) {
      // Asked again it would say the same, and meanwhile the goods may leave.
      if (error instanceof WarehouseError && error.kind === 'rejected') return error.message;
      throw error;
    }
  }
}

/**
 * The warehouse may take longer to create an order than we wait for its answer. So many of our time-outs, 160 s as
 * delivered, outlast the gateways in front of it; what turns up later still is for the reconciliation.
 */
const lateByTimeouts = 16;

/**
 * Looks again when the last attempt is twice as old as now, and for the last time when the order can no longer turn up.
 * The effect stays open, so the looks outlast a crash.
 *
 * @throws EffectPostponed until the last look
 */
function lookAgain(ageMs: number, warehouseTimeoutMs: number): void {
  const remainingMs = lateByTimeouts * warehouseTimeoutMs - ageMs;
  if (remainingMs <= 0) return;
  throw new EffectPostponed(Math.min(ageMs, remainingMs), 'the warehouse may still be creating the order');
}
