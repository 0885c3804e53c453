import type { RecordRefund } from '../../domain/order/commands.js';
import type { RefundMessage } from '../ports/payments.js';

/** What the payment provider says of a refund, as the order is told. */
export function refundCommand({ kind: _kind, orderId: _orderId, ...refund }: RefundMessage): RecordRefund {
  return { type: 'RecordRefund', ...refund };
}
