import type { OrderCommand, RecordRefund } from '../../domain/order/commands.js';
import type { PaymentMessage, RefundMessage } from '../ports/payments.js';

/**
 * The command that tells an order what the payment provider says.
 * @param currency of the order, where the message names none
 */
export function messageCommand(
  message: Exclude<PaymentMessage, { kind: 'payment-succeeded' }>,
  currency: string,
): OrderCommand {
  const { at } = message;
  switch (message.kind) {
    case 'payment-failed':
      return { type: 'RecordPaymentFailure', paymentIntentId: message.paymentIntentId, reason: message.reason, at };
    case 'payment-cancelled':
      return { type: 'RecordPaymentFailure', paymentIntentId: message.paymentIntentId, reason: 'cancelled', at };
    case 'refund':
      return refundCommand(message, currency);
    case 'charge-refunded': {
      const { amountRefunded, paymentIntentId } = message;
      return {
        type: 'RecordChargeRefunded',
        amountRefunded,
        currency: message.currency ?? currency,
        paymentIntentId,
        at,
      };
    }
    case 'dispute': {
      const { disputeId, amount, reason } = message;
      return { type: 'RecordDispute', disputeId, amount, currency: message.currency, reason, at };
    }
  }
}

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
