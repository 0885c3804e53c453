import type { CancelOrder, RetryExport, SetStatus } from '../domain/order/commands.js';
import type { OrderId } from '../domain/shared/ids.js';
import { orders } from './aggregates.js';
import { type CommandHandler, outcomeOf } from './handler.js';
import type { Clock } from './ports.js';
import type { CancelOrderRequest, ChangeOrderRequest, CommandContext, Outcome, SetStatusRequest } from './use-cases.js';

interface ChangeDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
}

type Changed = Promise<Outcome<{ orderId: OrderId }>>;

/** Cancels an order for its buyer or an operator. Stock, warehouse, refund and mail follow from the event. */
export function cancelOrder(deps: ChangeDeps, request: CancelOrderRequest, context: CommandContext): Changed {
  const { reason, initiator } = request;
  return change(deps, request, { type: 'CancelOrder', reason, initiator }, context);
}

/** An operator's correction of an order's status; forwards only. */
export function setStatus(deps: ChangeDeps, request: SetStatusRequest, context: CommandContext): Changed {
  const { status, reason, trackingNumber = null, carrier = null } = request;
  return change(deps, request, { type: 'SetStatus', status, reason, trackingNumber, carrier }, context);
}

/** Lets an export that failed for good be tried again. */
export function retryExport(deps: ChangeDeps, request: ChangeOrderRequest, context: CommandContext): Changed {
  return change(deps, request, { type: 'RetryExport', reason: request.reason }, context);
}

async function change(
  { handler, clock }: ChangeDeps,
  { orderId, onlyAt }: ChangeOrderRequest,
  timeless: Omit<CancelOrder, 'at'> | Omit<SetStatus, 'at'> | Omit<RetryExport, 'at'>,
  context: CommandContext,
): Changed {
  const command = { ...timeless, at: clock.now().toISOString() };
  const handled = await handler.handle(orders, orderId, command, context, { onlyAt });
  return outcomeOf(handled, { orderId });
}
