import { type Decision, nothing } from '../shared/decider.js';
import type {
  RecordDelivery,
  RecordDeliveryFailure,
  RecordNotification,
  RecordNotificationFailure,
} from './commands.js';
import type { OrderEvent } from './events.js';
import type { FailureNote, Order } from './state.js';
import type { NotificationKind, Said } from './values.js';

/**
 * Whether a mail of a kind is to go out: none has, or it would say more than the last one did. A parcel's number often
 * comes after the word that it has left, and money can go back in parts.
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

function saysMore(kind: NotificationKind, { trackingNumber, refundedTotal }: Said, than: Said): boolean {
  if (kind === 'refunded') return refundedTotal > than.refundedTotal;
  return kind === 'shipped' && trackingNumber !== null && trackingNumber !== than.trackingNumber;
}

/** What a mail of a kind says of an order that can change. */
export function newsOf(kind: NotificationKind, { trackingNumber, refundedTotal }: Said): Partial<Said> {
  if (kind === 'shipped') return { trackingNumber };
  return kind === 'refunded' ? { refundedTotal } : {};
}

/**
 * Records that a mail of a kind went out; of those that say the same the first one counts. One that went out while there
 * came more to say is not recorded: it is due still, and says it all then.
 */
export function recordNotification(command: RecordNotification, order: Order): Decision<OrderEvent> {
  const { kind, messageId, said, at } = command;
  if (!hasMore(kind, order) || saysMore(kind, order, said)) return nothing;
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
