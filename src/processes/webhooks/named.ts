import { asOrderId, type OrderId } from '../../domain/shared/ids.js';

/**
 * The order and the payment that a provider's event of whatever type names: the order in the metadata of its object, the
 * payment beside them or as the object itself.
 */
export function namedIn(payload: unknown): { orderId: OrderId | null; paymentIntentId: string | null } {
  const object = memberOf(memberOf(payload, 'data'), 'object');
  const payment = memberOf(object, 'payment_intent') ?? object;
  const orderId = textOf(memberOf(memberOf(object, 'metadata'), 'order_id'));
  return {
    orderId: orderId === null ? null : asOrderId(orderId),
    paymentIntentId: textOf(payment) ?? textOf(memberOf(payment, 'id')),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
