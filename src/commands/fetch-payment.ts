import { reject } from '../domain/shared/decider.js';
import type { OrderId } from '../domain/shared/ids.js';
import { orders } from './aggregates.js';
import { type CommandHandler, outcomeOf } from './handler.js';
import { type Clock, type Logger, type PaymentGateway, PaymentsError } from './ports.js';
import type { CommandContext, Outcome, PaymentView } from './use-cases.js';

/**
 * The payment a buyer can complete for an order, opened now when it is not yet, and anew when it was cancelled at the
 * provider.
 *
 * @returns `payment-unavailable` while the payment provider cannot be reached, `payment-refused` when it never will open it
 */
export async function fetchPayment(
  deps: { handler: CommandHandler; clock: Clock; logger: Logger; payments: PaymentGateway },
  orderId: OrderId,
  context: CommandContext,
): Promise<Outcome<PaymentView>> {
  const { handler, payments } = deps;
  const { state: order, position } = await handler.load(orders, orderId);
  if (!order) return reject('not-found', 'there is no such order');
  if (order.status === 'cancelled') return reject('already-cancelled', 'a cancelled order takes no payment');
  try {
    const open = order.paymentIntentId && (await payments.paymentIntent(order.paymentIntentId));
    if (open) return { value: open, position };
    if (order.status !== 'awaiting_payment') {
      return reject('illegal-transition', `an order that is ${order.status} takes no payment`, {
        status: order.status,
      });
    }
    if (order.erasedAt !== null) {
      return reject('illegal-transition', 'the order’s personal data were erased; it takes no payment');
    }
    const { orderNumber, total: amount, currency } = order;
    const payment = await payments.createPaymentIntent({
      orderId,
      earlier: order.initiatedPayments.length,
      orderNumber,
      amount,
      currency,
      receiptEmail: order.customer.email,
    });
    const { paymentIntentId } = payment;
    const at = deps.clock.now().toISOString();
    const command = { type: 'InitiatePayment', paymentIntentId, amount, currency, at } as const;
    return outcomeOf(await handler.handle(orders, orderId, command, context), payment);
  } catch (error) {
    if (!(error instanceof PaymentsError)) throw error;
    if (error.final) {
      deps.logger.error({ orderId, err: error }, 'the payment provider refuses the payment of an order');
      return reject('payment-refused', 'the payment provider refuses this payment', { reason: error.code });
    }
    deps.logger.warn({ orderId, err: error }, 'the payment provider did not answer');
    return reject('payment-unavailable', 'the payment provider cannot be reached; fetch the payment again later');
  }
}
