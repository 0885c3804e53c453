import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StripeSim } from '../../../embedded/stripe/server.js';
import { collect } from '../../support/collect.js';
import { control } from '../../support/json-http.js';
import { officialClient, startSim } from './support.js';

let dataDir: string;
let sim: StripeSim;
let stripe: Stripe;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'stripe-sim-'));
  sim = await startSim({ dataDir });
  stripe = officialClient(sim);
});
afterEach(async () => {
  await sim.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const order = { amount: 12_500, currency: 'usd', metadata: { order_id: 'o-1' } };
const pay = (id: string, body?: object) => control(sim, 'POST', `/payment_intents/${id}/pay`, body);

describe('payment intents', () => {
  it('are created, retrieved and listed in the shape of Stripe', async () => {
    const created = await stripe.paymentIntents.create({ ...order, automatic_payment_methods: { enabled: true } });

    expect(created).toMatchObject({ object: 'payment_intent', ...order, status: 'requires_payment_method' });
    expect(created.id).toMatch(/^pi_/);
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));
    expect(await stripe.paymentIntents.retrieve(created.id)).toEqual(created);
    expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([created.id]);
  });

  it('are cancelled unless paid', async () => {
    const unpaid = await stripe.paymentIntents.create(order);
    const canceled = await stripe.paymentIntents.cancel(unpaid.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });

    const paid = await stripe.paymentIntents.create(order);
    await pay(paid.id);
    await expect(stripe.paymentIntents.cancel(paid.id)).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      code: 'payment_intent_unexpected_state',
    });
  });

  it.each([
    ['an unknown parameter', { ...order, colour: 'red' }, 'parameter_unknown'],
    ['a fractional amount', { ...order, amount: 10.5 }, 'parameter_invalid_integer'],
    ['less than the smallest charge', { ...order, amount: 49 }, 'amount_too_small'],
    ['no currency', { amount: 100 }, 'parameter_missing'],
  ])('refuse %s', async (_, params, code) => {
    const create = stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams);
    await expect(create).rejects.toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, code });
  });

  it('that do not exist answer 404, and a wrong key answers 401', async () => {
    await expect(stripe.paymentIntents.retrieve('pi_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    const stranger = new Stripe('sk_test_other', { protocol: 'http', host: '127.0.0.1', port: sim.port });
    await expect(stranger.paymentIntents.list()).rejects.toMatchObject({ type: 'StripeAuthenticationError' });
  });
});

describe('idempotency keys', () => {
  it('replay the answer to the same request', async () => {
    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
    const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });

    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it('refuse another request', async () => {
    await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
    const other = stripe.paymentIntents.create({ ...order, amount: 99_00 }, { idempotencyKey: 'k-1' });
    await expect(other).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('answer 409 while their first request still runs', async () => {
    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', delayMs: 500, times: 2 });
    const both = await Promise.allSettled([
      stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' }),
      stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' }),
    ]);
    const refused = both.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toMatchObject([{ statusCode: 409, code: 'idempotency_key_in_use' }]);
  });

  it('do not remember a request that was refused for its parameters', async () => {
    await expect(stripe.paymentIntents.create({ ...order, amount: 1 }, { idempotencyKey: 'k-1' })).rejects.toThrow();
    await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
  });

  it('let the client repeat a request whose answer was lost', async () => {
    await control(sim, 'POST', '/faults', { match: 'POST /v1/payment_intents', reset: true, after: true });
    const intent = await officialClient(sim, { maxNetworkRetries: 2 }).paymentIntents.create(order);

    const { requests } = await control<{ requests: { status: number | null; replayed: boolean }[] }>(
      sim,
      'GET',
      '/ledger',
    );
    expect(requests).toMatchObject([
      { status: null, performed: true, replayed: false },
      { status: 200, performed: false, replayed: true },
    ]);
    expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([intent.id]);
  });
});

describe('refunds', () => {
  const paidIntent = async () => {
    const intent = await stripe.paymentIntents.create(order);
    await pay(intent.id);
    return intent.id;
  };

  it('give back a part, then the rest, then nothing more', async () => {
    const payment_intent = await paidIntent();
    const part = await stripe.refunds.create({ payment_intent, amount: 2_500, metadata: { refund_id: 'r-1' } });
    expect(part).toMatchObject({
      object: 'refund',
      amount: 2_500,
      currency: 'usd',
      status: 'succeeded',
      payment_intent,
      metadata: { refund_id: 'r-1' },
    });

    await expect(stripe.refunds.create({ payment_intent, amount: 10_001 })).rejects.toMatchObject({ statusCode: 400 });
    const rest = await stripe.refunds.create({ payment_intent });
    expect(rest.amount).toBe(10_000);
    await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject({ code: 'charge_already_refunded' });

    expect(await stripe.refunds.retrieve(part.id)).toEqual(part);
    expect((await stripe.refunds.list({ payment_intent })).data.map(({ id }) => id)).toEqual([rest.id, part.id]);
  });

  it('are refused before the payment', async () => {
    const { id } = await stripe.paymentIntents.create(order);
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toThrow('does not have a successful charge');
  });

  it('that fail later can be made again', async () => {
    const payment_intent = await paidIntent();
    const refund = await stripe.refunds.create({ payment_intent });
    await control(sim, 'POST', `/refunds/${refund.id}/fail`, { reason: 'expired_or_canceled_card' });

    const failed = await stripe.refunds.retrieve(refund.id);
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect((await stripe.refunds.create({ payment_intent })).amount).toBe(order.amount);
  });

  it('can stay pending until the bank has answered', async () => {
    await control(sim, 'POST', '/refunds', { mode: 'pending' });
    const refund = await stripe.refunds.create({ payment_intent: await paidIntent() });
    expect(refund.status).toBe('pending');
    await control(sim, 'POST', `/refunds/${refund.id}/succeed`);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });
});

describe('events', () => {
  it('are listed newest first and page by page', async () => {
    const intent = await stripe.paymentIntents.create(order);
    await pay(intent.id);
    await stripe.refunds.create({ payment_intent: intent.id });

    const events = await collect(stripe.events.list({ limit: 2 }));
    expect(events.map(({ type }) => type)).toEqual([
      'refund.updated',
      'charge.refunded',
      'refund.created',
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ]);
  });

  it('name the request that caused them, or none for what happens elsewhere', async () => {
    const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
    await pay(intent.id);
    const [paid] = (await stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    const [created] = (await stripe.events.list({ type: 'payment_intent.created' })).data;
    expect(created?.request?.idempotency_key).toBe('k-1');
    expect(paid?.request).toEqual({ id: null, idempotency_key: null });
  });
});

it('keeps its account across a restart', async () => {
  const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
  await pay(intent.id);
  await stripe.refunds.create({ payment_intent: intent.id, amount: 500 }, { idempotencyKey: 'k-2' });
  await sim.close();

  sim = await startSim({ dataDir });
  stripe = officialClient(sim);

  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  await stripe.refunds.create({ payment_intent: intent.id, amount: 500 }, { idempotencyKey: 'k-2' });
  expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(1);
});

describe('faults', () => {
  it('answer a status so many times, only where they match', async () => {
    await control(sim, 'POST', '/faults', { match: 'GET /v1/payment_intents', status: 503, times: 2 });
    const intent = await stripe.paymentIntents.create(order);
    await expect(stripe.paymentIntents.retrieve(intent.id)).rejects.toMatchObject({ statusCode: 503 });
    await expect(stripe.paymentIntents.retrieve(intent.id)).rejects.toMatchObject({ statusCode: 503 });
    await stripe.paymentIntents.retrieve(intent.id);
  });

  it('cut the connection before anything is performed', async () => {
    await control(sim, 'POST', '/faults', { reset: true, times: 5 });
    await expect(stripe.paymentIntents.create(order)).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await control(sim, 'DELETE', '/faults');
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });
});
