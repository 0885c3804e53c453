import type { OrderEvent } from './events.js';
import { applyReversal } from './payouts.js';
import { refundGoal } from './refund-figures.js';
import { addRequest, joinHighWater, joinRefund } from './refund-ledger.js';
import type { Order } from './state.js';

/** Payment, payout and refund events; every other event leaves the order as it is. */
export function evolvePayment(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'PaymentInitiated': {
      const { paymentIntentId } = event.data;
      return {
        ...order,
        initiatedPayments: [...order.initiatedPayments, paymentIntentId],
        paymentIntentId: order.paid ? order.paymentIntentId : paymentIntentId,
      };
    }
    case 'PaymentFailed': {
      const { paymentIntentId, reason, failedAt } = event.data;
      return { ...order, paymentFailures: [...order.paymentFailures, { paymentIntentId, reason, at: failedAt }] };
    }
    case 'PaymentConflicted': {
      const { paymentIntentId, reason, amount, currency } = event.data;
      return {
        ...order,
        paymentConflicts: [...order.paymentConflicts, { paymentIntentId, reason, amount, currency }],
      };
    }
    case 'OrderPaid': {
      const { paymentIntentId, paidAt } = event.data;
      const status = order.status === 'awaiting_payment' ? 'paid' : order.status;
      return { ...order, status, paid: true, paymentIntentId, paidAt };
    }
    case 'PayoutsAllocated': {
      const { rule, entries, brandTotal, platformTotal } = event.data;
      const netPayouts = entries.map(({ brandShareBps: _rate, ...shares }) => shares);
      return { ...order, payouts: { rule, entries, brandTotal, platformTotal }, netPayouts };
    }
    case 'PayoutsReversed': {
      const { refundedTotal, entries } = event.data;
      return { ...order, netPayouts: applyReversal(order.netPayouts, entries), reversedTotal: refundedTotal };
    }
    case 'DisputeOpened':
      return { ...order, disputes: [...order.disputes, event.data.disputeId] };
    default:
      return evolveRefund(order, event);
  }
}

function evolveRefund(order: Order, event: OrderEvent): Order {
  const { refundLedger } = order;
  switch (event.type) {
    case 'RefundRequested': {
      const { refundId, amount, reason, requestedAt } = event.data;
      const goal = order.refundedTotal + amount;
      const byCancellation = order.status === 'cancelled' && refundGoal(refundLedger) < order.total;
      const request = { refundId, amount, reason, requestedAt, goal };
      return { ...order, refundLedger: addRequest(refundLedger, request, !byCancellation) };
    }
    case 'RefundPending':
      return withRefund(order, 'pending', event.data);
    case 'RefundSucceeded':
      return withRefund(order, 'succeeded', event.data);
    case 'RefundFailed':
      return withRefund(order, 'failed', event.data);
    case 'ChargeRefundObserved': {
      const { amountRefunded, paymentIntentId = null } = event.data;
      return { ...order, refundLedger: joinHighWater(refundLedger, paymentIntentId, amountRefunded) };
    }
    default:
      return order;
  }
}

function withRefund(
  order: Order,
  status: 'pending' | 'succeeded' | 'failed',
  data: {
    readonly stripeRefundId: string;
    readonly amount: number;
    readonly paymentIntentId?: string | null;
    readonly refundId?: string | null;
  },
): Order {
  const { stripeRefundId, amount, paymentIntentId = null, refundId } = data;
  const fact = { status, amount, paymentIntentId, ...(refundId === undefined ? {} : { refundId }) };
  const refundLedger = joinRefund(order.refundLedger, stripeRefundId, fact);
  return refundLedger === order.refundLedger ? order : { ...order, refundLedger };
}
