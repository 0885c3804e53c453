import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StripeSim } from '../../../embedded/stripe/server.js';
import { createStripePayments } from '../../../src/adapters/stripe/payments.js';
import { createLogger, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';
import { createMetrics, type PrometheusMetrics } from '../../../src/adapters/telemetry/metrics.js';
import type { PaymentsError } from '../../../src/commands/ports.js';
import type { Payments } from '../../../src/processes/ports/payments.js';
import { control, officialClient, secretKey, startSim } from '../../contract/stripe-sim/support.js';

let sim: StripeSim;
let logger: PortalLogger;
let metrics: PrometheusMetrics;
let payments: Payments;

beforeEach(async () => {
  sim = await startSim();
  logger = createLogger({ level: 'silent', dir: null, pretty: false });
  metrics = createMetrics();
  payments = connect();
});
afterEach(async () => {
  logger.close();
  await sim.close();
});

function connect(settings: { secretKey?: string; timeoutMs?: number; apiBase?: string } = {}): Payments {
  return createStripePayments({
    secretKey: secretKey,
    apiBase: sim.url,
    timeoutMs: 2_000,
    logger,
    metrics,
    ...settings,
  });
}

const order = {
  orderId: 'o-1',
  orderNumber: 'VL-1001',
  amount: 12_500,
  currency: 'USD',
  receiptEmail: 'buyer@example.com',
  earlier: 0,
};
const refundOf = (paymentIntentId: string, change: Partial<Parameters<Payments['refund']>[0]> = {}) => ({
  refundId: 'r-1',
  orderId: 'o-1',
  paymentIntentId,
  amount: 12_500,
  reason: 'cancelled by the buyer',
  ...change,
});
const pay = (id: string) => control(sim, 'POST', `/payment_intents/${id}/pay`);
const failure = (promise: Promise<unknown>): Promise<PaymentsError> =>
  promise.then(
    () => expect.fail('it succeeded'),
    (error: PaymentsError) => error,
  );
const requests = async (match: string) => {
  const ledger = await control<{ requests: { method: string; path: string; idempotencyKey: string | null }[] }>(
    sim,
    'GET',
    '/ledger',
  );
  return ledger.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(match));
};

async function paidIntent(): Promise<string> {
  const { paymentIntentId } = await payments.createPaymentIntent(order);
  await pay(paymentIntentId);
  return paymentIntentId;
}

describe('a stand-in', () => {
  it('may have an IPv6 address', async ({ skip }) => {
    const there = await startSim({ host: '::1' }).catch(() => skip('this machine has no IPv6'));
    try {
      const { createPaymentIntent } = connect({ apiBase: `http://[::1]:${there.port}` });
      expect(await createPaymentIntent(order)).toHaveProperty('paymentIntentId');
    } finally {
      await there.close();
    }
  });
});

it.each(['', '/', '/v1', '/v1/', '/stripe', '/stripe/', '/a/stripe/v1'])(
  'a stand-in is found at any address: with %j behind its port',
  async (folder) => {
    const paths: unknown[] = [];
    const there = createServer(({ url }, answer) => {
      paths.push(url);
      answer.end(JSON.stringify({ id: 'pi_1', client_secret: 's' }));
    }).listen(0, '127.0.0.1');
    await once(there, 'listening');
    try {
      const apiBase = `http://127.0.0.1:${(there.address() as AddressInfo).port}${folder}`;
      await connect({ apiBase }).createPaymentIntent(order);
      expect(paths).toEqual([`${folder.replace(/\/?(v1)?\/?$/, '')}/v1/payment_intents`]);
    } finally {
      there.closeAllConnections();
      there.close();
    }
  },
);

describe('a stand-in that keeps no list of refunds', () => {
  it.each([
    ['an error of Stripe', '{"error":{"type":"invalid_request_error","message":"Unrecognized request URL"}}'],
    ['JSON', '{"message":"not found"}'],
    ['nothing', ''],
  ])('and answers %s makes refunds all the same', async (_what, nothingThere) => {
    const keys: unknown[] = [];
    const there = createServer(({ method, headers }, answer) => {
      if (method === 'GET') return answer.writeHead(404).end(nothingThere);
      keys.push(headers['idempotency-key']);
      return answer.end(JSON.stringify({ id: 're_1', amount: 12_500, status: 'succeeded' }));
    }).listen(0, '127.0.0.1');
    await once(there, 'listening');
    try {
      const { refund } = connect({ apiBase: `http://127.0.0.1:${(there.address() as AddressInfo).port}` });
      expect(await refund(refundOf('pi_1'))).toMatchObject({ stripeRefundId: 're_1', status: 'succeeded' });
      expect(keys).toEqual(['refund-r-1']);
    } finally {
      there.closeAllConnections();
      there.close();
    }
  });
});

it('a stand-in that tells of a refund no more than which one it is, is told what was asked', async () => {
  const there = createServer(({ method }, answer) => {
    const refund = { id: 're_1', status: 'succeeded' };
    answer.end(JSON.stringify(method === 'GET' ? { data: [{ ...refund, amount: 500 }] } : refund));
  }).listen(0, '127.0.0.1');
  await once(there, 'listening');
  try {
    const { refund, refundsOf } = connect({ apiBase: `http://127.0.0.1:${(there.address() as AddressInfo).port}` });
    expect(await refund(refundOf('pi_1'))).toMatchObject({ stripeRefundId: 're_1', amount: 12_500 });
    expect(await refundsOf('pi_1')).toMatchObject([{ stripeRefundId: 're_1', amount: 500, currency: null }]);
  } finally {
    there.closeAllConnections();
    there.close();
  }
});

describe('payment intents', () => {
  it('carry the order and speak the currency of the portal', async () => {
    const intent = await payments.createPaymentIntent(order);
    expect(intent.clientSecret).toContain(intent.paymentIntentId);

    const seen = await officialClient(sim).paymentIntents.retrieve(intent.paymentIntentId);
    expect(seen).toMatchObject({
      amount: 12_500,
      currency: 'usd',
      status: 'requires_payment_method',
      metadata: { order_id: 'o-1', order_number: 'VL-1001' },
      receipt_email: 'buyer@example.com',
      automatic_payment_methods: { enabled: true },
    });
    expect(await payments.paymentIntent(intent.paymentIntentId)).toEqual(intent);
  });

  it('are made once per order, however often they are asked for', async () => {
    const [first, second] = [await payments.createPaymentIntent(order), await connect().createPaymentIntent(order)];
    expect(second).toEqual(first);
    expect((await requests('POST /v1/payment_intents')).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'order-o-1-intent',
      'order-o-1-intent',
    ]);
  });

  it('are made once when the answer is lost on the way', async () => {
    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', reset: true, after: true });
    await payments.createPaymentIntent(order);
    expect((await officialClient(sim).paymentIntents.list()).data).toHaveLength(1);
  });

  it('are made under a second key when Stripe has stored a failure of its own under the first', async () => {
    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', status: 500, remember: true });
    const intent = await payments.createPaymentIntent(order);
    expect(await payments.createPaymentIntent(order)).toEqual(intent);
    expect((await officialClient(sim).paymentIntents.list()).data).toHaveLength(1);
  });

  it('are cancelled, again without complaint, but not when paid', async () => {
    const { paymentIntentId } = await payments.createPaymentIntent(order);
    await payments.cancelPaymentIntent(paymentIntentId);
    await payments.cancelPaymentIntent(paymentIntentId);
    expect((await officialClient(sim).paymentIntents.retrieve(paymentIntentId)).status).toBe('canceled');

    const other = await payments.createPaymentIntent({ ...order, orderId: 'o-2' });
    await pay(other.paymentIntentId);
    expect(await failure(payments.cancelPaymentIntent(other.paymentIntentId))).toMatchObject({
      final: true,
      code: 'payment_intent_unexpected_state',
    });
  });
});

describe('refunds', () => {
  it('are made once per portal refund', async () => {
    const intent = await paidIntent();
    const first = await payments.refund(refundOf(intent, { amount: 500 }));
    const second = await connect().refund(refundOf(intent, { amount: 500 }));

    expect(first).toEqual({
      stripeRefundId: expect.stringMatching(/^re_/),
      amount: 500,
      status: 'succeeded',
      failureReason: null,
    });
    expect(second).toEqual(first);
    const [refund] = (await officialClient(sim).refunds.list({ payment_intent: intent })).data;
    expect(refund?.metadata).toEqual({ order_id: 'o-1', refund_id: 'r-1', reason: 'cancelled by the buyer' });
    expect((await requests('POST /v1/refunds')).map(({ idempotencyKey }) => idempotencyKey)).toEqual(['refund-r-1']);
  });

  it('are made whatever characters their reason has where it is cut', async () => {
    const intent = await paidIntent();
    const reason = `a${'😀'.repeat(600)}`;
    expect(await payments.refund(refundOf(intent, { reason }))).toMatchObject({ status: 'succeeded' });
    const [refund] = (await officialClient(sim).refunds.list({ payment_intent: intent })).data;
    expect(refund?.metadata?.reason).toBe(`a${'😀'.repeat(249)}`);
  });

  it('are not made again when the answer was a failure although the refund was made', async () => {
    const intent = await paidIntent();
    await control(sim, 'POST', '/faults', { match: 'POST /v1/refunds', status: 500, after: true, times: 10 });
    expect(await failure(payments.refund(refundOf(intent, { amount: 500 })))).toMatchObject({ final: false });

    await control(sim, 'DELETE', '/faults');
    expect(await payments.refund(refundOf(intent, { amount: 500 }))).toMatchObject({ status: 'succeeded' });
    expect((await officialClient(sim).refunds.list({ payment_intent: intent })).data).toHaveLength(1);
  });

  it('are adopted when somebody made the same one by hand', async () => {
    const intent = await paidIntent();
    const byHand = await officialClient(sim).refunds.create({ payment_intent: intent });
    expect(await payments.refund(refundOf(intent))).toEqual({
      stripeRefundId: byHand.id,
      amount: byHand.amount,
      status: 'succeeded',
      failureReason: null,
    });
  });

  it('are refused for good when the money went back in other portions', async () => {
    const intent = await paidIntent();
    await payments.refund(refundOf(intent, { refundId: 'r-0', amount: 12_000 }));
    await officialClient(sim).refunds.create({ payment_intent: intent });
    expect(await failure(payments.refund(refundOf(intent, { amount: 12_000 })))).toMatchObject({
      final: true,
      code: 'charge_already_refunded',
    });
  });

  it('are told as their webhooks tell them, whoever made them', async () => {
    const intent = await paidIntent();
    await payments.refund(refundOf(intent, { amount: 500 }));
    await officialClient(sim).refunds.create({ payment_intent: intent, amount: 700 });
    const told = (refundId: string | null, orderId: string | null, amount: number) =>
      expect.objectContaining({ refundId, orderId, amount, kind: 'refund', status: 'succeeded', currency: 'USD' });
    expect(await payments.refundsOf(intent)).toEqual([told(null, null, 700), told('r-1', 'o-1', 500)]);
  });

  it('are all known, be they ever so many', async () => {
    const intent = await paidIntent();
    await payments.refund(refundOf(intent, { amount: 50 }));
    for (let made = 0; made < 100; made += 1) {
      await officialClient(sim).refunds.create({ payment_intent: intent, amount: 1 });
    }
    expect(await payments.refundsOf(intent)).toHaveLength(101);
    await payments.refund(refundOf(intent, { amount: 50 }));
    expect(await payments.refundsOf(intent)).toHaveLength(101);
  });

  it('of more than was paid are refused for good', async () => {
    const intent = await paidIntent();
    expect(await failure(payments.refund(refundOf(intent, { amount: 12_501 })))).toMatchObject({ final: true });
  });

  it('tell of a pending and of a failed one', async () => {
    await control(sim, 'POST', '/refunds', { mode: 'pending' });
    const intent = await paidIntent();
    const { stripeRefundId, status } = await payments.refund(refundOf(intent));
    expect(status).toBe('pending');
    await control(sim, 'POST', `/refunds/${stripeRefundId}/fail`, { reason: 'lost_or_stolen_card' });
    expect(await payments.refund(refundOf(intent))).toEqual({
      stripeRefundId,
      amount: 12_500,
      status: 'failed',
      failureReason: 'lost_or_stolen_card',
    });
  });
});

describe('failures', () => {
  it.each([
    [400, true],
    [402, true],
    [403, false],
    [404, true],
    [429, false],
    [500, false],
    [503, false],
  ])('with status %i: final %s', async (status, final) => {
    await control(sim, 'POST', '/faults', { match: 'GET', status, times: 10 });
    expect(await failure(payments.paymentIntent('pi_1'))).toMatchObject({ name: 'PaymentsError', final });
  });

  it.each([
    [503, { message: 'Service Unavailable' }],
    [401, { message: 'Unauthorized' }],
    [200, {}],
    [200, { error: 'backend' }],
  ])('of a gateway in between are no answers of Stripe: %i with %o', async (status, body) => {
    const headers = { 'content-type': 'application/json', 'stripe-should-retry': 'false' };
    const gateway = createServer(({ method }, answer) => {
      const [code, said] = method === 'GET' ? [200, { object: 'list', data: [], has_more: false }] : [status, body];
      answer.writeHead(code, headers).end(JSON.stringify(said));
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    try {
      const there = connect({ apiBase: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` });
      const unusable = { name: 'PaymentsError', final: false };
      expect(await failure(there.createPaymentIntent(order))).toMatchObject(unusable);
      expect(await failure(there.refund(refundOf('pi_1')))).toMatchObject(unusable);
      expect(await failure(there.cancelPaymentIntent('pi_1'))).toMatchObject(unusable);
    } finally {
      gateway.closeAllConnections();
      gateway.close();
    }
  });

  it('that pass within a few repeats are not noticed', async () => {
    const { paymentIntentId } = await payments.createPaymentIntent(order);
    await control(sim, 'POST', '/faults', { match: 'GET', status: 503, times: 2 });
    await payments.paymentIntent(paymentIntentId);
  });

  it('of the network, a time-out and a wrong key can pass', async () => {
    await control(sim, 'POST', '/faults', { match: 'GET', delayMs: 1_000, times: 10 });
    expect(await failure(connect({ timeoutMs: 50 }).paymentIntent('pi_1'))).toMatchObject({ final: false });
    expect(await failure(connect({ apiBase: 'http://127.0.0.1:9' }).paymentIntent('pi_1'))).toMatchObject({
      final: false,
    });
    await control(sim, 'DELETE', '/faults');
    expect(await failure(connect({ secretKey: 'sk_test_old' }).paymentIntent('pi_1'))).toMatchObject({ final: false });
  });

  it('keep a buyer waiting for two tries, not for more', async () => {
    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', delayMs: 10_000, times: 10 });
    expect(await failure(connect({ timeoutMs: 400 }).createPaymentIntent(order))).toMatchObject({ final: false });
    expect(await control(sim, 'GET', '/faults')).toMatchObject({ faults: [{ times: 8 }] });
  });

  it('of an idempotency key: final when it is used for something else, not while its first use still runs', async () => {
    await payments.createPaymentIntent(order);
    expect(await failure(payments.createPaymentIntent({ ...order, amount: 99_00 }))).toMatchObject({ final: true });

    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', delayMs: 60_000 });
    const slow = failure(connect({ timeoutMs: 60_000 }).createPaymentIntent({ ...order, orderId: 'o-2' }));
    await expect.poll(() => control(sim, 'GET', '/faults')).toEqual({ faults: [] });
    expect(await failure(payments.createPaymentIntent({ ...order, orderId: 'o-2' }))).toMatchObject({
      final: false,
      code: 'idempotency_key_in_use',
    });
    await sim.close();
    await slow;
  });

  it('are counted', async () => {
    await payments.createPaymentIntent(order);
    await failure(payments.paymentIntent('pi_none'));
    const text = await metrics.render();
    expect(text).toContain('portal_stripe_requests_total{operation="create-intent",result="ok"} 1');
    expect(text).toContain('portal_stripe_requests_total{operation="get-intent",result="refused"} 1');
  });
});
