import { type Decision, nothing, reject } from '../shared/decider.js';
import type { ExtensivOrderId } from '../shared/ids.js';
import type {
  CancelOrder,
  CloseWmsCancellation,
  ConfirmWmsCancellation,
  ExpireOrder,
  RefuseWmsCancellation,
} from './commands.js';
import type { OrderEvent } from './events.js';
import type { Order } from './state.js';
import { hasReached } from './status.js';

/**
 * Cancels an order: people and the portal until it has shipped, the warehouse until it is delivered. An expired order can
 * be cancelled too, so that cancelling and expiring end alike in any order.
 */
export function cancelOrder(command: CancelOrder, order: Order): Decision<OrderEvent> {
  const { reason, initiator, at } = command;
  if (order.status === 'cancelled') return nothing;
  const tooLate = initiator === 'wms' ? 'delivered' : 'shipped';
  if (hasReached(order.status, tooLate)) {
    return reject('already-shipped', `an order that is ${order.status} cannot be cancelled`, { status: order.status });
  }
  return [{ type: 'OrderCancelled', data: { reason, initiator, cancelledAt: at } }];
}

/** Lets an unpaid order lapse; an order that was paid or cancelled meanwhile stays as it is. */
export function expireOrder({ at }: ExpireOrder, order: Order): Decision<OrderEvent> {
  if (order.status !== 'awaiting_payment') return nothing;
  if (at < order.expiresAt) {
    return reject('illegal-transition', 'the order has not expired yet', { expiresAt: order.expiresAt });
  }
  return [{ type: 'OrderExpired', data: { expiredAt: at } }];
}

/** Records that the warehouse has cancelled its order as well; it may do so after it refused at first. */
export function confirmWmsCancellation(command: ConfirmWmsCancellation, order: Order): Decision<OrderEvent> {
  const { extensivOrderId, at } = command;
  const fault = faultIn(extensivOrderId, order);
  if (fault) return fault;
  if (order.wmsCancellation === 'confirmed') return nothing;
  return [{ type: 'WmsCancellationConfirmed', data: { extensivOrderId, confirmedAt: at } }];
}

/** Records that the warehouse would not cancel (the goods have left): a case for operators. */
export function refuseWmsCancellation(command: RefuseWmsCancellation, order: Order): Decision<OrderEvent> {
  const { extensivOrderId, reason, at } = command;
  const fault = faultIn(extensivOrderId, order);
  if (fault) return fault;
  if (isAnswered(order)) return nothing;
  return [{ type: 'WmsCancellationRefused', data: { extensivOrderId, reason, refusedAt: at } }];
}

/** Closes the case of a cancelled order that went on in the warehouse: somebody has dealt with it there. */
export function closeWmsCancellation({ reason, at }: CloseWmsCancellation, order: Order): Decision<OrderEvent> {
  if (order.wmsCancellation === 'closed') return nothing;
  if (!isAnswered(order)) {
    return reject('illegal-transition', 'the warehouse has answered no cancellation of it', { status: order.status });
  }
  return [{ type: 'WmsCancellationClosed', data: { reason, closedAt: at } }];
}

function isAnswered({ wmsCancellation }: Order): boolean {
  return wmsCancellation !== 'none' && wmsCancellation !== 'wanted';
}

function faultIn(extensivOrderId: ExtensivOrderId, order: Order) {
  if (order.status !== 'cancelled') {
    return reject('illegal-transition', 'the order is not cancelled', { status: order.status });
  }
  if (order.extensivOrderId !== null && order.extensivOrderId !== extensivOrderId) {
    return reject('invalid-command', 'the order has another id in the warehouse', { known: order.extensivOrderId });
  }
  return null;
}
