import Stripe from 'stripe';
import type { Payments } from '../../processes/ports/payments.js';

type RefundOutcome = Awaited<ReturnType<Payments['refund']>>;

/** Of one payment, read in Stripe's pages of a hundred. An order has a handful; more than these mean that something else is wrong. */
const maxRefunds = 10_000;
const pageSize = 100;

/** The refunds of a payment, whoever made them; none where Stripe, or a stand-in that keeps no such list, knows of none. */
export async function refundsOf(stripe: Stripe, paymentIntentId: string): Promise<readonly Stripe.Refund[]> {
  try {
    return await stripe.refunds
      .list({ payment_intent: paymentIntentId, limit: pageSize })
      .autoPagingToArray({ limit: maxRefunds });
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return [];
    throw error;
  }
}

/** The refund that an earlier attempt of the same portal refund made, or null. */
export async function findOwnRefund(
  stripe: Stripe,
  request: { refundId: string; paymentIntentId: string },
): Promise<Stripe.Refund | null> {
  const data = await refundsOf(stripe, request.paymentIntentId);
  return data.find((refund) => refund.metadata?.refund_id === request.refundId) ?? null;
}

/**
 * A refund somebody made by hand at Stripe that gives back exactly what is asked for now, or null. One that belongs to
 * another refund of the portal, or has failed, is none.
 */
export async function adoptableRefund(
  stripe: Stripe,
  request: { paymentIntentId: string; amount: number },
): Promise<Stripe.Refund | null> {
  const data = await refundsOf(stripe, request.paymentIntentId);
  const standing = data.filter((refund) => statusOf(refund.status) !== 'failed');
  return (
    standing.find((refund) => refund.amount === request.amount && refund.metadata?.refund_id === undefined) ?? null
  );
}

/** @param asked what a stand-in that does not repeat it was asked for */
export function refundOutcome(refund: Stripe.Refund, asked: { readonly amount: number }): RefundOutcome {
  return {
    stripeRefundId: refund.id,
    amount: refund.amount ?? asked.amount,
    status: statusOf(refund.status),
    failureReason: refund.failure_reason ?? null,
  };
}

/** Stripe's refund status in the portal's three; a status we do not know yet is still under way. */
export function statusOf(status: string | null | undefined): RefundOutcome['status'] {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'failed' || status === 'canceled') return 'failed';
  return 'pending';
}
