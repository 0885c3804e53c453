import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createStripeWebhookVerifier } from '../../../src/adapters/stripe/webhooks.js';

const secret = 'whsec_unit';
const verifier = createStripeWebhookVerifier({ webhookSecret: secret, secretKey: 'sk_test_1' });
const verify = verifier.verify;
const interpret = (payload: unknown) => verifier.interpret(payload, at);

const created = 1_772_357_400;
const at = '2026-03-01T09:30:00.000Z';
const event = (type: string, object: object) => ({ id: 'evt_1', object: 'event', type, created, data: { object } });

function signed(payload: string, options: { secret?: string; timestamp?: number } = {}) {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, ...options });
}

describe('a signature', () => {
  const payload = JSON.stringify(event('payment_intent.succeeded', {}));
  const now = () => Math.floor(Date.now() / 1000);

  it('of the endpoint lets the event in', () => {
    expect(verify(Buffer.from(payload), signed(payload))).toEqual({
      eventId: 'evt_1',
      type: 'payment_intent.succeeded',
      createdAt: at,
      payload: JSON.parse(payload),
    });
  });

  it.each([
    ['by another secret', payload, signed(payload, { secret: 'whsec_other' })],
    ['of another body', payload.replace('evt_1', 'evt_2'), signed(payload)],
    ['older than five minutes', payload, signed(payload, { timestamp: now() - 310 })],
    ['that is empty', payload, ''],
    ['that is nonsense', payload, 't=abc,v1=zz'],
    ['that is missing', payload, `t=${now()},v1`],
    ['with no value', payload, `t=${now()},v1=`],
    ['that is not ASCII', payload, `t=${now()},v1=${'é'.repeat(64)}`],
  ])('%s does not', (_, body, signature) => {
    expect(verify(Buffer.from(body), signature)).toBeNull();
  });

  it.each(['v1', 'v1=', `v1=${'é'.repeat(64)}`, `v1=${'0'.repeat(64)}`, 'v0=', 'v10=x'])(
    'beside another (%s) lets the event in',
    (other) => {
      const [time, good] = signed(payload).split(',');
      expect(verify(Buffer.from(payload), `${time},${other},${good}`)).not.toBeNull();
      expect(verify(Buffer.from(payload), `${time},${good},${other}`)).not.toBeNull();
    },
  );

  it('that cannot be verified does not', () => {
    const signature = signed(payload);
    const { signature: verifier } = Stripe.webhooks;
    Stripe.webhooks.signature = null;
    try {
      expect(verify(Buffer.from(payload), signature)).toBeNull();
    } finally {
      Stripe.webhooks.signature = verifier;
    }
  });

  it('just within five minutes still does', () => {
    expect(verify(Buffer.from(payload), signed(payload, { timestamp: now() - 280 }))).not.toBeNull();
  });

  it.each([
    'not json',
    '[]',
    '{"id":"evt_1"}',
    '{"id":"evt_1","type":"x","created":"yesterday"}',
    '{"id":"evt_1","type":"x","created":253402300800}',
    '{"id":"evt_1","type":"x","created":-62198755200}',
    '{"id":"evt_1","type":"\\u0000","created":1}',
    `{"id":"${'e'.repeat(256)}","type":"x","created":1}`,
  ])('over a body that is no event is an error: %s', (body) => {
    expect(() => verify(Buffer.from(body), signed(body))).toThrow(
      expect.objectContaining({ name: 'UnusableWebhookError' }),
    );
  });

  it('over one that is nested without end is an error, too', () => {
    const body = `{"id":"evt_1","type":"x","created":1,"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(() => verify(Buffer.from(body), signed(body))).toThrow(/nested more than 100 levels/);
  });

  it('lets the newer kind of event in, too', () => {
    const body = JSON.stringify({ id: 'evt_2', object: 'v2.core.event', type: 'v2.x', created: at });
    expect(verify(Buffer.from(body), signed(body))).toMatchObject({ eventId: 'evt_2', createdAt: at });
  });

  it.each([{}, { created: null }])('lets an event in that does not tell when it was created: %o', (time) => {
    const body = JSON.stringify({ id: 'evt_3', type: 'payment_intent.succeeded', ...time });
    expect(verify(Buffer.from(body), signed(body))).toMatchObject({ eventId: 'evt_3', createdAt: null });
  });
});

describe('messages', () => {
  const metadata = { order_id: 'o-1' };
  const intent = { id: 'pi_1', amount: 1_000, amount_received: 900, currency: 'usd', metadata };

  it('of payments', () => {
    expect(interpret(event('payment_intent.succeeded', intent))).toEqual({
      kind: 'payment-succeeded',
      paymentIntentId: 'pi_1',
      orderId: 'o-1',
      amount: 900,
      currency: 'USD',
      at,
    });
    const last_payment_error = { code: 'card_declined', decline_code: 'insufficient_funds', message: 'Declined.' };
    expect(interpret(event('payment_intent.payment_failed', { ...intent, last_payment_error }))).toEqual({
      kind: 'payment-failed',
      paymentIntentId: 'pi_1',
      orderId: 'o-1',
      reason: 'insufficient_funds',
      at,
    });
    expect(interpret(event('payment_intent.canceled', { id: 'pi_1', metadata: { order_id: '' } }))).toEqual({
      kind: 'payment-cancelled',
      paymentIntentId: 'pi_1',
      orderId: null,
      at,
    });
  });

  const refund = { id: 're_1', amount: 500, currency: 'eur', payment_intent: 'pi_1', metadata, status: 'succeeded' };

  it.each([
    ['refund.created', 'pending', 'pending'],
    ['refund.created', 'requires_action', 'pending'],
    ['refund.created', null, 'pending'],
    ['refund.updated', 'succeeded', 'succeeded'],
    ['refund.updated', 'failed', 'failed'],
    ['refund.updated', 'canceled', 'failed'],
    ['refund.failed', 'succeeded', 'failed'],
  ])('of %s with status %s: %s', (type, status, expected) => {
    expect(interpret(event(type, { ...refund, status, failure_reason: 'unknown' }))).toEqual({
      kind: 'refund',
      stripeRefundId: 're_1',
      refundId: null,
      paymentIntentId: 'pi_1',
      orderId: 'o-1',
      amount: 500,
      currency: 'EUR',
      status: expected,
      reason: 'unknown',
      at,
    });
  });

  it('of a refund of our own says which one it is', () => {
    const own = { ...refund, metadata: { ...metadata, refund_id: 'o-1-2' } };
    expect(interpret(event('refund.failed', own))).toMatchObject({ refundId: 'o-1-2', status: 'failed' });
  });

  it('of charges and disputes, with the intent as an id, expanded or missing', () => {
    const charge = { id: 'ch_1', amount_refunded: 300, currency: 'usd', metadata };
    const read = (payment_intent?: unknown) => interpret(event('charge.refunded', { ...charge, payment_intent }));
    expect(read('pi_1')).toEqual({
      kind: 'charge-refunded',
      paymentIntentId: 'pi_1',
      orderId: 'o-1',
      amountRefunded: 300,
      currency: 'USD',
      at,
    });
    expect(read({ id: 'pi_1', object: 'payment_intent' })).toMatchObject({ paymentIntentId: 'pi_1' });
    expect(read(null)).toMatchObject({ paymentIntentId: null });
    expect(read()).toMatchObject({ paymentIntentId: null });

    const dispute = { id: 'dp_1', amount: 1_000, currency: 'usd', payment_intent: 'pi_1', reason: 'fraudulent' };
    expect(interpret(event('charge.dispute.created', dispute))).toEqual({
      kind: 'dispute',
      disputeId: 'dp_1',
      paymentIntentId: 'pi_1',
      orderId: null,
      amount: 1_000,
      currency: 'USD',
      reason: 'fraudulent',
      at,
    });
  });

  it.each([
    ['payment_intent.succeeded', intent],
    ['refund.updated', refund],
    ['charge.refunded', { id: 'ch_1', amount_refunded: 300, metadata }],
  ])('of %s need not name the currency', (type, object) => {
    for (const currency of [undefined, null]) {
      expect(interpret(event(type, { ...object, currency }))).toMatchObject({ currency: null });
    }
  });

  it.each(['payment_intent.created', 'charge.succeeded', 'customer.created', 'constructor', '__proto__'])(
    'of %s there are none',
    (type) => {
      expect(interpret(event(type, intent))).toBeNull();
    },
  );

  it.each([
    [
      'a time as text and no object',
      { id: 'evt_2', object: 'v2.core.event', type: 'v2.core.account.updated', created: at },
    ],
    ['nothing but a type', { type: 'customer.created' }],
  ])('of a type that nobody handles there are none, whatever its shape: %s', (_what, payload) => {
    expect(interpret(payload)).toBeNull();
  });

  it.each([
    ['payment_intent.succeeded', { ...intent, amount: undefined, amount_received: undefined }],
    ['payment_intent.succeeded', { ...intent, amount_received: 9.5 }],
    ['payment_intent.canceled', {}],
    ['payment_intent.canceled', { ...intent, id: 'i'.repeat(256) }],
    ['refund.created', { ...refund, amount: '500' }],
    ['charge.refunded', { id: 'ch_1', currency: 'usd' }],
    ['charge.dispute.created', { id: 'dp_1' }],
    ['charge.dispute.created', { id: 'dp_1', amount: 100, currency: 'usdc' }],
    ['payment_intent.succeeded', { ...intent, amount_received: 2 ** 53 }],
  ])('that cannot be used are named: %s', (type, object) => {
    expect(() => interpret(event(type, object))).toThrow(
      expect.objectContaining({ name: 'UnusableWebhookError', eventId: 'evt_1', eventType: type }),
    );
  });
});

describe('the mode of an event', () => {
  const intent = { id: 'pi_1', amount_received: 100, currency: 'usd' };
  const read = (secretKey: string, change: object, type = 'payment_intent.succeeded') =>
    createStripeWebhookVerifier({ webhookSecret: secret, secretKey }).interpret(
      { ...event(type, intent), ...change },
      at,
    );

  it.each([
    ['sk_live_1', { livemode: false }, 'of the test mode, and STRIPE_SECRET_KEY of the live mode'],
    ['rk_live_1', { livemode: false }, 'of the test mode'],
    ['sk_test_1', { livemode: true }, 'of the live mode, and STRIPE_SECRET_KEY of the test mode'],
  ])('that is not that of %s lets it do nothing', (key, change, reason) => {
    expect(() => read(key, change)).toThrow(reason);
    expect(read(key, change, 'payment_intent.created')).toBeNull();
  });

  it.each([
    ['sk_live_1', { livemode: true }],
    ['rk_test_1', { livemode: false }],
    ['sk_org_live_1', { livemode: true }],
    ['sk_embedded', { livemode: true }],
    ['sk_live_1', {}],
  ])('that is that of %s, or not known, changes nothing', (key, change) => {
    expect(read(key, change)).toMatchObject({ kind: 'payment-succeeded' });
  });
});
