import type { OrderEvent } from '../../domain/order/events.js';
import type { NotificationKind } from '../../domain/order/values.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { money } from '../../domain/shared/words.js';
import type { EffectKind, Reaction } from './effect.js';
import { again, expiryOf, unparkKey } from './requests.js';

type PaymentConflicted = Extract<OrderEvent, { type: 'PaymentConflicted' }>['data'];

/** Kinds of effects of which an order has one. */
type OncePerOrder = 'export' | 'commit' | 'release' | 'packed' | 'wms-cancel' | 'cancel-intent';

/** The effects an order's event asks for. */
export function reactionsToOrder(
  event: OrderEvent,
  { orderId, eventId, correlationId }: { orderId: OrderId; eventId: string; correlationId: string },
): readonly Reaction[] {
  const about = { correlationId, orderId };
  const reaction = (key: string, kind: EffectKind, facts: Record<string, unknown> = {}): Reaction => ({
    key,
    kind,
    subject: orderId,
    payload: { ...about, ...facts },
  });
  const notify = (kind: NotificationKind) => reaction(`notify:${orderId}:${kind}`, 'notify', { notification: kind });
  const once = (kind: OncePerOrder) => reaction(`${kind}:${orderId}`, kind);
  const unpark = (paymentIntentId: string) => reaction(unparkKey(paymentIntentId), 'unpark');
  const alert = (alertKind: string, facts: Record<string, unknown>) =>
    reaction(`alert:${eventId}`, 'alert', { alertKind, facts });

  switch (event.type) {
    case 'OrderPlaced':
      return [expiryOf(orderId, event.data.expiresAt, about)];
    case 'PaymentInitiated':
      return [unpark(event.data.paymentIntentId)];
    case 'OrderPaid':
      // A payment that was opened elsewhere is known from here on.
      return [unpark(event.data.paymentIntentId), once('export'), notify('order-confirmation')];
    case 'ExportRetried':
    case 'OrderReinstated':
      return [again(once('export'))];
    case 'ExportStated':
      // What had failed for want of an answer has one: there is nothing left to send, or to cancel, and stock to give back.
      return event.data.extensivOrderId === null
        ? [again(once('release')), again(once('wms-cancel'))]
        : [again(once('export'))];
    case 'OrderExported':
      return [once('commit')];
    case 'OrderExportFailed':
      return [alert('order-export-failed', { reason: event.data.reason, attempts: event.data.attempts })];
    case 'OrderCancelled':
      // Stock was given back before when the order had expired, or an operator had said that the warehouse does not have it;
      // it may have it since.
      return [again(once('release')), once('cancel-intent'), again(once('wms-cancel')), notify('cancelled')];
    case 'OrderExpired':
      return [again(once('release'))];
    case 'StatusChanged':
      return reactionsToStatus(event.data, once, notify);
    case 'RefundRequested': {
      const { refundId } = event.data;
      return [reaction(`refund:${refundId}`, 'refund', { refundId })];
    }
    case 'RefundSucceeded':
      // Money can go back in parts; whether this one is news to the buyer is found out from the order.
      return [again(notify('refunded'))];
    case 'RefundFailed':
      return [alert('refund-failed', { stripeRefundId: event.data.stripeRefundId, reason: event.data.reason })];
    case 'PaymentConflicted':
      return [alert('payment-conflict', conflictFacts(event.data))];
    case 'StatusConflicted': {
      const { kind: conflict, current, observed } = event.data;
      return [alert('status-conflict', { conflict, current, observed })];
    }
    case 'WmsCancellationConfirmed':
      // However it came about, nothing is left to do, which closes an effect that had failed.
      return [again(once('wms-cancel'))];
    case 'WmsCancellationRefused': {
      const { extensivOrderId, reason } = event.data;
      return [alert('wms-cancellation-refused', { extensivOrderId, reason })];
    }
    case 'DisputeOpened': {
      const { disputeId, amount, currency } = event.data;
      return [alert('dispute-opened', { disputeId, amount: money(amount, currency) })];
    }
    case 'NotificationFailed':
      return [alert('notification-failed', { notification: event.data.kind })];
    case 'DeliverySchedulingFailed':
      return [alert('delivery-scheduling-failed', { reason: event.data.reason })];
    default:
      return [];
  }
}

function conflictFacts({ reason, paymentIntentId, amount, expectedAmount, currency }: PaymentConflicted) {
  const received = money(amount, currency);
  // Of another currency, what was due would be written wrongly.
  const expected = reason === 'currency' ? {} : { expected: money(expectedAmount, currency) };
  return { reason, paymentIntentId, received, ...expected };
}

function reactionsToStatus(
  { from, to }: { from: string; to: string },
  once: (kind: 'packed') => Reaction,
  notify: (kind: NotificationKind) => Reaction,
): readonly Reaction[] {
  if (to === 'packed') return [once('packed')];
  // From itself: with a tracking number that was not known before.
  if (to === 'shipped') return [from === to ? again(notify(to)) : notify(to)];
  if (to === 'delivered') return [notify(to)];
  return [];
}
