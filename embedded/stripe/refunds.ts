import type { Collection, Journal } from '../shared/journal.js';
import { refused } from './errors.js';
import type { Form } from './form.js';
import { newRefund, type RefundMode } from './new-objects.js';
import { type Charge, newId, type PaymentIntent, type Refund } from './objects.js';
import { refundParams } from './params.js';
import { chargeOf, type Emit, found, stored } from './records.js';

/** The state machine of refunds. */
export interface Refunds {
  readonly refunds: Collection<Refund>;
  createRefund(params: Form): Refund;
  refund(id: string): Refund;
  /** Those of an intent, of a charge, or all; newest first. */
  refundsOf(filter: { paymentIntent: string | undefined; charge: string | undefined }): Refund[];
  failRefund(id: string, reason: string): Refund;
  succeedRefund(id: string): Refund;
  setRefundMode(mode: RefundMode): void;
}

/**
 * @param charges is what is refunded
 * @param intent finds what was paid, by its id
 */
export function createRefunds(
  journal: Journal,
  charges: Collection<Charge>,
  intent: (id: string) => PaymentIntent,
  emit: Emit,
): Refunds {
  const refunds = journal.collection<Refund>('refunds');
  let refundMode: RefundMode = 'instant';

  const refund = (id: string) => found(refunds.get(id), 'refund', id);
  const adjustRefunded = (charge: Charge, by: number): Charge => {
    const amount = charge.amount_refunded + by;
    return stored(charges, { ...charge, amount_refunded: amount, refunded: amount === charge.amount });
  };

  const settle = (pending: Refund): Refund => {
    const { failure_reason: _, ...rest } = pending;
    return stored(refunds, { ...rest, status: 'succeeded', balance_transaction: newId('txn') });
  };

  return {
    refunds,
    refund,

    createRefund(form) {
      const params = refundParams(form);
      const charge =
        params.charge === undefined
          ? chargeOf(charges, intent(params.paymentIntent ?? ''))
          : found(charges.get(params.charge), 'charge', params.charge);
      const left = charge.amount - charge.amount_refunded;
      if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
      const amount = params.amount ?? left;
      if (amount > left) {
        throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
      }
      const created = stored(refunds, newRefund(charge, amount, params, refundMode));
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

    failRefund(id, reason) {
      const current = refund(id);
      if (current.status === 'failed') throw refused(`Refund ${id} has already failed.`);
      const failed = stored(refunds, { ...current, status: 'failed', failure_reason: reason });
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

    setRefundMode(mode) {
      refundMode = mode;
    },
  };
}
