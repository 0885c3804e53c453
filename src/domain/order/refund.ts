import { type Decision, nothing, reject } from '../shared/decider.js';
import type { RecordChargeRefunded, RecordRefund, RequestRefund } from './commands.js';
import type { OrderEvent } from './events.js';
import { openRequest } from './refund-figures.js';
import { isNews } from './refund-ledger.js';
import type { Order } from './state.js';

/** Records what became of one refund, whoever made it and whether or not the payment is known yet. */
export function recordRefund(command: RecordRefund, order: Order): Decision<OrderEvent> {
  const { stripeRefundId, amount, currency, status, reason, paymentIntentId, refundId, at } = command;
  const fault = faultIn(amount, currency, order);
  if (fault) return fault;
  const whose = refundId === undefined ? {} : { refundId };
  if (!isNews(order.refundLedger, stripeRefundId, { status, ...whose })) return nothing;
  const refund = { stripeRefundId, amount, ...intentOf(paymentIntentId), ...whose };
  switch (status) {
    case 'pending':
      return [{ type: 'RefundPending', data: { ...refund, currency, observedAt: at } }];
    case 'succeeded':
      return [{ type: 'RefundSucceeded', data: { ...refund, currency, succeededAt: at } }];
    case 'failed':
      return [{ type: 'RefundFailed', data: { ...refund, reason, failedAt: at } }];
  }
}

/** Records the charge's running total of refunds when it is higher than any seen before. */
export function recordChargeRefunded(command: RecordChargeRefunded, order: Order): Decision<OrderEvent> {
  const { amountRefunded, currency, paymentIntentId, at } = command;
  const fault = faultIn(amountRefunded, currency, order);
  if (fault) return fault;
  if (amountRefunded <= (order.refundLedger.highWater[paymentIntentId ?? ''] ?? 0)) return nothing;
  const data = { amountRefunded, currency, observedAt: at, ...intentOf(paymentIntentId) };
  return [{ type: 'ChargeRefundObserved', data }];
}

/** Asks for money to go back to the buyer; one request at a time, never more than is left. */
export function requestRefund(command: RequestRefund, order: Order): Decision<OrderEvent> {
  const { reason, at } = command;
  if (!order.paid) return reject('not-paid', 'only a paid order can be refunded', { status: order.status });
  if (isRequested(order, command)) return nothing;
  if (openRequest(order.refundLedger)) {
    return reject('illegal-transition', 'a refund is under way', { refundStatus: order.refundStatus });
  }
  const remaining = order.total - order.refundedTotal;
  if (remaining === 0) return reject('illegal-transition', 'nothing is left to refund', { remaining });
  const amount = command.amount ?? remaining;
  if (!Number.isSafeInteger(amount) || amount <= 0 || amount > remaining) {
    return reject('invalid-command', 'a refund is more than nothing and at most what is left', { remaining });
  }
  return [refundRequested(order, amount, reason, at)];
}

/** Whether a refund was asked for as by this command, which is then a repeat. */
export function isRequested(order: Order, { amount, reason, at }: Omit<RequestRefund, 'type'>): boolean {
  return order.refundLedger.requests.some(
    (request) =>
      request.requestedAt === at && request.reason === reason && (amount ?? request.amount) === request.amount,
  );
}

/** The next refund request of an order; its id follows from how many there were, so a repeat names the same refund. */
export function refundRequested(order: Order, amount: number, reason: string, at: string): OrderEvent {
  const refundId = `${order.orderId}-${order.refundLedger.requests.length + 1}`;
  return { type: 'RefundRequested', data: { refundId, amount, currency: order.currency, reason, requestedAt: at } };
}

function faultIn(amount: number, currency: string, order: Order) {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    return reject('invalid-command', 'a refunded amount is in minor units', { amount });
  }
  if (currency !== order.currency) {
    return reject('payment-mismatch', 'a refund is in the currency of the order', {
      expected: order.currency,
      currency,
    });
  }
  return null;
}

function intentOf(paymentIntentId: string | null | undefined): { paymentIntentId?: string | null } {
  return paymentIntentId === undefined ? {} : { paymentIntentId };
}
