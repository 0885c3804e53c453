import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import { type Clock, type Locks, PaymentsError } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { amountFor, hasUnnamedRefunds, isKnown, isStanding } from '../../domain/order/refund-figures.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { type Effect, EffectImpossible, orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import type { Payments } from '../ports/payments.js';
import { refundCommand } from './message-command.js';

interface RefundDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly payments: Payments;
}

/**
 * Refusals of a refund that are tried again, for what an operator or the provider puts right within the half a minute
 * that the pauses between so many attempts add up to.
 */
const patience = 5;

/**
 * The provider's code for a key that came with other parameters before. Where no refund was made under it, an attempt for
 * another amount was refused, and what is left now goes back as a refund of its own.
 */
const otherParameters = 'idempotency_error';

/**
 * Sends a requested refund to the payment provider under its own idempotency key, whatever is left of it by then: so the
 * provider itself makes it once. Refunds of one order take turns, since each is about what the others leave; two can meet
 * all the same, where the connection that holds the lock breaks.
 */
export function createRefundHandler({ handler, clock, locks, payments }: RefundDeps): EffectHandler {
  return {
    perform: (effect, context) =>
      locks.exclusively(`refund:${effect.subject}`, () => attempt(effect, String(effect.payload.refundId), context)),
    giveUp: (effect, reason, context) =>
      locks.exclusively(`refund:${effect.subject}`, () => fail(effect, reason, context)),
  };

  async function attempt(effect: Effect, refundId: string, context: CommandContext, apart = false): Promise<void> {
    const orderId = orderIdOf(effect);
    try {
      await refund(orderId, refundId, context, apart);
    } catch (error) {
      if (!(error instanceof PaymentsError && error.final)) throw error;
      // Refunds by hand that we have not heard of leave less than we ask for: what is left is asked for once they are known.
      if (await takeOverRefunds(orderId, context)) return attempt(effect, refundId, context, apart);
      if (error.code === otherParameters && !apart) return attempt(effect, refundId, context, true);
      if (effect.attempts >= patience) throw new EffectImpossible(error.message, { cause: error });
      throw error;
    }
  }

  async function fail(effect: Effect, reason: string, context: CommandContext): Promise<void> {
    const orderId = orderIdOf(effect);
    // The last attempt may have been carried out, and its answer lost. While that cannot be found out nothing has failed.
    await takeOverRefunds(orderId, context);
    const { state: order } = await handler.load(orders, orderId);
    const refundId = String(effect.payload.refundId);
    const request = order?.refundLedger.requests.find((asked) => asked.refundId === refundId);
    if (!order || !request || isKnown(order.refundLedger, request)) return;
    const at = clock.now().toISOString();
    const failure = {
      stripeRefundId: refundId,
      refundId,
      amount: request.amount,
      currency: order.currency,
      reason,
      at,
    };
    await handler.handle(orders, orderId, { type: 'RecordRefund', status: 'failed', ...failure }, context);
  }

  async function refund(orderId: OrderId, refundId: string, context: CommandContext, apart: boolean): Promise<void> {
    const { state: order } = await handler.load(orders, orderId);
    const request = order?.refundLedger.requests.find((asked) => asked.refundId === refundId);
    // Somebody may have refunded it at the provider's dashboard meanwhile.
    if (!order?.paymentIntentId || !request || order.refundedTotal >= request.goal) return;
    if (isStanding(order.refundLedger, request)) return;
    // Where that leaves less than was asked for, the whole may have gone back nevertheless, by an attempt whose answer was
    // lost.
    const amount = amountFor(request, order.refundLedger, order);
    const isDoubtful = amount !== request.amount || hasUnnamedRefunds(order.refundLedger, order);
    if (isDoubtful && (await takeOverRefunds(orderId, context))) return refund(orderId, refundId, context, apart);
    const outcome = await payments.refund({
      refundId: apart ? `${refundId}-${amount}` : refundId,
      orderId,
      paymentIntentId: order.paymentIntentId,
      amount,
      reason: request.reason,
    });
    await handler.handle(
      orders,
      orderId,
      {
        type: 'RecordRefund',
        stripeRefundId: outcome.stripeRefundId,
        refundId,
        amount: outcome.amount,
        currency: order.currency,
        status: outcome.status,
        reason: outcome.failureReason ?? request.reason,
        at: clock.now().toISOString(),
      },
      context,
    );
  }

  /** Records what the provider knows of an order's refunds, as if their webhooks had come. @returns whether any was news */
  async function takeOverRefunds(orderId: OrderId, context: CommandContext): Promise<boolean> {
    const { state: order } = await handler.load(orders, orderId);
    if (!order?.paymentIntentId) return false;
    let news = false;
    for (const message of await payments.refundsOf(order.paymentIntentId)) {
      const handled = await handler.handle(orders, orderId, refundCommand(message, order.currency), context);
      if (!isRejection(handled) && handled.events.length > 0) news = true;
    }
    return news;
  }
}
