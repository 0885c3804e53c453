import { type Decision, nothing, reject } from '../shared/decider.js';
import type { InitiatePayment, RecordDispute, RecordPayment, RecordPaymentFailure } from './commands.js';
import type { OrderEvent } from './events.js';
import { allocatePayouts } from './payouts.js';
import type { Order, PaymentConflict } from './state.js';

/** Why an order is cancelled whose payment came after its stock had gone to others. */
export const stockGoneReason = 'the stock was no longer available when the payment arrived';

/** Notes the payment intent made for the order. */
export function initiatePayment(command: InitiatePayment, order: Order): Decision<OrderEvent> {
  const { paymentIntentId, amount, currency, at } = command;
  if (order.initiatedPayments.includes(paymentIntentId)) return nothing;
  if (order.status !== 'awaiting_payment' || order.paid) {
    return reject('illegal-transition', 'only an order that awaits payment takes one', { status: order.status });
  }
  if (amount !== order.total || currency !== order.currency) {
    return reject('payment-mismatch', 'a payment is for the whole order', { expected: order.total, amount });
  }
  return [{ type: 'PaymentInitiated', data: { paymentIntentId, amount, currency, initiatedAt: at } }];
}

/**
 * Records money received, whatever became of the order meanwhile: it is paid once, by the first payment that matches.
 * If its stock is gone the order is cancelled; what a cancelled order owes the buyer follows in `settle.ts`.
 */
export function recordPayment(command: RecordPayment, order: Order): Decision<OrderEvent> {
  const { paymentIntentId, amount, currency, rule, brandShareOverrides, stockHeld } = command;
  // Stripe's times are whole seconds, so a quick payment seems to come before its order.
  const seemsEarly = command.at < order.placedAt;
  const at = seemsEarly ? order.placedAt : command.at;
  const conflict = conflictOf(command, order);
  if (conflict) return recordConflict(conflict, order, at);
  if (order.paid) return nothing;

  const payouts = allocatePayouts(order.lineItems, rule, brandShareOverrides);
  const live = order.status !== 'cancelled';
  return [
    { type: 'OrderPaid', data: { paymentIntentId, amount, currency, paidAt: at } },
    ...(order.status === 'expired' && stockHeld ? [reinstated(at)] : []),
    {
      type: 'PayoutsAllocated',
      data: { ...payouts, entries: [...payouts.entries], currency: order.currency, allocatedAt: at },
    },
    ...(live && !stockHeld ? [cancelledForStock(at)] : []),
  ];
}

/** Records a failed attempt to pay. Once the order is paid it says nothing new: an intent can fail before it succeeds. */
export function recordPaymentFailure(command: RecordPaymentFailure, order: Order): Decision<OrderEvent> {
  const { paymentIntentId, reason, at } = command;
  const known = order.paymentFailures.some(
    (failure) => failure.paymentIntentId === paymentIntentId && failure.at === at && failure.reason === reason,
  );
  if (order.paid || known) return nothing;
  return [{ type: 'PaymentFailed', data: { paymentIntentId, reason, failedAt: at } }];
}

/** Records a dispute, once, for operators; the money moves only when the bank decides. */
export function recordDispute(command: RecordDispute, order: Order): Decision<OrderEvent> {
  const { disputeId, amount, currency, reason, at } = command;
  if (order.disputes.includes(disputeId)) return nothing;
  return [{ type: 'DisputeOpened', data: { disputeId, amount, currency, reason, openedAt: at } }];
}

function conflictOf({ paymentIntentId, amount, currency }: RecordPayment, order: Order): PaymentConflict | null {
  const message = { paymentIntentId, amount, currency };
  if (currency !== order.currency) return { ...message, reason: 'currency' };
  if (amount !== order.total) return { ...message, reason: 'amount' };
  if (order.paid && order.paymentIntentId !== paymentIntentId) return { ...message, reason: 'duplicate-payment' };
  return null;
}

function recordConflict(conflict: PaymentConflict, order: Order, at: string): Decision<OrderEvent> {
  const known = order.paymentConflicts.some(
    (other) =>
      other.paymentIntentId === conflict.paymentIntentId &&
      other.amount === conflict.amount &&
      other.currency === conflict.currency,
  );
  if (known) return nothing;
  return [{ type: 'PaymentConflicted', data: { ...conflict, expectedAmount: order.total, observedAt: at } }];
}

function reinstated(at: string): OrderEvent {
  return { type: 'OrderReinstated', data: { reinstatedAt: at } };
}

function cancelledForStock(at: string): OrderEvent {
  return { type: 'OrderCancelled', data: { reason: stockGoneReason, initiator: 'portal', cancelledAt: at } };
}
