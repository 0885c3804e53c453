import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { portalCli } from '../../support/cli.js';
import {
  mailsTo,
  type Placed,
  pay,
  place,
  startPortal,
  streamOf,
  type TestPortal,
  typesOf,
  untilEvent,
  warehouseOrders,
} from '../../support/portal.js';
import { until } from '../../support/until.js';
import {
  deliver,
  deliverAndSettle,
  eventsOf,
  orderOf,
  type ProviderEvent,
  providerEvent,
  refundsOf,
  settled,
  succeeded,
  untilOrder,
} from './support.js';

const operators = 'operators@example.com';
let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal({ ADMIN_EMAIL: operators });
}, 120_000);
afterAll(() => portal?.stop());

const alertAbout = (text: string) =>
  until(`the operators are told of ${text}`, async () =>
    (await mailsTo(portal, operators)).some(({ subject }) => subject.includes(text)),
  );

describe('a webhook', () => {
  it('delivered 20 times at once is one payment, one export and one mail', { timeout: 120_000 }, async () => {
    const email = 'twenty@example.com';
    const placed = await place(portal, { email });
    const { id, orderNumber } = placed.order;
    const event = succeeded(placed);
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(portal, event)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ body }) => body.stored)).toHaveLength(1);
    await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'order-confirmation' } });
    await untilEvent(portal, id, 'OrderExported');
    const types = await typesOf(portal, id);
    for (const type of ['OrderPaid', 'PayoutsAllocated', 'OrderExported', 'NotificationSent']) {
      expect(
        types.filter((one) => one === type),
        type,
      ).toHaveLength(1);
    }
    expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
    expect(await mailsTo(portal, email)).toHaveLength(1);
  });

  it('is in the log under the correlation id of the request that placed its order', async () => {
    const placed = await place(portal, { pick: 4 });
    const event = succeeded(placed);
    expect(await deliverAndSettle(portal, event)).toBe('processed');
    const [begun] = await streamOf(portal, placed.order.id);
    const told = await until('it is logged', async () => {
      const log = await readFile(path.join(portal.stack.dataDir, 'logs', 'portal.log'), 'utf8');
      return log.split('\n').find((line) => line.includes('webhook brought into its order') && line.includes(event.id));
    });
    expect(JSON.parse(told)).toMatchObject({
      correlationId: begun?.metadata.$correlationId,
      orderId: placed.order.id,
      type: event.type,
    });
  });

  it('that was processed is processed again when an operator wants it, and pays nothing twice', async () => {
    const placed = await place(portal, { pick: 4 });
    const event = succeeded(placed);
    expect(await deliverAndSettle(portal, event)).toBe('processed');
    const processedAt = async () =>
      (await portal.sql('select processed_at::text from portal.webhooks where event_id = $1', [event.id]))[0]
        ?.processed_at;
    const before = await processedAt();
    expect(await portalCli(['webhooks', 'replay', event.id], portal.stack.env)).toMatchObject({ code: 0 });
    await until('it is processed again', async () => (await processedAt()) !== before);
    expect((await typesOf(portal, placed.order.id)).filter((type) => type === 'OrderPaid')).toHaveLength(1);
  });

  it.each([
    ['another amount', { amount_received: 1 }, 'amount', /^received: 0\.01 USD$/m],
    ['another currency', { currency: 'eur' }, 'currency', /^received: [\d.,]+ EUR$/m],
  ])(
    'with %s never pays the order and is a case for operators, who read what is wrong',
    async (_what, change, reason, received) => {
      const placed = await place(portal, { pick: 1 });
      expect(await deliverAndSettle(portal, succeeded(placed, change))).toBe('processed');
      const order = await orderOf(portal, placed.order.id);
      expect([order.paid, order.status]).toEqual([false, 'awaiting_payment']);
      expect(order.paymentConflicts).toMatchObject([{ reason }]);
      const subject = `payment conflict: order ${placed.order.id}`;
      await alertAbout(subject);
      const mail = (await mailsTo(portal, operators)).find((one) => one.subject.includes(subject));
      expect(mail?.text).toContain('A payment does not fit its order, and was not counted for it.');
      expect(mail?.text).toMatch(received);
    },
  );

  it('of a type nobody handles is kept', async () => {
    expect(await deliverAndSettle(portal, providerEvent('customer.created', { id: 'cus_1' }))).toBe('ignored');
  });

  it('that makes no sense is kept, and told to operators', async () => {
    const event = providerEvent('refund.created', { id: 're_1', amount: 'much' });
    expect(await deliverAndSettle(portal, event)).toBe('failed');
    await alertAbout(`webhook ${event.id} failed`);
  });

  it('that comes before its payment is known is parked, and taken up with it', async () => {
    const placed = await place(portal, { pick: 3 });
    const early = { paymentIntentId: 'pi_early', clientSecret: '' };
    const event = succeeded({ ...placed, payment: early }, { metadata: {} });
    expect(await deliverAndSettle(portal, event)).toBe('parked');

    const handler = createCommandHandler({ ...portal, clock: { now: () => new Date() } });
    const { total: amount, currency, id } = placed.order;
    await handler.handle(
      orders,
      id,
      { type: 'InitiatePayment', paymentIntentId: 'pi_early', amount, currency, at: new Date().toISOString() },
      { correlationId: 'c', causationId: 'c', actor: 'system:test' },
    );
    expect(await settled(portal, event.id, 'parked')).toBe('processed');
    expect(await orderOf(portal, id)).toMatchObject({ paid: true, paymentIntentId: 'pi_early' });
  });

  it('that comes before the payment which only its metadata tie to the order is taken up with that payment', async () => {
    const placed = await place(portal, { pick: 5 });
    const elsewhere = { ...placed, payment: { paymentIntentId: 'pi_elsewhere', clientSecret: '' } };
    const back = {
      id: 're_elsewhere',
      amount: 100,
      currency: 'usd',
      status: 'succeeded',
      payment_intent: 'pi_elsewhere',
    };
    const event = providerEvent('refund.created', { ...back, metadata: {} });
    expect(await deliverAndSettle(portal, event)).toBe('parked');
    expect(await deliverAndSettle(portal, succeeded(elsewhere))).toBe('processed');
    expect(await settled(portal, event.id, 'parked')).toBe('processed');
    expect(await orderOf(portal, placed.order.id)).toMatchObject({ paid: true, refundedTotal: 100 });
  });

  it('is about the order that its payment was opened for, whatever its metadata say since', async () => {
    const [mine, other] = [await place(portal, { pick: 6 }), await place(portal, { pick: 6 })];
    const metadata = { order_id: other.order.id };
    expect(await deliverAndSettle(portal, succeeded(mine, { metadata }))).toBe('processed');
    expect((await orderOf(portal, mine.order.id)).paid).toBe(true);
    expect((await orderOf(portal, other.order.id)).paid).toBe(false);

    const { paymentIntentId: payment_intent } = mine.payment;
    const back = { id: 're_by_number', amount: 100, currency: 'usd', status: 'succeeded', payment_intent };
    const byNumber = providerEvent('refund.created', { ...back, metadata: { order_id: mine.order.orderNumber } });
    expect(await deliverAndSettle(portal, byNumber)).toBe('processed');
    expect((await orderOf(portal, mine.order.id)).refundedTotal).toBe(100);
  });

  it('of a shape of its own is kept when nobody handles its type', async () => {
    const event = { ...providerEvent('v1.billing.meter.no_meter_found', {}), created: new Date().toISOString() };
    const { data: _data, ...thin } = event;
    expect(await deliverAndSettle(portal, thin as unknown as ProviderEvent)).toBe('ignored');
  });

  it('that does not tell when it was created counts from when it came', async () => {
    const placed = await place(portal, { pick: 3 });
    const { created: _created, ...timeless } = succeeded(placed);
    const before = new Date().toISOString();
    expect(await deliverAndSettle(portal, timeless as ProviderEvent)).toBe('processed');
    const { paid, paidAt } = await orderOf(portal, placed.order.id);
    expect(paid).toBe(true);
    expect(String(paidAt) >= before).toBe(true);
  });

  it('that names no currency is in that of the order, whose payment the portal opened itself', async () => {
    const placed = await place(portal, { pick: 3 });
    const { id, total } = placed.order;
    expect(await deliverAndSettle(portal, succeeded(placed, { currency: undefined }))).toBe('processed');
    expect(await orderOf(portal, id)).toMatchObject({ paid: true, paymentConflicts: [] });
    const { paymentIntentId: payment_intent } = placed.payment;
    const part = providerEvent('refund.updated', { id: 're_bare', amount: 100, status: 'succeeded', payment_intent });
    expect(await deliverAndSettle(portal, part)).toBe('processed');
    expect((await orderOf(portal, id)).refundedTotal).toBe(100);
    const all = providerEvent('charge.refunded', { id: 'ch_bare', amount_refunded: total, payment_intent });
    expect(await deliverAndSettle(portal, all)).toBe('processed');
    expect((await orderOf(portal, id)).refundedTotal).toBe(total);

    const other = await place(portal, { pick: 3 });
    const elsewhere = { ...other, payment: { paymentIntentId: 'pi_of_no_currency', clientSecret: '' } };
    expect(await deliverAndSettle(portal, succeeded(elsewhere, { currency: undefined }))).toBe('failed');
  });

  it('with a bad signature is not kept', async () => {
    const answer = await portal.api('POST', '/api/v1/webhooks/stripe', '{"id":"evt_forged"}', {
      'stripe-signature': 't=1,v1=00',
    });
    expect(answer.status).toBe(400);
    expect(await portal.sql('select 1 from portal.webhooks where event_id = $1', ['evt_forged'])).toEqual([]);
  });
});

describe("money that moves at the provider's", () => {
  /** A third of the payment is given back by hand, and the provider's webhooks are held back from before. */
  async function exportedAndPartlyRefundedUnheard() {
    const placed = await place(portal, { pick: 4, quantity: 2 });
    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderExported');
    await portal.stripe('POST', '/webhooks', { paused: true });
    const part = Math.floor(placed.order.total / 3);
    await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, { amount: part });
    return { placed, part };
  }

  it('partly by hand takes back payouts in proportion, and the rest when the order is cancelled', async () => {
    const email = 'part@example.com';
    const placed = await place(portal, { pick: 4, quantity: 2, email });
    const { id, total } = placed.order;
    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderExported');
    const part = Math.floor(total / 3);
    await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, { amount: part });
    const partly = await untilOrder(portal, id, 'partly refunded', ({ refundedTotal }) => refundedTotal === part);
    expect(partly.refundStatus).toBe('partial');
    const told = (refundedTotal: number) =>
      until(`the buyer is told of ${refundedTotal}`, async () =>
        (await mailsTo(portal, email)).some(({ messageId }) => messageId.includes(`.refunded.${refundedTotal}@`)),
      );
    await told(part);
    expect(sum(partly.netPayouts.map(({ gross }) => gross))).toBe(total - part);

    const cancelled = await portal.api('POST', `/api/v1/orders/${id}/cancel`, { reason: 'changed plans' });
    expect(cancelled.status).toBe(200);
    const order = await untilOrder(portal, id, 'refunded', ({ refundStatus }) => refundStatus === 'succeeded');
    expect(order.netPayouts.every(({ gross, brandShare }) => gross === 0 && brandShare === 0)).toBe(true);
    expect(await refundsOf(portal, placed)).toHaveLength(2);
    await untilOrder(
      portal,
      id,
      'cancelled in the warehouse',
      ({ wmsCancellation }) => wmsCancellation === 'confirmed',
    );
    await told(total);
    await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'cancelled' } });
    const subjects = (await mailsTo(portal, email)).map(
      ({ subject }) => /confirmed|refund|cancelled/i.exec(subject)?.[0],
    );
    expect(subjects.sort()).toEqual(['Refund', 'Refund', 'cancelled', 'confirmed']);
  });

  it('partly by hand without a word is found when the rest is refused, and the rest goes back to the cent', async () => {
    const { placed, part } = await exportedAndPartlyRefundedUnheard();
    const { id, total } = placed.order;
    expect((await portal.api('POST', `/api/v1/orders/${id}/cancel`, { reason: 'changed plans' })).status).toBe(200);
    const order = await untilOrder(portal, id, 'refunded', ({ refundStatus }) => refundStatus === 'succeeded');
    expect(order.netPayouts.every(({ gross, brandShare }) => gross === 0 && brandShare === 0)).toBe(true);
    const amounts = (await refundsOf(portal, placed)).map(({ amount }) => amount);
    expect(amounts.sort((a, b) => a - b)).toEqual([part, total - part]);

    // Its webhooks come after all, and change nothing.
    for (const event of await eventsOf(portal, placed)) await deliverAndSettle(portal, event);
    await portal.stripe('POST', '/webhooks', { paused: false });
    const types = await typesOf(portal, id);
    expect(types).not.toContain('RefundFailed');
    expect(types.filter((type) => type === 'RefundSucceeded')).toHaveLength(2);
    expect(types.filter((type) => type === 'PayoutsReversed')).toHaveLength(2);
  });

  it('partly by hand, told by the total of its charge alone, is added to what the portal gives back', async () => {
    const { placed } = await exportedAndPartlyRefundedUnheard();
    const { id, total } = placed.order;
    const told = (await eventsOf(portal, placed)).find(({ type }) => type === 'charge.refunded');
    await deliverAndSettle(portal, told!);
    expect((await portal.api('POST', `/api/v1/orders/${id}/cancel`, { reason: 'changed plans' })).status).toBe(200);
    const order = await untilOrder(portal, id, 'refunded', ({ refundStatus }) => refundStatus === 'succeeded');
    await portal.stripe('POST', '/webhooks', { paused: false });
    expect(order.refundedTotal).toBe(total);
    expect(order.netPayouts.every(({ gross, brandShare }) => gross === 0 && brandShare === 0)).toBe(true);
  });

  describe('asked for, and then partly by hand,', () => {
    const byHand = 100;

    /** A third of the payment is asked for while the provider's webhooks are held back. */
    async function askedFor(made = 1) {
      const placed = await place(portal, { pick: 4, quantity: 2 });
      const { id, total } = placed.order;
      await pay(portal, placed);
      await untilEvent(portal, id, 'OrderExported');
      await portal.stripe('POST', '/webhooks', { paused: true });
      const amount = Math.floor(total / 3);
      expect(await portal.api('POST', `/api/v1/orders/${id}/refunds`, { amount, reason: 'late' })).toMatchObject({
        status: 200,
      });
      await until('it is made', async () => (await refundsOf(portal, placed)).length === made);
      const effect = async () => {
        const sql = "select status, attempts from portal.effects where kind = 'refund' and subject = $1";
        const [row] = await portal.sql<{ status: string; attempts: number }>(sql, [id]);
        return row!;
      };
      return { placed, amount, effect };
    }

    /** The webhook about the refund by hand overtakes that about the other. */
    async function refundByHand(placed: Placed): Promise<void> {
      await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, { amount: byHand });
      const told = (await eventsOf(portal, placed)).find(
        ({ type, data }) => type === 'refund.created' && data.object.amount === byHand,
      );
      expect(await deliverAndSettle(portal, told!)).toBe('processed');
    }

    async function again({ order }: Placed): Promise<void> {
      await portal.sql(
        `update portal.effects set status = 'open', generation = generation + 1, updated_at = now()
         where kind = 'refund' and subject = $1`,
        [order.id],
      );
    }

    async function loseLock(): Promise<void> {
      await portal.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'portal locks' and datname = current_database()`,
      );
    }

    async function expectNoThird(placed: Placed, amount: number): Promise<void> {
      await portal.stripe('POST', '/webhooks', { paused: false });
      const amounts = (await refundsOf(portal, placed)).map((refund) => refund.amount);
      expect(amounts.sort((a, b) => a - b)).toEqual([byHand, amount]);
    }

    beforeEach(async () => {
      await until('no other refund takes the fault', async () => {
        const open = await portal.sql("select from portal.effects where kind = 'refund' and status = 'open'");
        return open.length === 0;
      });
    });

    it.each([
      ['which comes when the queue was emptied', async () => {}],
      ['which finds the lock of the first one lost', loseLock],
    ])('is not made again as less by a second job at the same time, %s', async (_how, meanwhile) => {
      await portal.stripe('POST', '/faults', { match: 'POST /v1/refunds', delayMs: 1_500 });
      const { placed, amount, effect } = await askedFor(0);
      await until('it is on its way', async () => {
        const { faults } = await portal.stripe<{ faults: unknown[] }>('GET', '/faults');
        return faults.length === 0;
      });
      await refundByHand(placed);
      await meanwhile();
      await again(placed);
      await until('it is dealt with', async () => (await effect()).status !== 'open');
      await expectNoThird(placed, amount);
    });

    it('is not made again as less when its answer was lost', async () => {
      await portal.stripe('POST', '/faults', { match: 'POST /v1/refunds', after: true, reset: true, times: 100 });
      const { placed, amount, effect } = await askedFor();
      await portal.stripe('POST', '/faults', { match: 'GET /v1/refunds', status: 503, times: 100 });
      await refundByHand(placed);
      await until('an attempt has failed', async () => (await effect()).attempts > 0);
      await portal.stripe('DELETE', '/faults');
      await until('it is dealt with', async () => (await effect()).status !== 'open');
      await expectNoThird(placed, amount);
    });

    it('is not made again as less while it is under way, by the job of a process that died', async () => {
      await portal.stripe('POST', '/refunds', { mode: 'pending' });
      const { placed, amount, effect } = await askedFor();
      await portal.stripe('POST', '/refunds', { mode: 'instant' });
      await until('it is asked for', async () => (await effect()).status === 'done');
      await refundByHand(placed);
      await again(placed);
      await until('it is dealt with', async () => (await effect()).status !== 'open');
      await expectNoThird(placed, amount);
    });
  });

  it('by hand, still on its way and without a word, holds back no more than itself', { timeout: 60_000 }, async () => {
    await portal.stripe('POST', '/refunds', { mode: 'pending' });
    const { placed, part } = await exportedAndPartlyRefundedUnheard();
    await portal.stripe('POST', '/refunds', { mode: 'instant' });
    const { id, total } = placed.order;
    expect((await portal.api('POST', `/api/v1/orders/${id}/cancel`, { reason: 'changed plans' })).status).toBe(200);
    await untilOrder(portal, id, 'refunded but for that', ({ refundedTotal }) => refundedTotal === total - part);
    const onItsWay = (await refundsOf(portal, placed)).find(({ status }) => status === 'pending');
    await portal.stripe('POST', `/refunds/${onItsWay?.id}/succeed`, {});
    await portal.stripe('POST', '/webhooks', { paused: false });
    await untilOrder(portal, id, 'refunded', ({ refundStatus }) => refundStatus === 'succeeded');
    expect(await typesOf(portal, id)).not.toContain('RefundFailed');
  });

  it('of a second payment is no refund of the order: its buyer is told once one is', { timeout: 60_000 }, async () => {
    const email = 'second@example.com';
    const placed = await place(portal, { pick: 2, email });
    const { id, total } = placed.order;
    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderPaid');
    await deliverAndSettle(portal, succeeded(placed, { id: 'pi_second_refunded' }));
    const back = { amount: total, currency: 'usd', status: 'succeeded', payment_intent: 'pi_second_refunded' };
    const metadata = { order_id: id };
    await deliverAndSettle(portal, providerEvent('refund.created', { id: 're_second', ...back, metadata }));
    const told = async () => (await mailsTo(portal, email)).filter(({ subject }) => subject.includes('Refund'));
    await until('the mail is dealt with', async () => {
      const rows = await portal.sql<{ status: string }>('select status from portal.effects where key = $1', [
        `notify:${id}:refunded`,
      ]);
      return rows[0]?.status === 'done';
    });
    expect(await told()).toEqual([]);

    await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, { amount: 100 });
    await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'refunded' } });
    expect(await told()).toHaveLength(1);
  });

  it('by hand, all of it, while the order goes out, leaves its status alone and is told to operators', async () => {
    const placed = await place(portal, { pick: 3 });
    const { id } = placed.order;
    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderExported');
    await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, {});
    const order = await untilOrder(portal, id, 'refunded', ({ refundStatus }) => refundStatus === 'succeeded');
    expect(order.status).toBe('exported');
    await alertAbout(`refunded while open: order ${id}`);
  });

  it('back to us when a refund fails later gives the brands their share again, and is told to operators', async () => {
    const placed = await place(portal, { pick: 5 });
    const { id, total } = placed.order;
    await pay(portal, placed);
    await untilEvent(portal, id, 'OrderPaid');
    const asked = await portal.api('POST', `/api/v1/orders/${id}/refunds`, { reason: 'damaged' });
    expect(asked.status).toBe(200);
    await untilOrder(portal, id, 'refunded', ({ refundedTotal }) => refundedTotal === total);
    const [refund] = await refundsOf(portal, placed);
    await portal.stripe('POST', `/refunds/${refund?.id}/fail`, {});
    const order = await untilOrder(portal, id, 'unrefunded', ({ refundedTotal }) => refundedTotal === 0);
    expect(order.refundStatus).toBe('failed');
    expect(sum(order.netPayouts.map(({ gross }) => gross))).toBe(total);
    await alertAbout(`refund failed: order ${id}`);

    const again = await portal.api('POST', `/api/v1/orders/${id}/refunds`, { reason: 'another card' });
    expect(again.status).toBe(200);
    await untilOrder(portal, id, 'refunded after all', ({ refundedTotal }) => refundedTotal === total);
    expect((await refundsOf(portal, placed)).map(({ status }) => status).sort()).toEqual(['failed', 'succeeded']);
  });

  it('in a dispute is told to operators, once, and moves nothing yet', async () => {
    const placed = await place(portal, { pick: 6 });
    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderPaid');
    await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/dispute`, {});
    const { refundedTotal, disputes } = await untilOrder(
      portal,
      placed.order.id,
      'disputed',
      (order) => order.disputes.length > 0,
    );
    expect([refundedTotal, disputes.length]).toEqual([0, 1]);
    await alertAbout(`dispute opened: order ${placed.order.id}`);
  });
});

describe('a paid, refunded and twice cancelled order', () => {
  type Step = 'succeeded' | 'refunded' | 'cancelled in the warehouse' | 'cancelled by an operator';
  const steps: readonly Step[] = ['succeeded', 'refunded', 'cancelled in the warehouse', 'cancelled by an operator'];

  it('ends in the same money in every order of its messages', { timeout: 180_000 }, async () => {
    await portal.stripe('POST', '/webhooks', { paused: true });
    const ends = await inTurns(permutations(steps), 4, async (order, index) => {
      const placed = await place(portal, { pick: 7 + (index % 8), email: `permutation-${index}@example.com` });
      const { id } = placed.order;
      // At the provider the money has come and gone; only the order in which the portal hears of it differs.
      await pay(portal, placed);
      await portal.stripe('POST', `/payment_intents/${placed.payment.paymentIntentId}/refund`, {});
      const told = await eventsOf(portal, placed);
      for (const step of order) await perform(step, id, told);
      const end = await untilOrder(portal, id, 'settled', (now) => now.refundStatus === 'succeeded' && now.paid);
      await until('every effect is done', async () => {
        const open = await portal.sql("select key from portal.effects where subject = $1 and status = 'open'", [id]);
        return open.every(({ key }) => String(key).startsWith('reservation-expiry:'));
      });
      expect(await refundsOf(portal, placed), order.join(', ')).toHaveLength(1);
      const subjects = (await mailsTo(portal, `permutation-${index}@example.com`)).map(({ subject }) => subject);
      expect(new Set(subjects).size, subjects.join(', ')).toBe(subjects.length);
      const { status, refundedTotal, total, reversedTotal, netPayouts } = end;
      return {
        status,
        refunded: refundedTotal === total,
        reversed: reversedTotal === total,
        left: sum(netPayouts.map(({ gross, brandShare, platformShare }) => gross + brandShare + platformShare)),
      };
    });
    await portal.stripe('POST', '/webhooks', { paused: false });
    expect(ends).toHaveLength(24);
    for (const end of ends) expect(end).toEqual({ status: 'cancelled', refunded: true, reversed: true, left: 0 });
  });

  async function perform(step: Step, id: string, told: readonly ProviderEvent[]): Promise<void> {
    if (step === 'succeeded' || step === 'refunded') {
      const prefixes = step === 'succeeded' ? ['payment_intent.succeeded'] : ['refund.', 'charge.refunded'];
      for (const event of told.filter(({ type }) => prefixes.some((prefix) => type.startsWith(prefix)))) {
        expect(await deliverAndSettle(portal, event)).toBe('processed');
      }
      return;
    }
    if (step === 'cancelled by an operator') {
      expect((await portal.api('POST', `/api/v1/orders/${id}/cancel`, { reason: 'fraud' })).status).toBe(200);
      return;
    }
    // What the poller does when the warehouse says so; it may say it of an order that we think unpaid.
    const handler = createCommandHandler({ ...portal, clock: { now: () => new Date() } });
    const seen = { status: 'cancelled', trackingNumber: null, carrier: null, at: new Date().toISOString() };
    await handler.handle(
      orders,
      asOrderId(id),
      { type: 'ObserveWmsStatus', ...seen },
      { correlationId: id, causationId: id, actor: 'wms' },
    );
  }
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
