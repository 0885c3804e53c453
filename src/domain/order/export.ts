import { type Decision, isRejection, nothing, reject } from '../shared/decider.js';
import type { ExtensivOrderId } from '../shared/ids.js';
import type { AttemptExport, ConfirmExport, FailExport, RetryExport, StateExport } from './commands.js';
import type { OrderEvent } from './events.js';
import type { Order } from './state.js';
import { hasReached } from './status.js';

/** Announces a request to the warehouse before it is sent, so that a crash in between leaves a trace. */
export function attemptExport({ at }: AttemptExport, order: Order): Decision<OrderEvent> {
  if (hasReached(order.status, 'exported') || order.lastExportAttemptAt === at) return nothing;
  if (order.status !== 'paid') return notExportable(order);
  return [{ type: 'ExportAttempted', data: { attempt: order.exportAttempts + 1, attemptedAt: at } }];
}

/**
 * Records the warehouse's id of the order. It counts after a failure, a cancellation or a status that came first, too:
 * the warehouse has the order, and the portal must know to follow or to cancel it there.
 */
export function confirmExport(command: ConfirmExport, order: Order): Decision<OrderEvent> {
  const { extensivOrderId, adopted, at } = command;
  if (order.extensivOrderId === extensivOrderId) return nothing;
  if (order.extensivOrderId !== null) {
    return reject('illegal-transition', 'the order has another id in the warehouse', { known: order.extensivOrderId });
  }
  if (order.status === 'awaiting_payment' || order.status === 'expired') return notExportable(order);
  return [{ type: 'OrderExported', data: { extensivOrderId, adopted, exportedAt: at } }];
}

/** Gives up on exporting until an operator retries. A failure that arrives after the success changes nothing. */
export function failExport({ reason, at }: FailExport, order: Order): Decision<OrderEvent> {
  if (order.status === 'awaiting_payment' || order.status === 'expired') return notExportable(order);
  if (order.status !== 'paid') return nothing;
  return [{ type: 'OrderExportFailed', data: { reason, attempts: order.exportAttempts, failedAt: at } }];
}

/** Lets a failed export be tried again. */
export function retryExport({ reason, at }: RetryExport, order: Order): Decision<OrderEvent> {
  if (order.status === 'paid' && order.exportRetriedAt !== null) return nothing;
  if (order.status !== 'export_failed') {
    return reject('illegal-transition', 'only a failed export can be retried', { status: order.status });
  }
  return [{ type: 'ExportRetried', data: { reason, retriedAt: at } }];
}

/**
 * Takes an operator's word for what became of an export: the order is there under an id, or it is not there. Then it is
 * sent without being looked up first; one that was cancelled meanwhile has stock to give back.
 */
export function stateExport(command: StateExport, order: Order): Decision<OrderEvent> {
  const { extensivOrderId, reason, at } = command;
  const stated: OrderEvent = { type: 'ExportStated', data: { extensivOrderId, reason, statedAt: at } };
  const wasCancelledInDoubt =
    order.status === 'cancelled' && order.extensivOrderId === null && order.exportAttempts > 0;
  if (extensivOrderId === null && wasCancelledInDoubt) return order.exportOutcomeUnknown ? [stated] : nothing;
  const follows = extensivOrderId === null ? sendAgain(command, order) : adopt({ extensivOrderId, at }, order);
  return isRejection(follows) || follows.length === 0 ? follows : [stated, ...follows];
}

function adopt(
  { extensivOrderId, at }: { extensivOrderId: ExtensivOrderId; at: string },
  order: Order,
): Decision<OrderEvent> {
  return confirmExport({ type: 'ConfirmExport', extensivOrderId, adopted: true, at }, order);
}

function sendAgain({ reason, at }: StateExport, order: Order): Decision<OrderEvent> {
  if (order.status === 'paid' && order.exportOutcomeUnknown) {
    return reject('illegal-transition', 'the export is being tried', { status: order.status });
  }
  return retryExport({ type: 'RetryExport', reason, at }, order);
}

function notExportable(order: Order) {
  return reject('illegal-transition', `an order that is ${order.status} is not exported`, { status: order.status });
}
