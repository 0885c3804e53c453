import { type Charge, type Dispute, newId, type PaymentIntent, type Refund } from './objects.js';
import type { IntentParams } from './params.js';

/** Instant refunds are a card's; `pending` is what slower payment methods answer first. */
export type RefundMode = 'instant' | 'pending';

/** Now, as Stripe tells the time. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

export function newIntent(params: IntentParams): PaymentIntent {
  const id = newId('pi');
  return {
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: params.automatic ? { enabled: true, allow_redirects: 'always' } : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: newId(`${id}_secret`),
    confirmation_method: 'automatic',
    created: seconds(),
    currency: params.currency,
    customer: null,
    description: params.description,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: params.metadata,
    next_action: null,
    payment_method: null,
    payment_method_types: ['card'],
    receipt_email: params.receiptEmail,
    status: 'requires_payment_method',
  };
}

export function newCharge(intent: PaymentIntent): Charge {
  return {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: intent.amount,
    amount_refunded: 0,
    captured: true,
    created: seconds(),
    currency: intent.currency,
    disputed: false,
    livemode: false,
    metadata: intent.metadata,
    paid: true,
    payment_intent: intent.id,
    payment_method: newId('pm'),
    receipt_email: intent.receipt_email,
    refunded: false,
    status: 'succeeded',
  };
}

export function newRefund(
  charge: Charge,
  amount: number,
  { metadata, reason }: { metadata: Refund['metadata']; reason: string | null },
  mode: RefundMode,
): Refund {
  return {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: mode === 'instant' ? newId('txn') : null,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    status: mode === 'instant' ? 'succeeded' : 'pending',
  };
}

export function newDispute(charge: Charge, reason: string): Dispute {
  return {
    id: newId('dp'),
    object: 'dispute',
    amount: charge.amount,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    is_charge_refundable: true,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response',
  };
}
