import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Condition, Outcome } from './use-cases.js';

/** Sends money back to the buyer, all that is left or a part of it (minor units). Payouts are reversed in proportion. */
export async function requestRefund(
  deps: { handler: CommandHandler; clock: Clock },
  request: { orderId: string; amount: number | null; reason: string } & Condition,
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, amount, reason, onlyAt } = request;
  const at = deps.clock.now().toISOString();
  const command = { type: 'RequestRefund', reason, at, ...(amount === null ? {} : { amount }) } as const;
  const handled = await deps.handler.handle(orders, orderId, command, context, onlyAt ? { onlyAt } : {});
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
