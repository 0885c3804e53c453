import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StripeSim } from '../../../embedded/stripe/server.js';
import { createStripePayments } from '../../../src/adapters/stripe/payments.js';
import { createLogger, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';
import { createMetrics, type PrometheusMetrics } from '../../../src/adapters/telemetry/metrics.js';
import type { PaymentsError } from '../../../src/commands/ports.js';
import { asOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import type { Payments } from '../../../src/processes/ports/payments.js';
import { officialClient, secretKey, startSim } from '../../contract/stripe-sim/support.js';
import { control } from '../../support/json-http.js';
import { listen } from '../../support/listen.js';

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
  orderId: asOrderId('o-1'),
  orderNumber: 'VL-1001',
  amount: 12_500,
  currency: 'USD',
  receiptEmail: 'buyer@example.com',
  earlier: 0,
};
const refundOf = (paymentIntentId: string, change: Partial<Parameters<Payments['refund']>[0]> = {}) => ({
  refundId: 'r-1',
  orderId: asOrderId('o-1'),
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

const stripeRefund = {
  id: 're_1',
  object: 'refund',
  amount: 12_500,
  currency: 'usd',
  payment_intent: 'pi_1',
  status: 'succeeded',
  created: 1_700_000_000,
  metadata: { refund_id: 'r-1' },
};
const listOf = (...data: object[]) => ({ object: 'list', data, has_more: false });

function reply(answer: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  answer.writeHead(status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' }).end(text);
}

/** Lets somebody else answer in Stripe's place. */
async function behindGateway(
  answer: RequestListener,
  use: (there: Payments) => Promise<void>,
  { folder = '', ...settings }: { folder?: string; timeoutMs?: number } = {},
): Promise<void> {
  const { url, close } = await listen(createServer(answer));
  try {
    await use(connect({ ...settings, apiBase: url + folder }));
  } finally {
    await close();
  }
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

  it.each([
    ['an error of Stripe', { error: { type: 'invalid_request_error', message: 'Unrecognized request URL' } }],
    ['JSON', { message: 'not found' }],
    ['nothing', ''],
  ])('that keeps no list of refunds, and answers %s, makes them all the same', async (_what, nothingThere) => {
    const keys: unknown[] = [];
    await behindGateway(
      ({ method, headers }, answer) => {
        if (method === 'GET') return reply(answer, 404, nothingThere);
        keys.push(headers['idempotency-key']);
        return reply(answer, 200, { id: 're_1', amount: 12_500, status: 'succeeded' });
      },
      async ({ refund }) =>
        expect(await refund(refundOf('pi_1'))).toMatchObject({ stripeRefundId: 're_1', status: 'succeeded' }),
    );
    expect(keys).toEqual(['refund-r-1']);
  });

  it.each<[string, object]>([
    ['as an object', { id: 're_1', object: 'refund' }],
    ['by its status', { id: 're_1', status: 'succeeded' }],
  ])('may say no more of a refund than that it was made, %s', async (_what, made) => {
    await behindGateway(
      ({ method }, answer) => reply(answer, 200, method === 'GET' ? listOf() : made),
      async ({ refund }) =>
        expect(await refund(refundOf('pi_1'))).toMatchObject({ stripeRefundId: 're_1', amount: 12_500 }),
    );
  });

  it('may list the refunds of all payments, and tell neither currency nor time', async () => {
    const { created: _created, currency: _currency, ...bare } = stripeRefund;
    await behindGateway(
      (_, answer) => reply(answer, 200, listOf({ ...stripeRefund, id: 're_2', payment_intent: 'pi_2' }, bare)),
      async ({ refundsOf }) =>
        expect(await refundsOf('pi_1')).toMatchObject([{ stripeRefundId: 're_1', currency: null }]),
    );
  });

  it.each(['', '/', '/v1', '/v1/', '/stripe', '/stripe/', '/a/stripe/v1'])(
    'is found at any address: with %j behind its port',
    async (folder) => {
      const paths: unknown[] = [];
      await behindGateway(
        ({ url }, answer) => {
          paths.push(url);
          reply(answer, 200, { id: 'pi_1', client_secret: 's' });
        },
        async (there) => void (await there.createPaymentIntent(order)),
        { folder },
      );
      expect(paths).toEqual([`${folder.replace(/\/?(v1)?\/?$/, '')}/v1/payment_intents`]);
    },
  );

  it('may say no more of a payment than its secret', async () => {
    await behindGateway(
      (_, answer) => reply(answer, 200, { id: 'pi_1', client_secret: 'secret', status: 'requires_payment_method' }),
      async (there) => {
        const view = { paymentIntentId: 'pi_1', clientSecret: 'secret' };
        expect(await there.createPaymentIntent(order)).toEqual(view);
        expect(await there.paymentIntent('pi_1')).toEqual(view);
      },
    );
  });
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

    const other = await payments.createPaymentIntent({ ...order, orderId: asOrderId('o-2') });
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
    const told = (refundId: string | null, orderId: OrderId | null, amount: number) =>
      expect.objectContaining({ refundId, orderId, amount, kind: 'refund', status: 'succeeded', currency: 'USD' });
    expect(await payments.refundsOf(intent)).toEqual([told(null, null, 700), told('r-1', asOrderId('o-1'), 500)]);
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

  it.each<[number, unknown]>([
    [503, { message: 'Service Unavailable' }],
    [401, { message: 'Unauthorized' }],
    [404, { message: 'no Route matched with those values' }],
    [400, { error: { message: 'Bad Request' } }],
    [402, { error: 'quota' }],
    [302, { id: 'pi_1', object: 'payment_intent', status: 'canceled' }],
    [200, {}],
    [200, { error: 'backend' }],
    [200, '<html>Log in to the network'],
    [200, { id: 'req-77', status: 'accepted' }],
    [200, { id: 'ch_1', object: 'charge', amount: 12_500, currency: 'usd', status: 'succeeded' }],
    [200, { ...stripeRefund, metadata: { refund_id: 'r-2' } }],
    [200, { ...stripeRefund, payment_intent: 'pi_2' }],
    [200, { id: 'pi_2', object: 'payment_intent', status: 'canceled', metadata: { order_id: 'o-2' } }],
  ])('of a gateway in between are no answers of Stripe: %i with %o', async (status, body) => {
    await behindGateway(
      ({ method }, answer) => (method === 'GET' ? reply(answer, 200, listOf()) : reply(answer, status, body)),
      async (there) => {
        const unusable = { name: 'PaymentsError', final: false };
        expect(await failure(there.createPaymentIntent(order))).toMatchObject(unusable);
        expect(await failure(there.refund(refundOf('pi_1')))).toMatchObject(unusable);
        expect(await failure(there.cancelPaymentIntent('pi_1'))).toMatchObject(unusable);
      },
    );
  });

  it('of a gateway in between are no payment, and no list of refunds', async () => {
    const other = { id: 'pi_2', object: 'payment_intent', status: 'requires_payment_method', client_secret: 'secret' };
    await behindGateway(
      (_, answer) => reply(answer, 200, other),
      async (there) => {
        const unusable = { name: 'PaymentsError', final: false };
        expect(await failure(there.paymentIntent('pi_1'))).toMatchObject(unusable);
        expect(await failure(there.refundsOf('pi_1'))).toMatchObject(unusable);
      },
    );
  });

  it('end within the time-out, however slowly an answer comes', async () => {
    await behindGateway(
      (_, answer) => {
        const drip = setInterval(() => answer.write(' '), 20);
        answer.on('close', () => clearInterval(drip));
      },
      async (there) => expect(await failure(there.createPaymentIntent(order))).toMatchObject({ final: false }),
      { timeoutMs: 100 },
    );
  });

  it('end where an answer is far too long', async () => {
    const intent = { id: 'pi_1', object: 'payment_intent', status: 'requires_payment_method', client_secret: 'secret' };
    await behindGateway(
      (_, answer) => reply(answer, 200, ' '.repeat(32 * 1024 * 1024) + JSON.stringify(intent)),
      async (there) => expect(await failure(there.paymentIntent('pi_1'))).toMatchObject({ final: false }),
    );
  });

  it('that are tried again hold no connection', async () => {
    const connections = new Set<unknown>();
    await behindGateway(
      ({ socket }, answer) => {
        connections.add(socket);
        answer.writeHead(503).end(JSON.stringify({ error: { type: 'api_error' } }));
      },
      async (there) => {
        expect(await failure(there.createPaymentIntent(order))).toMatchObject({ final: false });
        expect(await failure(there.createPaymentIntent(order))).toMatchObject({ final: false });
      },
    );
    expect(connections.size).toBe(1);
  });

  it('that pass within a few repeats are not noticed', async () => {
    const { paymentIntentId } = await payments.createPaymentIntent(order);
    await control(sim, 'POST', '/faults', { match: 'GET', status: 503, times: 2 });
    await payments.paymentIntent(paymentIntentId);
    expect(await requests('GET')).toHaveLength(3);
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
    const slow = failure(connect({ timeoutMs: 60_000 }).createPaymentIntent({ ...order, orderId: asOrderId('o-2') }));
    await expect.poll(() => control(sim, 'GET', '/faults')).toEqual({ faults: [] });
    expect(await failure(payments.createPaymentIntent({ ...order, orderId: asOrderId('o-2') }))).toMatchObject({
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
