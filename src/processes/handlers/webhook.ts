import { orders } from '../../commands/aggregates.js';
import { messageOf } from '../../commands/failures.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Logger, Metrics } from '../../commands/ports.js';
import { type RecordPaymentDeps, recordPayment } from '../../commands/record-payment.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { isRejection, type Rejection } from '../../domain/shared/decider.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { EffectImpossible, orderIdOf } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';
import type { EffectHandler } from '../effects/performer.js';
import { unparkKey } from '../effects/requests.js';
import type { EffectStore } from '../effects/store.js';
import type { PaymentMessage, WebhookVerifier } from '../ports/payments.js';
import type { WebhookInbox } from '../webhooks/inbox.js';
import { namedIn } from '../webhooks/named.js';
import { messageCommand } from './message-command.js';
import { refundedWhileOpen } from './refunded-while-open.js';

export interface WebhookDeps extends RecordPaymentDeps {
  readonly handler: CommandHandler;
  readonly verifier: WebhookVerifier;
  readonly inbox: WebhookInbox;
  readonly effects: Pick<EffectStore, 'get' | 'request'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The order a payment belongs to, as far as the read model has come, for messages that do not name it. */
  orderOfPayment(paymentIntentId: string): Promise<OrderId | null>;
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

      const message = understood(verifier, webhook);
      if (!message) {
        await inbox.mark(eventId, 'ignored');
        const about = await findOrder(deps, namedIn(webhook.payload));
        if (about) await eraseIfErased(about.orderId);
        return count('ignored');
      }
      const found = (await findOrder(deps, message)) ?? (await park(eventId, message));
      if (found === null) return count('parked');
      const { orderId, correlationId } = found;
      // What the order's own request began goes on.
      await bringIn(deps, orderId, message, { correlationId, causationId: eventId, actor: 'stripe' });
      await tellOfRefund(orderId, message, context);
      await inbox.mark(eventId, 'processed', { orderId });
      await eraseIfErased(orderId);
      // Under the order's own correlation id, so that who follows it in the log sees what moved it.
      deps.logger.info({ orderId, correlationId, eventId, type: webhook.type }, 'webhook brought into its order');
      count('processed');
    },
    async giveUp({ key, generation, subject: eventId }, reason, context) {
      await inbox.mark(eventId, 'failed', { error: reason });
      const alert = {
        name: `${key}:g${generation}`,
        kind: 'webhook-failed',
        subject: `webhook ${eventId} failed`,
        message: 'a webhook could not be brought into its order; it is kept and can be replayed',
        facts: { eventId, reason },
      };
      await deps.effects.request([owedAlert(alert, eventId, context)]);
    },
  };

  /** The money may have come before the payment that it is of. */
  async function tellOfRefund(orderId: OrderId, { kind }: PaymentMessage, context: CommandContext): Promise<void> {
    if (kind !== 'refund' && kind !== 'charge-refunded' && kind !== 'payment-succeeded') return;
    const { state: order } = await deps.handler.load(orders, orderId);
    if (order) await deps.effects.request(refundedWhileOpen(order, context));
  }

  /** The payment provider knows the customer longer than the portal does, and tells. */
  async function eraseIfErased(orderId: OrderId): Promise<void> {
    const { state: order } = await deps.handler.load(orders, orderId);
    if (!order || order.erasedAt === null) return;
    await inbox.erase({ orderId, paymentIntentIds: order.initiatedPayments });
  }

  /** @returns the order after all, when it became known while its webhook was being parked: nobody would take it up */
  async function park(eventId: string, message: PaymentMessage): Promise<FoundOrder | null> {
    await inbox.mark(eventId, 'parked', { error: 'its order is not known yet' });
    return findOrder(deps, message);
  }
}

function understood(
  verifier: WebhookVerifier,
  { payload, createdAt }: { payload: unknown; createdAt: string },
): PaymentMessage | null {
  try {
    return verifier.interpret(payload, createdAt);
  } catch (error) {
    // Read again it says the same.
    throw new EffectImpossible(messageOf(error), { cause: error });
  }
}

/** An order with the correlation id of the request that placed it. */
interface FoundOrder {
  readonly orderId: OrderId;
  readonly correlationId: string;
}

async function findOrder(
  deps: WebhookDeps,
  named: Pick<PaymentMessage, 'orderId' | 'paymentIntentId'>,
): Promise<FoundOrder | null> {
  // People change metadata at the provider, and one payment pays one order: what it was opened for goes first.
  const orderId = (await orderOfPayment(deps, named.paymentIntentId)) ?? named.orderId;
  if (orderId === null) return null;
  const { state, correlationId } = await deps.handler.load(orders, orderId);
  return state && correlationId !== null ? { orderId, correlationId } : null;
}

/** The effect that takes up parked webhooks knows the order of its payment before any read model does, and for good. */
async function orderOfPayment(deps: WebhookDeps, paymentIntentId: string | null): Promise<OrderId | null> {
  if (paymentIntentId === null) return null;
  const opened = await deps.effects.get(unparkKey(paymentIntentId));
  return opened ? orderIdOf(opened) : await deps.orderOfPayment(paymentIntentId);
}

async function bringIn(
  deps: WebhookDeps,
  orderId: OrderId,
  message: PaymentMessage,
  context: CommandContext,
): Promise<void> {
  const { state: order } = await deps.handler.load(orders, orderId);
  if (!order) throw new EffectImpossible(`there is no order ${orderId}`);
  if (message.kind === 'payment-succeeded') {
    const currency = message.currency ?? currencyOf(order, message.paymentIntentId);
    const rejection = await recordPayment(deps, { ...message, currency, orderId }, context);
    if (rejection) throw refused(message, rejection);
    return;
  }
  const handled = await deps.handler.handle(orders, orderId, messageCommand(message, order.currency), context);
  if (isRejection(handled)) throw refused(message, handled);
}

/** The portal opens its payments in the currency of their order; of a payment that it did not open nobody can tell. */
function currencyOf({ currency, initiatedPayments }: Order, paymentIntentId: string): string {
  if (initiatedPayments.includes(paymentIntentId)) return currency;
  throw new EffectImpossible('a payment that the portal did not open names no currency');
}

/** What a message says does not change, so a refusal is final and a case for operators. */
function refused({ kind }: PaymentMessage, { detail }: Rejection): EffectImpossible {
  return new EffectImpossible(`${kind} was refused: ${detail}`);
}
