import type Stripe from 'stripe';
import type { Logger, Metrics } from '../../commands/ports.js';
import { PaymentsError } from '../../commands/ports.js';
import type { PaymentView } from '../../commands/use-cases.js';
import type { NewRefund, Payments } from '../../processes/ports/payments.js';
import { createStripeClient } from './client.js';
import { isStoredFailure, paymentsError } from './errors.js';
import { refundMessage, refundObject } from './objects.js';
import { isFor } from './references.js';
import { adoptableRefund, createRefund, findOwnRefund, refundOutcome, refundsOf } from './refunds.js';

export interface StripePaymentsSettings {
  readonly secretKey: string;
  /** Only to reach a stand-in. */
  readonly apiBase?: string;
  /** Per HTTP request, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Milliseconds that somebody waits for one try at most. */
const waitedForMs = 5_000;

/** {@link Payments} over Stripe's API. Every method throws {@link PaymentsError} and nothing else. */
export function createStripePayments(settings: StripePaymentsSettings): Payments {
  const stripe = createStripeClient(settings);
  const { metrics } = settings;
  const logger = settings.logger.child({ adapter: 'stripe' });
  // A buyer waits, and an order stands without its payment, which can be fetched later: better soon than surely.
  const forOneWhoWaits = { timeout: Math.min(settings.timeoutMs, waitedForMs), maxNetworkRetries: 1 };

  async function call<Result>(operation: string, run: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    let result = 'ok';
    try {
      return await run();
    } catch (error) {
      const failure = paymentsError(operation, error);
      result = failure.final ? 'refused' : 'failed';
      logger.warn({ operation, code: failure.code, final: failure.final }, failure.message);
      throw failure;
    } finally {
      metrics.increment('portal_stripe_requests_total', { operation, result });
      metrics.observe('portal_stripe_request_duration_seconds', (performance.now() - started) / 1000, { operation });
    }
  }

  const retrieve = async (paymentIntentId: string) =>
    asked(await stripe.paymentIntents.retrieve(paymentIntentId), ({ id }) => id === paymentIntentId);

  return {
    createPaymentIntent: (request) =>
      call('create-intent', async () => {
        const params: Stripe.PaymentIntentCreateParams = {
          amount: request.amount,
          currency: request.currency.toLowerCase(),
          automatic_payment_methods: { enabled: true },
          metadata: { order_id: request.orderId, order_number: request.orderNumber },
          receipt_email: request.receiptEmail,
          description: `Order ${request.orderNumber}`,
        };
        const again = request.earlier > 0 ? `-after-${request.earlier}` : '';
        const idempotencyKey = `order-${request.orderId}-intent${again}`;
        const create = async (key: string) =>
          toPaymentView(
            asked(
              await stripe.paymentIntents.create(params, { ...forOneWhoWaits, idempotencyKey: key }),
              ({ metadata }) => isFor(request.orderId, metadata?.order_id),
            ),
          );
        try {
          return await create(idempotencyKey);
        } catch (error) {
          if (!isStoredFailure(error)) throw error;
          // That key answers this failure for a day. Should it have made an intent after all, nobody holds its secret,
          // so nobody can pay it: a second one does no harm. (A refund is another matter and keeps its key.)
          return await create(`${idempotencyKey}-2`);
        }
      }),

    paymentIntent: (paymentIntentId) =>
      call('get-intent', async () => {
        const intent = await retrieve(paymentIntentId);
        return intent.status === 'canceled' ? null : toPaymentView(intent);
      }),

    cancelPaymentIntent: (paymentIntentId) =>
      call('cancel-intent', async () => {
        try {
          const answer = await stripe.paymentIntents.cancel(paymentIntentId);
          asked(answer, ({ id, status }) => id === paymentIntentId && status === 'canceled');
        } catch (error) {
          // Cancelling what is cancelled is what was asked for; anything else (it was paid meanwhile) is the caller's to know.
          if (paymentsError('cancel-intent', error).code !== 'payment_intent_unexpected_state') throw error;
          const { status } = await retrieve(paymentIntentId);
          if (status !== 'canceled') throw error;
        }
      }),

    refund: (request) =>
      call('refund', async () => {
        // Stripe forgets idempotency keys after a day, and replays a stored 500 before that: the refund itself,
        // found by the portal's id in its metadata, is the better witness that it has been made.
        const existing = await findOwnRefund(stripe, request);
        if (existing !== null) return refundOutcome(existing, request);
        try {
          return refundOutcome(await createRefund(stripe, request), request);
        } catch (error) {
          const settled = await alreadyRefunded(stripe, request, error);
          if (settled === null) throw error;
          logger.info({ refundId: request.refundId, stripeRefundId: settled.id }, 'refund was already made');
          return refundOutcome(settled, request);
        }
      }),

    refundsOf: (paymentIntentId) =>
      call('list-refunds', async () =>
        (await refundsOf(stripe, paymentIntentId))
          .filter((refund) => refundObject.Check(refund))
          .map((refund) => refundMessage(refund, madeAt(refund))),
      ),
  };
}

/** A stand-in may leave out when: then it is new. */
function madeAt({ created }: Partial<Stripe.Refund>): string {
  return (created === undefined ? new Date() : new Date(created * 1000)).toISOString();
}

/** The refund that makes this request needless, when Stripe says that the charge is refunded already. */
async function alreadyRefunded(stripe: Stripe, request: NewRefund, error: unknown): Promise<Stripe.Refund | null> {
  if (paymentsError('refund', error).code !== 'charge_already_refunded') return null;
  return (await findOwnRefund(stripe, request)) ?? (await adoptableRefund(stripe, request));
}

/** @throws PaymentsError when the answer is about something else, so that nothing is known of what was asked for */
function asked(intent: Stripe.PaymentIntent, isAsked: (intent: Stripe.PaymentIntent) => boolean): Stripe.PaymentIntent {
  if (isFor('payment_intent', intent.object) && isAsked(intent)) return intent;
  throw new PaymentsError('Stripe did not answer with the payment intent that was asked for', false, null);
}

function toPaymentView(intent: Stripe.PaymentIntent): PaymentView {
  if (!intent.client_secret) {
    // Stripe itself says null where there is none to be had.
    const final = intent.client_secret === null;
    throw new PaymentsError(`payment intent ${intent.id} came without a client secret`, final, 'no_client_secret');
  }
  return { paymentIntentId: intent.id, clientSecret: intent.client_secret };
}
