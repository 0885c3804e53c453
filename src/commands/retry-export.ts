import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Outcome } from './use-cases.js';

/** Lets an export that failed for good be tried again. */
export async function retryExport(
  deps: { handler: CommandHandler; clock: Clock },
  request: { orderId: string; reason: string },
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, reason } = request;
  const at = deps.clock.now().toISOString();
  const handled = await deps.handler.handle(orders, orderId, { type: 'RetryExport', reason, at }, context);
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
