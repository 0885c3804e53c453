import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StripeSim } from '../../../embedded/stripe/server.js';
import { control } from '../../support/json-http.js';
import { officialClient, type Receiver, startReceiver, startSim, webhookSecret } from './support.js';

let dataDir: string;
let receiver: Receiver;
let sim: StripeSim;
let stripe: Stripe;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'stripe-sim-'));
  receiver = await startReceiver();
  sim = await startSim({ dataDir, webhookUrl: receiver.url });
  stripe = officialClient(sim);
});
afterEach(async () => {
  await sim.close();
  await receiver.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const placed = () => stripe.paymentIntents.create({ amount: 10_000, currency: 'usd', metadata: { order_id: 'o-1' } });

async function paid(body: object = {}): Promise<string> {
  const { id } = await placed();
  await control(sim, 'POST', `/payment_intents/${id}/pay`, body);
  return id;
}

describe('webhooks', () => {
  it('are signed over the raw body', async () => {
    await placed();
    await receiver.arrived('payment_intent.created');
    const [delivery] = receiver.received;
    const event = Stripe.webhooks.constructEvent(delivery!.rawBody, delivery!.signature, webhookSecret);
    expect(event).toMatchObject({ object: 'event', type: 'payment_intent.created', livemode: false });
  });

  it('tell of a payment with the metadata of the intent', async () => {
    const id = await paid();
    const [succeeded] = await receiver.arrived('payment_intent.succeeded');
    const [charged] = await receiver.arrived('charge.succeeded');
    expect(succeeded?.data.object).toMatchObject({ id, amount_received: 10_000, metadata: { order_id: 'o-1' } });
    expect(charged?.data.object).toMatchObject({ payment_intent: id, metadata: { order_id: 'o-1' } });
  });

  it('tell of a refund: its own metadata, and the charge with the sum so far', async () => {
    const payment_intent = await paid();
    await stripe.refunds.create({ payment_intent, amount: 4_000, metadata: { refund_id: 'r-1' } });
    const [created] = await receiver.arrived('refund.created');
    const [charge] = await receiver.arrived('charge.refunded');
    expect(created?.data.object).toMatchObject({ payment_intent, amount: 4_000, metadata: { refund_id: 'r-1' } });
    expect(charge?.data.object).toMatchObject({
      amount_refunded: 4_000,
      refunded: false,
      metadata: { order_id: 'o-1' },
    });
  });

  it('tell of what happens at the dashboard and at the bank', async () => {
    const disputed = await paid();
    await control(sim, 'POST', `/payment_intents/${disputed}/dispute`, { reason: 'product_not_received' });
    await control(sim, 'POST', `/payment_intents/${disputed}/refund`, { amount: 100 });
    const [refunded] = await receiver.arrived('refund.created');
    await control(sim, 'POST', `/refunds/${(refunded!.data.object as Stripe.Refund).id}/fail`);
    const declined = await placed();
    await control(sim, 'POST', `/payment_intents/${declined.id}/fail`, { reason: 'insufficient_funds' });
    await stripe.paymentIntents.cancel(declined.id);

    const [dispute] = await receiver.arrived('charge.dispute.created');
    const [failedRefund] = await receiver.arrived('refund.failed');
    const [failure] = await receiver.arrived('payment_intent.payment_failed');
    await receiver.arrived('payment_intent.canceled');
    expect(dispute?.data.object).toMatchObject({ payment_intent: disputed, reason: 'product_not_received' });
    expect(failedRefund?.data.object).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' });
    expect(failure?.data.object).toMatchObject({ last_payment_error: { decline_code: 'insufficient_funds' } });
  });

  it('can come more than once, and with another amount than asked for', async () => {
    await paid({ times: 3, amount: 9_999 });
    const events = await receiver.arrived('payment_intent.succeeded', 3);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(events[0]?.data.object).toMatchObject({ amount_received: 9_999 });
  });

  it('are repeated until they are taken', async () => {
    receiver.answers.push(500, 404, 302);
    await placed();
    await receiver.arrived('payment_intent.created', 4);
    await expect.poll(() => control(sim, 'GET', '/webhooks')).toEqual({ paused: false, pending: 0 });
    const { deliveries } = await control<{ deliveries: { status: number }[] }>(sim, 'GET', '/ledger');
    expect(deliveries.map(({ status }) => status)).toEqual([500, 404, 302, 200]);
  });

  it('wait while they are paused, and can be sent again', async () => {
    await control(sim, 'POST', '/webhooks', { paused: true });
    await placed();
    expect(await control(sim, 'GET', '/webhooks')).toEqual({ paused: true, pending: 1 });
    expect(receiver.received).toEqual([]);

    await control(sim, 'POST', '/webhooks', { paused: false });
    const [event] = await receiver.arrived('payment_intent.created');
    await control(sim, 'POST', `/webhooks/${event?.id}/resend`);
    await receiver.arrived('payment_intent.created', 2);
  });

  it('that are pending survive a restart', async () => {
    await control(sim, 'POST', '/webhooks', { paused: true });
    await placed();
    await sim.close();
    sim = await startSim({ dataDir, webhookUrl: receiver.url });
    await receiver.arrived('payment_intent.created');
  });

  it('can be pointed elsewhere while running', async () => {
    const other = await startReceiver();
    try {
      await control(sim, 'POST', '/webhooks', { url: other.url });
      await placed();
      await other.arrived('payment_intent.created');
      expect(receiver.received).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
