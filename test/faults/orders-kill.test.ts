import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  mailsTo,
  type Placed,
  pay,
  place,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
  warehouseOrders,
} from '../support/portal.js';
import { until } from '../support/until.js';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
}, 120_000);
afterAll(() => portal?.stop());

const effectExists = (key: string) =>
  until(`the effect ${key} is requested`, async () => {
    const rows = await portal.sql('select 1 from portal.effects where key = $1', [key]);
    return rows.length > 0;
  });

/** The steps between the webhook and the mail: how each is seen from outside, the moment it is done. */
const steps: readonly { step: string; arm?: () => Promise<unknown>; reached(placed: Placed): Promise<unknown> }[] = [
  {
    step: 'the webhook is stored',
    reached: ({ payment }) =>
      until('the webhook is stored', async () => {
        const like = "payload #>> '{data,object,id}' = $1 and type = 'payment_intent.succeeded'";
        return (await portal.sql(`select 1 from portal.webhooks where ${like}`, [payment.paymentIntentId])).length > 0;
      }),
  },
  { step: 'the payment is recorded', reached: ({ order }) => untilEvent(portal, order.id, 'OrderPaid') },
  { step: 'the export is requested', reached: ({ order }) => effectExists(`export:${order.id}`) },
  {
    step: 'the export is announced and its request under way',
    arm: () => slowCreates({ delayMs: 700 }),
    reached: ({ order }) => untilEvent(portal, order.id, 'ExportAttempted'),
  },
  {
    step: 'the warehouse has the order and its answer is under way',
    arm: () => slowCreates({ answerDelayMs: 700 }),
    reached: ({ order }) =>
      until('the warehouse has it', async () => (await warehouseOrders(portal, order.orderNumber)).length > 0),
  },
  { step: 'the export is recorded', reached: ({ order }) => untilEvent(portal, order.id, 'OrderExported') },
  {
    step: 'the mail server has taken the mail',
    reached: ({ order }) =>
      until('the mail is there', async () => (await mailsTo(portal, order.customer.email)).length > 0),
  },
];

function slowCreates(fault: { delayMs?: number; answerDelayMs?: number }): Promise<unknown> {
  return portal.wms('POST', '/faults', { match: { method: 'POST', path: '/api/v1/orders' }, times: 1, fault });
}

describe('a portal killed the moment', () => {
  it.each(steps)(
    '$step does everything once after its restart',
    { timeout: 120_000 },
    async ({ step, arm, reached }) => {
      const email = `${step.replaceAll(' ', '-')}@example.com`;
      const placed = await place(portal, { email, deliveryMethod: 'pickup' });
      const { id, orderNumber } = placed.order;
      await arm?.();
      const there = reached(placed);
      await pay(portal, placed);
      await there;
      await portal.stack.kill('portal');
      await portal.wms('DELETE', '/faults');
      await portal.stack.start('portal');

      await untilEvent(portal, id, 'OrderExported');
      await untilEvent(portal, id, 'NotificationSent', { where: { kind: 'order-confirmation' } });
      await until('nothing is left to do', async () => {
        const open = await portal.sql(
          "select 1 from portal.effects where subject = $1 and status = 'open' and due_at is null",
          [id],
        );
        return open.length === 0;
      });
      const types = await typesOf(portal, id);
      for (const type of ['OrderPaid', 'PayoutsAllocated', 'OrderExported', 'NotificationSent']) {
        expect(
          types.filter((one) => one === type),
          type,
        ).toHaveLength(1);
      }
      expect(types).not.toContain('OrderExportFailed');
      expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
      const mails = await mailsTo(portal, email);
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
      // Between the mail server's answer and the note of it lies the one window in which a crash repeats a mail.
      expect(mails.length).toBeLessThanOrEqual(2);
    },
  );
});
