import { type Decider, type Decision, isRejection, reject } from '../shared/decider.js';
import {
  cancelOrder,
  closeWmsCancellation,
  confirmWmsCancellation,
  expireOrder,
  refuseWmsCancellation,
} from './cancellation.js';
import type { OrderCommand } from './commands.js';
import { eraseCustomerData, withoutPersonalText } from './erasure.js';
import type { OrderEvent } from './events.js';
import { evolve } from './evolve.js';
import { attemptExport, confirmExport, failExport, retryExport, stateExport } from './export.js';
import { observeMissingInWms, observeWmsStatus, setStatus } from './fulfilment.js';
import {
  recordDelivery,
  recordDeliveryFailure,
  recordNotification,
  recordNotificationFailure,
} from './notification.js';
import { initiatePayment, recordDispute, recordPayment, recordPaymentFailure } from './payment.js';
import { placeOrder } from './placing.js';
import { recordChargeRefunded, recordRefund, requestRefund } from './refund.js';
import { settle } from './settle.js';
import type { Order, OrderState } from './state.js';

/** The order aggregate: stream `order-{orderId}`. */
export const orderDecider: Decider<OrderCommand, OrderEvent, OrderState> = { initial: null, evolve, decide };

/** Decides a command: what it does itself, and what must follow from that. */
function decide(command: OrderCommand, state: OrderState): Decision<OrderEvent> {
  const decision = decideAlone(withoutPersonalText(command, state), state);
  return isRejection(decision) || decision.length === 0 ? decision : settle(state, decision, command.at);
}

function decideAlone(command: OrderCommand, state: OrderState): Decision<OrderEvent> {
  if (command.type === 'PlaceOrder') return placeOrder(command, state);
  if (!state) return reject('not-found', 'there is no such order');
  return decideForOrder(command, state);
}

function decideForOrder(command: Exclude<OrderCommand, { type: 'PlaceOrder' }>, order: Order): Decision<OrderEvent> {
  switch (command.type) {
    case 'InitiatePayment':
      return initiatePayment(command, order);
    case 'RecordPayment':
      return recordPayment(command, order);
    case 'RecordPaymentFailure':
      return recordPaymentFailure(command, order);
    case 'RecordRefund':
      return recordRefund(command, order);
    case 'RecordChargeRefunded':
      return recordChargeRefunded(command, order);
    case 'RecordDispute':
      return recordDispute(command, order);
    case 'RequestRefund':
      return requestRefund(command, order);
    case 'CancelOrder':
      return cancelOrder(command, order);
    case 'ExpireOrder':
      return expireOrder(command, order);
    case 'EraseCustomerData':
      return eraseCustomerData(command, order);
    case 'AttemptExport':
      return attemptExport(command, order);
    case 'ConfirmExport':
      return confirmExport(command, order);
    case 'FailExport':
      return failExport(command, order);
    case 'RetryExport':
      return retryExport(command, order);
    case 'StateExport':
      return stateExport(command, order);
    case 'ObserveWmsStatus':
      return observeWmsStatus(command, order);
    case 'ObserveMissingInWms':
      return observeMissingInWms(command, order);
    case 'ConfirmWmsCancellation':
      return confirmWmsCancellation(command, order);
    case 'RefuseWmsCancellation':
      return refuseWmsCancellation(command, order);
    case 'CloseWmsCancellation':
      return closeWmsCancellation(command, order);
    case 'SetStatus':
      return setStatus(command, order);
    case 'RecordNotification':
      return recordNotification(command, order);
    case 'RecordNotificationFailure':
      return recordNotificationFailure(command, order);
    case 'RecordDelivery':
      return recordDelivery(command, order);
    case 'RecordDeliveryFailure':
      return recordDeliveryFailure(command, order);
  }
}
