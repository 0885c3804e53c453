import Stripe from 'stripe';
import { PaymentsError } from '../../commands/ports.js';
import type { NewRefund, RefundOutcome } from '../../processes/ports/payments.js';
import { statusOf } from './objects.js';
import { idOf, isFor } from './references.js';

/**
 * Of one payment, read in Stripe's pages of a hundred. An order has a handful; more than these mean that something else is
 * wrong.
 */
const maxRefunds = 10_000;
const pageSize = 100;

/** The refunds of a payment, whoever made them; none where Stripe, or a stand-in that keeps no such list, knows of none. */
export async function refundsOf(stripe: Stripe, paymentIntentId: string): Promise<readonly Stripe.Refund[]> {
  try {
    const refunds = await stripe.refunds
      .list({ payment_intent: paymentIntentId, limit: pageSize })
      .autoPagingToArray({ limit: maxRefunds });
    return refunds.filter((refund) => isRefundOf(paymentIntentId, refund));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return [];
    throw error;
  }
}

/** Makes one. @throws PaymentsError when the answer is about something else, so that nothing is known of this one */
export async function createRefund(stripe: Stripe, request: NewRefund): Promise<Stripe.Refund> {
  const { refundId, paymentIntentId } = request;
  const created = await stripe.refunds.create(
    {
      payment_intent: paymentIntentId,
      amount: request.amount,
      reason: 'requested_by_customer',
      metadata: { order_id: request.orderId, refund_id: refundId, reason: metadataValue(request.reason) },
    },
    { idempotencyKey: `refund-${refundId}` },
  );
  if (!isRefundOf(paymentIntentId, created) || !isFor(refundId, created.metadata?.refund_id)) {
    throw new PaymentsError(`Stripe did not answer with the refund ${refundId}`, false, null);
  }
  return created;
}

function isRefundOf(paymentIntentId: string, { object, status, payment_intent }: Stripe.Refund): boolean {
  const isRefund = object === undefined ? refundStatuses.has(status) : object === 'refund';
  return isRefund && isFor(paymentIntentId, idOf(payment_intent));
}

/** By which a refund is known where a stand-in does not say that it is one. */
const refundStatuses = new Set<unknown>(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']);

/** Stripe's limit for one metadata value. */
const maxMetadataValue = 500;

/** A cut can leave half a character, which cannot be sent. */
function metadataValue(text: string): string {
  return text.slice(0, maxMetadataValue).replace(/[\ud800-\udbff]$/, '');
}

/** The refund that an earlier attempt of the same portal refund made, or null. */
export async function findOwnRefund(stripe: Stripe, request: NewRefund): Promise<Stripe.Refund | null> {
  const data = await refundsOf(stripe, request.paymentIntentId);
  return data.find((refund) => refund.metadata?.refund_id === request.refundId) ?? null;
}

/**
 * A refund somebody made by hand at Stripe that gives back exactly what is asked for now, or null. One that belongs to
 * another refund of the portal, or has failed, is none.
 */
export async function adoptableRefund(stripe: Stripe, request: NewRefund): Promise<Stripe.Refund | null> {
  const data = await refundsOf(stripe, request.paymentIntentId);
  const standing = data.filter((refund) => statusOf(refund.status) !== 'failed');
  return (
    standing.find((refund) => refund.amount === request.amount && refund.metadata?.refund_id === undefined) ?? null
  );
}

/** @param asked what a stand-in that does not repeat it was asked for */
export function refundOutcome(refund: Stripe.Refund, asked: NewRefund): RefundOutcome {
  return {
    stripeRefundId: refund.id,
    amount: refund.amount ?? asked.amount,
    status: statusOf(refund.status),
    failureReason: refund.failure_reason ?? null,
  };
}
