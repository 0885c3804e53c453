import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { hasReached, isFinal } from '../../domain/order/status.js';
import { money } from '../../domain/shared/words.js';
import type { EffectRequest } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';

/**
 * What tells the operators that a person gave all of an order's money back at the provider. That leaves its status alone:
 * it goes out unless somebody cancels it.
 */
export function refundedWhileOpen(order: Order, context: CommandContext): readonly EffectRequest[] {
  const { orderId, status, paid, refundStatus, refundedTotal, refundLedger, currency } = order;
  if (!paid || refundStatus !== 'succeeded' || refundLedger.requests.length > 0) return [];
  if (isFinal(status) || hasReached(status, 'shipped')) return [];
  const alert = {
    name: `refunded-while-open:${orderId}:${context.causationId}`,
    kind: 'refunded-while-open',
    subject: `refunded while open: order ${orderId}`,
    message: 'all of its payment was given back at the payment provider, and it still goes out; cancel it to stop it',
    facts: { orderId, status, refunded: money(refundedTotal, currency) },
  };
  return [owedAlert(alert, orderId, context)];
}
