import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Condition, Outcome } from './use-cases.js';

/** Lets an export that failed for good be tried again. */
export async function retryExport(
  deps: { handler: CommandHandler; clock: Clock },
  request: { orderId: string; reason: string } & Condition,
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, reason, onlyAt } = request;
  const at = deps.clock.now().toISOString();
  const command = { type: 'RetryExport', reason, at } as const;
  const handled = await deps.handler.handle(orders, orderId, command, context, onlyAt ? { onlyAt } : {});
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
