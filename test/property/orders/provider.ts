import { type Clock, PaymentsError } from '../../../src/commands/ports.js';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import type { PaymentMessage, Payments, RefundMessage } from '../../../src/processes/ports/payments.js';

interface Intent {
  readonly id: string;
  readonly orderId: OrderId;
  readonly amount: number;
  readonly currency: string;
  state: 'open' | 'succeeded' | 'cancelled';
}

interface Refund {
  readonly id: string;
  /** The portal's id of it, null for one made by hand. */
  readonly refundId: string | null;
  readonly intent: Intent;
  readonly amount: number;
  status: 'pending' | 'succeeded' | 'failed';
}

/** A small model of the payment provider: who has the money, and what it has to tell of it. */
export interface Provider {
  readonly payments: Payments;
  readonly intents: readonly Intent[];
  readonly refunds: readonly Refund[];
  /** Everything there is to tell, in the order it happened; a test decides when and how often it arrives. */
  readonly messages: readonly PaymentMessage[];
  /** The buyer pays, unless there is nothing (left) to pay. */
  pay(orderId: OrderId): void;
  /** A person refunds at the dashboard: `amount`, or less when less is left. */
  refundByHand(orderId: OrderId, amount: number): void;
  /** The bank sends back a refund that stands: the `pick`-th, modulo their number. */
  bounce(orderId: OrderId, pick: number): void;
  /** The next refunds are answered `pending` and succeed when asked to. */
  refundsArePending(pending: boolean): void;
  completePending(): void;
  /** Refunds are made, and their answers get lost. */
  refundAnswersGetLost(lost: boolean): void;
  /** What the order's buyer has paid and not got back. */
  held(orderId: OrderId): number;
}

export function createProvider(clock: Clock): Provider {
  const intents: Intent[] = [];
  const refunds: Refund[] = [];
  /** What each idempotency key came with first. */
  const asked = new Map<string, number>();
  const messages: PaymentMessage[] = [];
  let pending = false;
  let lost = false;
  const now = () => clock.now().toISOString();
  const standing = (intent: Intent) =>
    refunds.filter((refund) => refund.intent === intent && refund.status !== 'failed').reduce(sumAmounts, 0);
  const about = ({ id, currency }: Intent) => ({ paymentIntentId: id, currency, at: now() });

  const messageOf = ({ id: stripeRefundId, refundId, amount, status, intent }: Refund): RefundMessage => ({
    kind: 'refund',
    stripeRefundId,
    refundId,
    amount,
    status,
    reason: 'r',
    orderId: intent.orderId,
    ...about(intent),
  });
  const tell = (refund: Refund) => messages.push(messageOf(refund));
  const refund = (intent: Intent, amount: number, refundId: string | null): Refund => {
    const made: Refund = { id: `re_${refunds.length + 1}`, refundId, intent, amount, status: 'pending' };
    refunds.push(made);
    if (!pending) made.status = 'succeeded';
    tell(made);
    const amountRefunded = standing(intent);
    messages.push({ kind: 'charge-refunded', amountRefunded, orderId: intent.orderId, ...about(intent) });
    return made;
  };
  const intentOf = (orderId: OrderId) => intents.find((intent) => intent.orderId === orderId);
  const view = ({ id }: Intent) => ({ paymentIntentId: id, clientSecret: 's' });

  return {
    intents,
    refunds,
    messages,
    payments: {
      async createPaymentIntent({ orderId, amount, currency }) {
        const known = intentOf(orderId);
        if (known) return view(known);
        const intent: Intent = { id: `pi_${intents.length + 1}`, orderId, amount, currency, state: 'open' };
        intents.push(intent);
        return view(intent);
      },
      async paymentIntent(id) {
        const intent = intents.find((one) => one.id === id);
        if (!intent) throw new PaymentsError('no such intent', true, 'resource_missing');
        return view(intent);
      },
      async cancelPaymentIntent(id) {
        const intent = intents.find((one) => one.id === id);
        if (intent?.state === 'succeeded') throw new PaymentsError('paid', true, 'payment_intent_unexpected_state');
        if (intent) intent.state = 'cancelled';
      },
      async refund({ refundId, paymentIntentId, amount }) {
        const intent = intents.find((one) => one.id === paymentIntentId);
        if (intent?.state !== 'succeeded') throw new PaymentsError('not paid', true, 'charge_not_paid');
        const answer = ({ id, amount, status }: Refund) => ({
          stripeRefundId: id,
          amount,
          status,
          failureReason: null,
        });
        const own = refunds.find((one) => one.refundId === refundId);
        if (own) return answer(own);
        if ((asked.get(refundId) ?? amount) !== amount) {
          throw new PaymentsError('asked for another amount before', true, 'idempotency_error');
        }
        asked.set(refundId, amount);
        const left = intent.amount - standing(intent);
        if (left === 0) {
          const adoptable = refunds.find(
            (one) => one.intent === intent && one.refundId === null && one.amount === amount && one.status !== 'failed',
          );
          if (adoptable) return answer(adoptable);
          throw new PaymentsError('refunded already', true, 'charge_already_refunded');
        }
        if (amount > left) throw new PaymentsError('more than is left', true, 'amount_too_large');
        const made = refund(intent, amount, refundId);
        if (lost) throw new PaymentsError('no answer', false, 'ETIMEDOUT');
        return answer(made);
      },
      refundsOf: async (paymentIntentId) =>
        refunds.filter(({ intent }) => intent.id === paymentIntentId).map(messageOf),
    },
    pay(orderId) {
      const intent = intentOf(orderId);
      if (intent?.state !== 'open') return;
      intent.state = 'succeeded';
      messages.push({
        kind: 'payment-succeeded',
        orderId,
        amount: intent.amount,
        ...about(intent),
      });
    },
    refundByHand(orderId, amount) {
      const intent = intentOf(orderId);
      if (intent?.state !== 'succeeded') return;
      const most = Math.min(amount, intent.amount - standing(intent));
      if (most > 0) refund(intent, most, null);
    },
    bounce(orderId, pick) {
      const standing = refunds.filter(({ intent, status }) => intent.orderId === orderId && status === 'succeeded');
      const bounced = standing[pick % Math.max(1, standing.length)];
      if (!bounced) return;
      bounced.status = 'failed';
      tell(bounced);
    },
    refundsArePending(next) {
      pending = next;
    },
    refundAnswersGetLost(next) {
      lost = next;
    },
    completePending() {
      for (const one of refunds.filter(({ status }) => status === 'pending')) {
        one.status = 'succeeded';
        tell(one);
      }
    },
    held(orderId) {
      const intent = intentOf(orderId);
      if (intent?.state !== 'succeeded') return 0;
      const back = refunds.filter((one) => one.intent === intent && one.status === 'succeeded').reduce(sumAmounts, 0);
      return intent.amount - back;
    },
  };
}

function sumAmounts(sum: number, { amount }: { amount: number }): number {
  return sum + amount;
}
