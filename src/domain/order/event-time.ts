import type { OrderEvent } from './events.js';

/** When an event happened, whatever its type calls that moment. */
export function eventTime({ type, data }: OrderEvent): string {
  switch (type) {
    case 'OrderPlaced':
      return data.placedAt;
    case 'PaymentInitiated':
      return data.initiatedAt;
    case 'OrderPaid':
      return data.paidAt;
    case 'PayoutsAllocated':
      return data.allocatedAt;
    case 'PayoutsReversed':
      return data.reversedAt;
    case 'ExportAttempted':
      return data.attemptedAt;
    case 'OrderExported':
      return data.exportedAt;
    case 'ExportStated':
      return data.statedAt;
    case 'ExportRetried':
      return data.retriedAt;
    case 'StatusChanged':
      return data.changedAt;
    case 'OrderCancelled':
      return data.cancelledAt;
    case 'OrderExpired':
      return data.expiredAt;
    case 'OrderReinstated':
      return data.reinstatedAt;
    case 'WmsCancellationConfirmed':
      return data.confirmedAt;
    case 'WmsCancellationRefused':
      return data.refusedAt;
    case 'WmsCancellationClosed':
      return data.closedAt;
    case 'NotificationSent':
      return data.sentAt;
    case 'DeliveryScheduled':
      return data.scheduledAt;
    case 'RefundRequested':
      return data.requestedAt;
    case 'RefundSucceeded':
      return data.succeededAt;
    case 'DisputeOpened':
      return data.openedAt;
    case 'CustomerDataErased':
      return data.erasedAt;
    case 'PaymentConflicted':
    case 'StatusConflicted':
    case 'RefundPending':
    case 'ChargeRefundObserved':
      return data.observedAt;
    case 'PaymentFailed':
    case 'OrderExportFailed':
    case 'NotificationFailed':
    case 'DeliverySchedulingFailed':
    case 'RefundFailed':
      return data.failedAt;
  }
}
