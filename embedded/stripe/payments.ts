import type { Collection, Journal } from '../shared/journal.js';
import { refused } from './errors.js';
import type { Form } from './form.js';
import { newCharge, newDispute, newIntent, seconds } from './new-objects.js';
import type { Charge, Dispute, PaymentIntent } from './objects.js';
import { intentParams } from './params.js';
import { chargeOf, type Emit, found, stored } from './records.js';

/** The state machine of payment intents, their charges and disputes. */
export interface Payments {
  readonly intents: Collection<PaymentIntent>;
  createIntent(params: Form): PaymentIntent;
  intent(id: string): PaymentIntent;
  cancelIntent(id: string, reason: string | null): PaymentIntent;
  /** The buyer pays. `amount` and `currency` override what was asked, for tests of disagreeing payments. */
  pay(id: string, options: { times?: number; amount?: number; currency?: string; delayMs?: number }): PaymentIntent;
  /** The buyer's card is declined. */
  decline(id: string, reason: string): PaymentIntent;
  openDispute(intentId: string, reason: string): Dispute;
}

/** @param charges is where the charges of payments go, and where they are marked as disputed */
export function createPayments(journal: Journal, charges: Collection<Charge>, emit: Emit): Payments {
  const intents = journal.collection<PaymentIntent>('payment_intents');
  const intent = (id: string) => found(intents.get(id), 'payment_intent', id);
  const payable = (id: string): PaymentIntent => {
    const current = intent(id);
    if (current.status !== 'succeeded' && current.status !== 'canceled') return current;
    throw refused(
      `This PaymentIntent's status is ${current.status}; it cannot be confirmed.`,
      'payment_intent_unexpected_state',
    );
  };

  return {
    intents,
    intent,

    createIntent(form) {
      const created = stored(intents, newIntent(intentParams(form)));
      emit('payment_intent.created', created);
      return created;
    },

    cancelIntent(id, reason) {
      const current = intent(id);
      if (current.status === 'canceled' || current.status === 'succeeded') {
        throw refused(
          `You cannot cancel this PaymentIntent because it has a status of ${current.status}.`,
          'payment_intent_unexpected_state',
        );
      }
      const canceled = stored(intents, {
        ...current,
        status: 'canceled',
        canceled_at: seconds(),
        cancellation_reason: reason,
      });
      emit('payment_intent.canceled', canceled);
      return canceled;
    },

    pay(id, { times, amount, currency, delayMs }) {
      const current = payable(id);
      const asked = { ...current, amount: amount ?? current.amount, currency: currency ?? current.currency };
      const charge = stored(charges, newCharge(asked));
      const paid = stored(intents, {
        ...asked,
        amount_received: asked.amount,
        status: 'succeeded',
        latest_charge: charge.id,
        payment_method: charge.payment_method,
        last_payment_error: null,
      });
      emit('charge.succeeded', charge, { delayMs });
      emit('payment_intent.succeeded', paid, { times, delayMs });
      return paid;
    },

    decline(id, reason) {
      const current = payable(id);
      const declined = stored(intents, {
        ...current,
        status: 'requires_payment_method',
        last_payment_error: {
          type: 'card_error',
          code: 'card_declined',
          decline_code: reason,
          message: 'Your card was declined.',
        },
      });
      emit('payment_intent.payment_failed', declined);
      return declined;
    },

    openDispute(intentId, reason) {
      const charge = stored(charges, { ...chargeOf(charges, intent(intentId)), disputed: true });
      const dispute = newDispute(charge, reason);
      emit('charge.dispute.created', dispute);
      return dispute;
    },
  };
}
