import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Metrics } from '../../commands/ports.js';
import { type RecordPaymentDeps, recordPayment } from '../../commands/record-payment.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { OrderCommand } from '../../domain/order/commands.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { EffectHandler } from '../effects/performer.js';
import type { PaymentMessage, WebhookVerifier } from '../ports/payments.js';
import type { WebhookInbox } from '../webhooks/inbox.js';

export interface WebhookDeps extends RecordPaymentDeps {
  readonly handler: CommandHandler;
  readonly verifier: WebhookVerifier;
  readonly inbox: WebhookInbox;
  readonly metrics: Metrics;
  /** The order a payment belongs to, for messages that do not name it. */
  orderOfPayment(paymentIntentId: string): Promise<string | null>;
}

/** Brings a stored webhook into its order. One whose order is not known yet is parked until a payment is opened. */
export function createWebhookHandler(deps: WebhookDeps): EffectHandler {
  const { inbox, metrics, verifier } = deps;
  return {
    async perform({ subject: eventId }, context) {
      const webhook = await inbox.get(eventId);
      if (!webhook || webhook.status === 'processed') return;
      const count = (result: string) =>
        metrics.increment('portal_stripe_webhooks_total', { type: webhook.type, result });

      const message = verifier.interpret(webhook.payload);
      if (!message) {
        await inbox.mark(eventId, 'ignored');
        return count('ignored');
      }
      const orderId = await findOrder(deps, message);
      if (orderId === null) {
        await inbox.mark(eventId, 'parked', { error: 'its order is not known yet' });
        return count('parked');
      }
      await bringIn(deps, orderId, message, { ...context, causationId: eventId, actor: 'stripe' });
      await inbox.mark(eventId, 'processed', { orderId });
      count('processed');
    },
    giveUp: ({ subject: eventId }, reason) => inbox.mark(eventId, 'failed', { error: reason }),
  };
}

/** A new payment may be what parked webhooks were waiting for. */
export function createUnparkHandler(inbox: WebhookInbox): EffectHandler {
  return {
    async perform() {
      await inbox.unpark();
    },
  };
}

async function findOrder(deps: WebhookDeps, message: PaymentMessage): Promise<string | null> {
  const orderId =
    message.orderId ?? (message.paymentIntentId === null ? null : await deps.orderOfPayment(message.paymentIntentId));
  if (orderId === null) return null;
  const { state } = await deps.handler.load(orders, orderId);
  return state ? orderId : null;
}

async function bringIn(
  deps: WebhookDeps,
  orderId: string,
  message: PaymentMessage,
  context: CommandContext,
): Promise<void> {
  if (message.kind === 'payment-succeeded') {
    const rejection = await recordPayment(deps, { ...message, orderId }, context);
    if (rejection) throw new Error(`payment of ${orderId} was refused: ${rejection.detail}`);
    return;
  }
  const handled = await deps.handler.handle(orders, orderId, commandFor(message), context);
  if (isRejection(handled)) throw new Error(`${message.kind} of ${orderId} was refused: ${handled.detail}`);
}

function commandFor(message: Exclude<PaymentMessage, { kind: 'payment-succeeded' }>): OrderCommand {
  const { at } = message;
  switch (message.kind) {
    case 'payment-failed':
      return { type: 'RecordPaymentFailure', paymentIntentId: message.paymentIntentId, reason: message.reason, at };
    case 'payment-cancelled':
      return { type: 'RecordPaymentFailure', paymentIntentId: message.paymentIntentId, reason: 'cancelled', at };
    case 'refund': {
      const { stripeRefundId, amount, currency, status, reason, paymentIntentId } = message;
      return { type: 'RecordRefund', stripeRefundId, amount, currency, status, reason, paymentIntentId, at };
    }
    case 'charge-refunded': {
      const { amountRefunded, currency, paymentIntentId } = message;
      return { type: 'RecordChargeRefunded', amountRefunded, currency, paymentIntentId, at };
    }
    case 'dispute': {
      const { disputeId, amount, currency, reason } = message;
      return { type: 'RecordDispute', disputeId, amount, currency, reason, at };
    }
  }
}
