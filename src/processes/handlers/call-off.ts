import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import type { EffectRequest } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';

/**
 * What tells the operators that the delivery of a cancelled order is to be called off, which only a person can do: one
 * alert per order, none where no delivery was asked for.
 *
 * @param asked the partner may have been asked for it, and no answer is known
 */
export function callOff(order: Order, context: CommandContext, asked = false): readonly EffectRequest[] {
  const { orderId, status, deliveryReference: reference, deliveryFailure } = order;
  const doubtful = asked || deliveryFailure !== null;
  if (status !== 'cancelled' || (reference === null && !doubtful)) return [];
  const is = reference === null ? 'may be' : 'is';
  const alert = {
    name: `call-off:${orderId}`,
    kind: 'delivery-to-call-off',
    subject: `delivery to call off: order ${orderId}`,
    message: `The order is cancelled and its delivery ${is} scheduled: the delivery partner has to be told.`,
    facts: { orderId, ...(reference !== null && { reference }) },
  };
  return [owedAlert(alert, orderId, context)];
}
