import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/projections/views.js';
import {
  createRequests,
  mailsTo,
  moveInWarehouse,
  type Placed,
  pay,
  place,
  quickPolling,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
  warehouseOrders,
} from '../support/portal.js';
import { expectOrderToEqualItsStream, expectReadModelsToEqualStreams } from '../support/truth.js';
import { until } from '../support/until.js';

let portal: TestPortal;
beforeAll(async () => {
  // None of them is given up, however long it takes until the portal is down.
  portal = await startPortal({ ...quickPolling, EXPORT_ATTEMPTS: '20' });
}, 120_000);
afterAll(() => portal?.stop());

/** A step of an order between its payment and its mail. */
interface Step {
  readonly step: string;
  /** What the warehouse does to requests about orders, until the portal is down. */
  readonly fault?: object;
  /** Resolves the moment the step is done, as seen from outside. */
  reached(placed: Placed): Promise<unknown>;
  /** What must hold while the portal is down. */
  whileDown?(placed: Placed): Promise<void>;
}

const event = (type: string) => (placed: Placed) => untilEvent(portal, placed.order.id, type);
const inWarehouse = ({ order }: Placed) =>
  until('the warehouse has it', async () => (await warehouseOrders(portal, order.orderNumber)).length > 0);
const finds = (what: string, query: string, value: (placed: Placed) => string) => (placed: Placed) =>
  until(what, async () => (await portal.sql(query, [value(placed)])).length > 0);

const steps: readonly Step[] = [
  {
    step: 'the webhook is stored',
    reached: finds(
      'the webhook is stored',
      `select 1 from portal.webhooks where payload #>> '{data,object,id}' = $1 and type = 'payment_intent.succeeded'`,
      ({ payment }) => payment.paymentIntentId,
    ),
  },
  { step: 'the payment has begun', reached: event('PaymentInitiated') },
  {
    step: 'the payment is recorded',
    fault: { status: 503 },
    reached: event('OrderPaid'),
    whileDown: async ({ order }) => expect(await warehouseOrders(portal, order.orderNumber)).toEqual([]),
  },
  {
    step: 'the export is requested',
    reached: finds(
      'the export is requested',
      'select 1 from portal.effects where key = $1',
      ({ order }) => `export:${order.id}`,
    ),
  },
  {
    step: 'the export is announced and its request under way',
    fault: { delayMs: 700 },
    reached: event('ExportAttempted'),
  },
  {
    step: 'the export is announced and its answer gets lost',
    fault: { acceptThenDrop: true },
    reached: event('ExportAttempted'),
  },
  {
    step: 'the warehouse’s 201 is on its way',
    fault: { answerDelayMs: 60_000 },
    reached: inWarehouse,
    whileDown: async ({ order }) => expect(await typesOf(portal, order.id)).not.toContain('OrderExported'),
  },
  { step: 'the export is recorded', reached: event('OrderExported') },
  {
    step: 'the mail server has taken the mail',
    reached: ({ order }) =>
      until('the mail is there', async () => (await mailsTo(portal, order.customer.email)).length > 0),
  },
];

/** Orders that a kill fell upon, by step; later kills may fall upon them again. */
const lives = new Map<string, Placed>();

async function begin(step: string): Promise<Placed> {
  const placed = await place(portal, { email: `buyer-${lives.size}@example.com`, pick: lives.size });
  lives.set(step, placed);
  return placed;
}

/** Takes an order that is on its way to the warehouse to the door, and looks at what must hold then. */
async function expectToFinish({ order: { id, orderNumber, customer } }: Placed): Promise<void> {
  await untilEvent(portal, id, 'OrderExported');
  for (const status of ['packed', 'delivered'] as const) {
    await moveInWarehouse(portal, orderNumber, status);
    await untilEvent(portal, id, 'StatusChanged', { where: { to: status } });
  }
  for (const kind of ['order-confirmation', 'delivered']) {
    await untilEvent(portal, id, 'NotificationSent', { where: { kind } });
  }
  await untilEvent(portal, id, 'DeliveryScheduled');

  expect(await warehouseOrders(portal, orderNumber)).toHaveLength(1);
  const created = (await createRequests(portal, orderNumber)).filter(({ status }) => status === 201);
  expect(created).toHaveLength(1);
  const types = await typesOf(portal, id);
  for (const type of ['OrderPaid', 'PayoutsAllocated', 'OrderExported', 'DeliveryScheduled']) {
    expect(types.filter((one) => one === type)).toEqual([type]);
  }
  expect(types.filter((one) => one === 'NotificationSent')).toHaveLength(2);
  expect(types).not.toContain('OrderExportFailed');
  // A kill between the mail server's answer and the event may repeat a mail, under the same Message-ID.
  expect(new Set((await mailsTo(portal, customer.email)).map(({ messageId }) => messageId)).size).toBe(2);
  await expectOrderToEqualItsStream(portal, id);
}

describe('a portal that is killed', () => {
  it.each(steps)('the moment $step starts again', { timeout: 120_000 }, async ({ step, fault, reached, whileDown }) => {
    const placed = await begin(step);
    // Also to look-ups: after a time-out they would tell the portal what it is not to know.
    if (fault) await portal.wms('POST', '/faults', { match: { path: '/api/v1/orders' }, fault });
    const there = reached(placed);
    await pay(portal, placed, 2);
    await there;
    await portal.stack.kill('portal');
    await portal.wms('DELETE', '/faults');
    await whileDown?.(placed);
    await portal.stack.start('portal');
  });

  it('exports every order once, and takes each to the door', async () => {
    expect(lives.size).toBe(steps.length);
    await Promise.all([...lives.values()].map(expectToFinish));
  });

  it('adopts the order whose 201 it never read, and does not send it again', async () => {
    const placed = lives.get('the warehouse’s 201 is on its way') as Placed;
    const { data } = await untilEvent(portal, placed.order.id, 'OrderExported');
    expect(data).toMatchObject({ adopted: true });
    // Looked up, not sent again: a warehouse that does not know its order numbers would have taken a second one.
    expect(await createRequests(portal, placed.order.orderNumber)).toHaveLength(1);
  });

  it('leaves no effect undone, and read models that equal their streams', async () => {
    const left = () =>
      portal.sql(`select key, status, last_error from portal.effects where status <> 'done' and due_at is null`);
    await until('every effect is done', async () => (await left()).length === 0);
    await expectReadModelsToEqualStreams(portal);
    const { body } = await portal.api<{ items: OrderView[] }>('GET', '/api/v1/orders?limit=100');
    expect(body.items.map(({ status }) => status)).toEqual(steps.map(() => 'delivered'));
  });
});
