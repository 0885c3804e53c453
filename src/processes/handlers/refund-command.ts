import type { RecordRefund } from '../../domain/order/commands.js';
import type { RefundMessage } from '../ports/payments.js';

/**
 * The command that tells the order what the payment provider says of a refund.
 * @param currency of the order, in which its payments are opened, and so what goes back of them
 */
export function refundCommand(
  { kind: _kind, orderId: _orderId, ...refund }: RefundMessage,
  currency: string,
): RecordRefund {
  return { type: 'RecordRefund', ...refund, currency: refund.currency ?? currency };
}
