import { isRejection } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Condition, Outcome } from './use-cases.js';

/** An operator's correction of an order's status; forwards only. */
export async function setStatus(
  deps: { handler: CommandHandler; clock: Clock },
  request: {
    orderId: string;
    status: string;
    reason: string;
    trackingNumber?: string;
    carrier?: string;
  } & Condition,
  context: CommandContext,
): Promise<Outcome<{ orderId: string }>> {
  const { orderId, status, reason, trackingNumber = null, carrier = null, onlyAt } = request;
  const at = deps.clock.now().toISOString();
  const command = { type: 'SetStatus', status, reason, trackingNumber, carrier, at } as const;
  const handled = await deps.handler.handle(orders, orderId, command, context, onlyAt ? { onlyAt } : {});
  return isRejection(handled) ? handled : { value: { orderId }, position: handled.position };
}
