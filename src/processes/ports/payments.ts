import type { PaymentGateway } from '../../commands/ports.js';
import type { OrderId } from '../../domain/shared/ids.js';

/** The payment provider (Stripe) as the portal's processes see it. Amounts are integer minor units. */
export interface Payments extends PaymentGateway {
  cancelPaymentIntent(paymentIntentId: string): Promise<void>;
  /** Idempotent by `refundId` (the portal's). @returns the refund as it was made, by whichever attempt @throws PaymentsError */
  refund(request: NewRefund): Promise<RefundOutcome>;
  /** Every refund of a payment, whoever made it, as its webhook would tell. @throws PaymentsError */
  refundsOf(paymentIntentId: string): Promise<readonly RefundMessage[]>;
}

export interface NewRefund {
  readonly refundId: string;
  readonly orderId: OrderId;
  readonly paymentIntentId: string;
  readonly amount: number;
  readonly reason: string;
}

export interface RefundOutcome {
  readonly stripeRefundId: string;
  readonly amount: number;
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly failureReason: string | null;
}

/** What a signed webhook of the payment provider says, in the portal's terms. A currency is null where it does not tell. */
export type PaymentMessage =
  | {
      kind: 'payment-succeeded';
      paymentIntentId: string;
      orderId: OrderId | null;
      amount: number;
      currency: string | null;
      at: string;
    }
  | { kind: 'payment-failed'; paymentIntentId: string; orderId: OrderId | null; reason: string; at: string }
  | { kind: 'payment-cancelled'; paymentIntentId: string; orderId: OrderId | null; at: string }
  | {
      kind: 'refund';
      stripeRefundId: string;
      /** The portal's id of it; null for one made by hand. */
      refundId: string | null;
      paymentIntentId: string | null;
      orderId: OrderId | null;
      amount: number;
      currency: string | null;
      status: 'succeeded' | 'failed' | 'pending';
      reason: string;
      at: string;
    }
  | {
      kind: 'charge-refunded';
      paymentIntentId: string | null;
      orderId: OrderId | null;
      amountRefunded: number;
      currency: string | null;
      at: string;
    }
  | {
      kind: 'dispute';
      disputeId: string;
      paymentIntentId: string | null;
      orderId: OrderId | null;
      amount: number;
      currency: string;
      reason: string;
      at: string;
    };

export type RefundMessage = Extract<PaymentMessage, { kind: 'refund' }>;

export interface WebhookVerifier {
  /**
   * Verifies the signature over the raw body.
   * @returns the event's id, type, creation time and whole payload, or null when the signature is wrong or too old.
   */
  verify(rawBody: Buffer, signature: string): VerifiedWebhook | null;
  /** The message in a verified payload that was created at that time, or null for a type the portal only keeps. */
  interpret(payload: unknown, at: string): PaymentMessage | null;
}

export interface VerifiedWebhook {
  readonly eventId: string;
  readonly type: string;
  /** ISO 8601; null where the event does not tell. */
  readonly createdAt: string | null;
  readonly payload: unknown;
}
