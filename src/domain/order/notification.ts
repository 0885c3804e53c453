import { type Decision, nothing } from '../shared/decider.js';
import type {
  RecordDelivery,
  RecordDeliveryFailure,
  RecordNotification,
  RecordNotificationFailure,
} from './commands.js';
import type { OrderEvent } from './events.js';
import type { FailureNote, Order } from './state.js';
import type { Mailed, NotificationKind, Said } from './values.js';

export const nothingMailed: Mailed = { trackingNumbers: [], refundedTotal: 0 };

/**
 * Whether a mail of a kind is to go out: none has, or it would say more than those before. A parcel's number often comes
 * after the word that it has left, and money can go back in parts.
 */
export function isDue(kind: NotificationKind, order: Order): boolean {
  // A parcel that has arrived is not announced anew.
  const isOver = kind === 'shipped' && order.status !== 'shipped';
  return hasMore(kind, order) && !(isOver && order.notificationsSent.includes(kind));
}

/** Whether there is more to say than mails of a kind have said. */
function hasMore(kind: NotificationKind, order: Order): boolean {
  return !order.notificationsSent.includes(kind) || saysMore(kind, order, order.mailed);
}

/** A warehouse may name the numbers of two parcels in turn: each is told once. */
function saysMore(kind: NotificationKind, { trackingNumber, refundedTotal }: Said, than: Mailed): boolean {
  if (kind === 'refunded') return refundedTotal > than.refundedTotal;
  return kind === 'shipped' && trackingNumber !== null && !than.trackingNumbers.includes(trackingNumber);
}

/** What mails have said once one of a kind went out, too. */
export function withMail(mailed: Mailed, kind: NotificationKind, { trackingNumber, refundedTotal }: Said): Mailed {
  if (kind === 'refunded') return { ...mailed, refundedTotal };
  if (kind !== 'shipped' || trackingNumber === null) return mailed;
  return { ...mailed, trackingNumbers: [...mailed.trackingNumbers, trackingNumber] };
}

/** What a mail of a kind says of an order that can change; null for nothing. */
export function newsOf(kind: NotificationKind, { trackingNumber, refundedTotal }: Said): string | null {
  if (kind === 'shipped') return trackingNumber;
  return kind === 'refunded' ? String(refundedTotal) : null;
}

/**
 * Records that a mail of a kind went out; of those that say the same the first one counts. One that went out while there
 * came more to say is not recorded: it is due still, and says it all then.
 */
export function recordNotification(command: RecordNotification, order: Order): Decision<OrderEvent> {
  const { kind, messageId, said, at } = command;
  if (!hasMore(kind, order) || saysMore(kind, order, withMail(nothingMailed, kind, said))) return nothing;
  return [{ type: 'NotificationSent', data: { kind, messageId, sentAt: at } }];
}

/** Records that a mail of a kind was given up; meaningless once one has gone out that says all. */
export function recordNotificationFailure(command: RecordNotificationFailure, order: Order): Decision<OrderEvent> {
  const { kind, reason, at } = command;
  if (!hasMore(kind, order) || same(order.notificationFailures[kind], command)) return nothing;
  return [{ type: 'NotificationFailed', data: { kind, reason, failedAt: at } }];
}

/** Records the delivery partner's reference; another one replaces it. */
export function recordDelivery({ reference, at }: RecordDelivery, order: Order): Decision<OrderEvent> {
  if (order.deliveryReference === reference) return nothing;
  return [{ type: 'DeliveryScheduled', data: { reference, scheduledAt: at } }];
}

/** Records that scheduling was given up; meaningless once a delivery is scheduled. */
export function recordDeliveryFailure(command: RecordDeliveryFailure, order: Order): Decision<OrderEvent> {
  if (order.deliveryReference !== null || same(order.deliveryFailure, command)) return nothing;
  return [{ type: 'DeliverySchedulingFailed', data: { reason: command.reason, failedAt: command.at } }];
}

function same(known: FailureNote | null | undefined, { reason, at }: FailureNote): boolean {
  return known?.reason === reason && known.at === at;
}
