import { eventTime } from './event-time.js';
import type { OrderEvent } from './events.js';
import { evolveFulfilment } from './evolve-fulfilment.js';
import { evolvePayment } from './evolve-payment.js';
import { nothingMailed } from './notification.js';
import { refundedTotal, refundStatusOf } from './refund-figures.js';
import { emptyRefundLedger, noteMet } from './refund-ledger.js';
import type { Order, OrderState } from './state.js';

/** Folds one event onto an order. Never throws; an event type it does not know changes nothing. */
export function evolve(state: OrderState, event: OrderEvent): OrderState {
  if (state === null) return event.type === 'OrderPlaced' ? placed(event.data) : null;
  const next = evolveFulfilment(evolvePayment(state, event), event);
  if (next === state) return state;
  const at = eventTime(event);
  const dated = at > next.updatedAt ? { ...next, updatedAt: at } : next;
  const refundsAreAsBefore = next.refundLedger === state.refundLedger && next.paid === state.paid;
  return refundsAreAsBefore ? dated : withRefundFigures(dated);
}

/** The refund figures follow from the ledger and from which payment counts, whatever has changed these. */
function withRefundFigures(order: Order): Order {
  const refundedOrder = { total: order.total, paymentIntentId: order.paid ? order.paymentIntentId : null };
  const refunded = refundedTotal(order.refundLedger, refundedOrder);
  const refundLedger = noteMet(order.refundLedger, refunded);
  const refundStatus = refundStatusOf(refundLedger, refundedOrder, refunded);
  return { ...order, refundLedger, refundedTotal: refunded, refundStatus };
}

/** All members by name: an order is copied with each of its events, and copies of an object made in one piece are cheap. */
function placed(data: Extract<OrderEvent, { type: 'OrderPlaced' }>['data']): Order {
  return {
    orderId: data.orderId,
    orderNumber: data.orderNumber,
    customerId: data.customerId,
    customer: data.customer,
    shippingAddress: data.shippingAddress,
    lineItems: data.lineItems,
    total: data.total,
    currency: data.currency,
    deliveryMethod: data.deliveryMethod,
    deliveryZone: data.deliveryZone,
    placedAt: data.placedAt,
    expiresAt: data.expiresAt,
    updatedAt: data.placedAt,
    status: 'awaiting_payment',
    paymentIntentId: null,
    initiatedPayments: [],
    paymentFailures: [],
    paymentConflicts: [],
    paid: false,
    paidAt: null,
    payouts: null,
    netPayouts: [],
    reversedTotal: 0,
    refundLedger: emptyRefundLedger,
    refundedTotal: 0,
    refundStatus: 'none',
    disputes: [],
    extensivOrderId: null,
    exportedAt: null,
    exportAttempts: 0,
    lastExportAttemptAt: null,
    exportRetriedAt: null,
    exportOutcomeUnknown: false,
    trackingNumber: null,
    carrier: null,
    statusConflicts: [],
    cancelledAt: null,
    cancelReason: null,
    cancelInitiator: null,
    wmsCancellation: 'none',
    notificationsSent: [],
    mailed: nothingMailed,
    notificationFailures: {},
    deliveryReference: null,
    deliveryFailure: null,
    erasedAt: null,
  };
}
