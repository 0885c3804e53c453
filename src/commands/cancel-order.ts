import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Condition, Outcome } from './use-cases.js';

/** Cancels an order for its buyer or an operator. Stock, warehouse, refund and mail follow from the event. */
export async function cancelOrder(
  deps: { handler: CommandHandler; clock: Clock },
  request: { orderId: string; reason: string; initiator: 'buyer' | 'operator' } & Condition,
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, reason, initiator, onlyAt } = request;
  const at = deps.clock.now().toISOString();
  const command = { type: 'CancelOrder', reason, initiator, at } as const;
  const handled = await deps.handler.handle(orders, orderId, command, context, onlyAt ? { onlyAt } : {});
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
