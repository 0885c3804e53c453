import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import { PaymentsError } from '../../commands/ports.js';
import { orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import type { Payments } from '../ports/payments.js';

/** A cancelled order must not be paid any more. A payment that slips through is refunded by the order itself. */
export function createCancelIntentHandler(deps: {
  handler: CommandHandler;
  payments: Pick<Payments, 'cancelPaymentIntent'>;
}): EffectHandler {
  return {
    async perform(effect) {
      const { state: order } = await deps.handler.load(orders, orderIdOf(effect));
      if (!order?.paymentIntentId || order.paid) return;
      try {
        await deps.payments.cancelPaymentIntent(order.paymentIntentId);
      } catch (error) {
        // Paid or cancelled meanwhile: the webhook tells the rest.
        if (!(error instanceof PaymentsError && error.final)) throw error;
      }
    },
  };
}
