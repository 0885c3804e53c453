import type { OrderEvent } from './events.js';
import { withMail } from './notification.js';
import { erasedAddress, erasedCustomer } from './personal-data.js';
import type { Order } from './state.js';
import { compareStage, type OrderStatus } from './status.js';

/** Export, warehouse, cancellation, notification and erasure events; every other event leaves the order as it is. */
export function evolveFulfilment(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'CustomerDataErased':
      return {
        ...order,
        customer: erasedCustomer,
        shippingAddress: erasedAddress,
        erasedAt: event.data.erasedAt,
      };
    case 'ExportAttempted': {
      const { attempt, attemptedAt } = event.data;
      return { ...order, exportAttempts: attempt, lastExportAttemptAt: attemptedAt, exportOutcomeUnknown: true };
    }
    case 'OrderExported': {
      const { extensivOrderId, exportedAt } = event.data;
      return {
        ...order,
        status: advanced(order.status, 'exported'),
        extensivOrderId,
        exportedAt,
        exportOutcomeUnknown: false,
        wmsCancellation:
          order.status === 'cancelled' && order.wmsCancellation === 'none' ? 'wanted' : order.wmsCancellation,
      };
    }
    case 'OrderExportFailed':
      return { ...order, status: order.status === 'paid' ? 'export_failed' : order.status };
    case 'ExportStated':
      return { ...order, exportOutcomeUnknown: false };
    case 'ExportRetried':
      return {
        ...order,
        status: order.status === 'export_failed' ? 'paid' : order.status,
        exportRetriedAt: event.data.retriedAt,
      };
    case 'StatusChanged': {
      const { to, trackingNumber, carrier } = event.data;
      return {
        ...order,
        status: advanced(order.status, to),
        trackingNumber: trackingNumber ?? order.trackingNumber,
        carrier: carrier ?? order.carrier,
      };
    }
    case 'StatusConflicted': {
      const { kind, observed } = event.data;
      return { ...order, statusConflicts: [...order.statusConflicts, `${kind}:${observed}`] };
    }
    case 'NotificationSent':
      return {
        ...order,
        notificationsSent: [...order.notificationsSent, event.data.kind],
        mailed: withMail(order.mailed, event.data.kind, order),
      };
    case 'NotificationFailed': {
      const { kind, reason, failedAt } = event.data;
      const notificationFailures = { ...order.notificationFailures, [kind]: { reason, at: failedAt } };
      return { ...order, notificationFailures };
    }
    case 'DeliveryScheduled':
      return { ...order, deliveryReference: event.data.reference };
    case 'DeliverySchedulingFailed':
      return { ...order, deliveryFailure: { reason: event.data.reason, at: event.data.failedAt } };
    default:
      return evolveEnding(order, event);
  }
}

function evolveEnding(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'OrderCancelled': {
      const { reason, initiator, cancelledAt } = event.data;
      const known = order.extensivOrderId === null ? 'none' : 'wanted';
      return {
        ...order,
        status: 'cancelled',
        cancelledAt,
        cancelReason: reason,
        cancelInitiator: initiator,
        wmsCancellation: initiator === 'wms' ? 'confirmed' : known,
      };
    }
    case 'WmsCancellationConfirmed':
      return { ...order, wmsCancellation: 'confirmed' };
    case 'WmsCancellationRefused':
      return { ...order, wmsCancellation: 'refused' };
    case 'WmsCancellationClosed':
      return { ...order, wmsCancellation: 'closed' };
    case 'OrderExpired':
      return { ...order, status: 'expired' };
    case 'OrderReinstated':
      return { ...order, status: 'paid' };
    default:
      return order;
  }
}

/** A status only ever moves forwards; one that has left fulfilment stays where it is. */
function advanced(status: OrderStatus, to: OrderStatus): OrderStatus {
  return (compareStage(status, to) ?? 0) > 0 ? to : status;
}
