import type { Collection, Journal } from '../shared/journal.js';
import { invalidParameter, missing, refused } from './errors.js';
import type { Form } from './form.js';
import { newCharge, newDispute, newIntent, newRefund, type RefundMode, seconds } from './new-objects.js';
import { type Charge, type Dispute, newId, type PaymentIntent, type Refund } from './objects.js';
import { intentParams, refundParams } from './params.js';

/** What an event of the account is about, and how its webhook is to be delivered. */
export type Emit = (
  type: string,
  object: PaymentIntent | Charge | Refund | Dispute,
  delivery?: { times?: number | undefined; delayMs?: number | undefined },
) => void;

/** One Stripe account: the state machine of payment intents, charges, refunds and disputes. */
export interface Account {
  readonly intents: Collection<PaymentIntent>;
  readonly refunds: Collection<Refund>;
  createIntent(params: Form): PaymentIntent;
  intent(id: string): PaymentIntent;
  cancelIntent(id: string, reason: string | null): PaymentIntent;
  createRefund(params: Form): Refund;
  refund(id: string): Refund;
  refundsOf(filter: { paymentIntent?: string; charge?: string }): Refund[];
  /** The buyer pays. `amount` and `currency` override what was asked, for tests of disagreeing payments. */
  pay(id: string, options: { times?: number; amount?: number; currency?: string; delayMs?: number }): PaymentIntent;
  /** The buyer's card is declined. */
  decline(id: string, reason: string): PaymentIntent;
  failRefund(id: string, reason: string): Refund;
  succeedRefund(id: string): Refund;
  openDispute(intentId: string, reason: string): Dispute;
  setRefundMode(mode: RefundMode): void;
}

/** @param emit is called once per event, in the order in which things happen */
export function createAccount(journal: Journal, emit: Emit): Account {
  const intents = journal.collection<PaymentIntent>('payment_intents');
  const charges = journal.collection<Charge>('charges');
  const refunds = journal.collection<Refund>('refunds');
  let refundMode: RefundMode = 'instant';

  const save = {
    intent: (intent: PaymentIntent) => stored(intents, intent),
    charge: (charge: Charge) => stored(charges, charge),
    refund: (refund: Refund) => stored(refunds, refund),
  };
  const intent = (id: string) => found(intents.get(id), 'payment_intent', id);
  const refund = (id: string) => found(refunds.get(id), 'refund', id);
  const chargeOf = (paid: PaymentIntent): Charge => {
    const charge = paid.latest_charge === null ? undefined : charges.get(paid.latest_charge);
    if (charge === undefined)
      throw refused(`This PaymentIntent (${paid.id}) does not have a successful charge to refund.`);
    return charge;
  };
  const adjustRefunded = (charge: Charge, by: number): Charge => {
    const amount = charge.amount_refunded + by;
    return save.charge({ ...charge, amount_refunded: amount, refunded: amount === charge.amount });
  };

  const settle = (pending: Refund): Refund => {
    const { failure_reason: _, ...rest } = pending;
    return save.refund({ ...rest, status: 'succeeded', balance_transaction: newId('txn') });
  };

  return {
    intents,
    refunds,
    intent,
    refund,

    createIntent(form) {
      const created = save.intent(newIntent(intentParams(form)));
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
      const canceled = save.intent({
        ...current,
        status: 'canceled',
        canceled_at: seconds(),
        cancellation_reason: reason,
      });
      emit('payment_intent.canceled', canceled);
      return canceled;
    },

    createRefund(form) {
      const params = refundParams(form);
      const charge =
        params.charge === undefined
          ? chargeOf(intent(params.paymentIntent ?? ''))
          : found(charges.get(params.charge), 'charge', params.charge);
      const left = charge.amount - charge.amount_refunded;
      if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
      const amount = params.amount ?? left;
      if (amount > left) {
        throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
      }
      const created = save.refund(newRefund(charge, amount, params, refundMode));
      const refunded = adjustRefunded(charge, amount);
      emit('refund.created', created);
      emit('charge.refunded', refunded);
      if (created.status === 'succeeded') emit('refund.updated', created);
      return created;
    },

    refundsOf({ paymentIntent, charge }) {
      return [...refunds.values()]
        .filter((one) => paymentIntent === undefined || one.payment_intent === paymentIntent)
        .filter((one) => charge === undefined || one.charge === charge)
        .reverse();
    },

    pay(id, { times, amount, currency, delayMs }) {
      const current = intent(id);
      if (current.status === 'succeeded' || current.status === 'canceled') {
        throw refused(
          `This PaymentIntent's status is ${current.status}; it cannot be confirmed.`,
          'payment_intent_unexpected_state',
        );
      }
      const asked = { ...current, amount: amount ?? current.amount, currency: currency ?? current.currency };
      const charge = save.charge(newCharge(asked));
      const paid = save.intent({
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
      const current = intent(id);
      if (current.status === 'succeeded' || current.status === 'canceled') {
        throw refused(
          `This PaymentIntent's status is ${current.status}; it cannot be confirmed.`,
          'payment_intent_unexpected_state',
        );
      }
      const declined = save.intent({
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

    failRefund(id, reason) {
      const current = refund(id);
      if (current.status === 'failed') throw refused(`Refund ${id} has already failed.`);
      const failed = save.refund({ ...current, status: 'failed', failure_reason: reason });
      const charge = charges.get(failed.charge);
      if (charge !== undefined) adjustRefunded(charge, -failed.amount);
      emit('refund.updated', failed);
      emit('refund.failed', failed);
      return failed;
    },

    succeedRefund(id) {
      const current = refund(id);
      if (current.status !== 'pending') throw refused(`Refund ${id} is ${current.status}.`);
      const succeeded = settle(current);
      emit('refund.updated', succeeded);
      return succeeded;
    },

    openDispute(intentId, reason) {
      const charge = save.charge({ ...chargeOf(intent(intentId)), disputed: true });
      const dispute = newDispute(charge, reason);
      emit('charge.dispute.created', dispute);
      return dispute;
    },

    setRefundMode(mode) {
      refundMode = mode;
    },
  };
}

function stored<Value extends { id: string }>(collection: Collection<Value>, value: Value): Value {
  collection.put(value.id, value);
  return value;
}

function found<Value>(value: Value | undefined, kind: string, id: string): Value {
  if (id === '') throw invalidParameter(`Missing required param: ${kind}.`, kind, 'parameter_missing');
  if (value === undefined) throw missing(kind, id, kind === 'payment_intent' ? 'intent' : 'id');
  return value;
}
