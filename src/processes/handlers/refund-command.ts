import type { RecordRefund } from '../../domain/order/commands.js';
import type { RefundMessage } from '../ports/payments.js';

/** The command that tells the order what the payment provider says of a refund. */
export function refundCommand({ kind: _kind, orderId: _orderId, ...refund }: RefundMessage): RecordRefund {
  return { type: 'RecordRefund', ...refund };
}
