import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Outcome } from './use-cases.js';

/** Cancels an order for its buyer or an operator. Stock, warehouse, refund and mail follow from the event. */
export async function cancelOrder(
  deps: { handler: CommandHandler; clock: Clock },
  request: { orderId: string; reason: string; initiator: 'buyer' | 'operator' },
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, reason, initiator } = request;
  const at = deps.clock.now().toISOString();
  const handled = await deps.handler.handle(orders, orderId, { type: 'CancelOrder', reason, initiator, at }, context);
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
