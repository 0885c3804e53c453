import type { OrderEvent } from './events.js';
import { evolve } from './evolve.js';
import { reversePayouts } from './payouts.js';
import { refundRequested } from './refund.js';
import { isUndone, openRequest, refundGoal } from './refund-figures.js';
import type { Order, OrderState } from './state.js';

/**
 * What must follow from the events just decided, computed from the state they lead to. Because it looks at the state and
 * not at which message came last, payments, refunds and cancellations end alike in every order of arrival.
 */
export function settle(state: OrderState, decided: readonly OrderEvent[], at: string): readonly OrderEvent[] {
  const order = decided.reduce(evolve, state);
  if (!order) return decided;
  return [...decided, ...reversals(order, at), ...owedRefund(order, at)];
}

/** Payouts follow the money: they are brought to the refunded total whenever it moves, either way. */
function reversals(order: Order, at: string): OrderEvent[] {
  if (!order.payouts || order.reversedTotal === order.refundedTotal) return [];
  const reversal = reversePayouts(order.payouts, order.reversedTotal, order.refundedTotal);
  return [
    {
      type: 'PayoutsReversed',
      data: {
        ...reversal,
        entries: [...reversal.entries],
        refundedTotal: order.refundedTotal,
        currency: order.currency,
        reversedAt: at,
      },
    },
  ];
}

/**
 * A cancelled order that was paid owes the buyer what is not refunded yet. It is asked for once, after an earlier partial
 * request has ended; when it then fails, an operator decides. Refunds by hand that came before it and bounced leave it
 * unmade, so it is asked for again.
 */
function owedRefund(order: Order, at: string): OrderEvent[] {
  const owed = order.total - order.refundedTotal;
  if (order.status !== 'cancelled' || !order.paid || owed <= 0) return [];
  const asked = refundGoal(order.refundLedger) >= order.total;
  if (asked && !isUndone(order.refundLedger, order.refundedTotal)) return [];
  if (openRequest(order.refundLedger)) return [];
  return [refundRequested(order, owed, order.cancelReason ?? 'cancelled', at)];
}
