import { type Decision, nothing } from '../shared/decider.js';
import type {
  RecordDelivery,
  RecordDeliveryFailure,
  RecordNotification,
  RecordNotificationFailure,
} from './commands.js';
import type { OrderEvent } from './events.js';
import type { FailureNote, Order } from './state.js';

/** Records that a mail of a kind went out; the first one counts. */
export function recordNotification(command: RecordNotification, order: Order): Decision<OrderEvent> {
  const { kind, messageId, at } = command;
  if (order.notificationsSent.includes(kind)) return nothing;
  return [{ type: 'NotificationSent', data: { kind, messageId, sentAt: at } }];
}

/** Records that a mail of a kind was given up; meaningless once one has gone out. */
export function recordNotificationFailure(command: RecordNotificationFailure, order: Order): Decision<OrderEvent> {
  const { kind, reason, at } = command;
  if (order.notificationsSent.includes(kind) || same(order.notificationFailures[kind], command)) return nothing;
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
