import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { asOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import type { EffectKind } from '../../../src/processes/effects/effect.js';
import { startWorkers } from '../../../src/workers.js';
import { type Listening, listen } from '../../support/listen.js';
import { pay, placeOrder } from '../../support/orders.js';
import { until } from '../../support/until.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';
import { type MailServer, startMailServer } from '../mail/support.js';

let mail: MailServer;
let others: Listening;
let world: WarehouseWorld;
let workers: Awaited<ReturnType<typeof startWorkers>>;

beforeAll(async () => {
  // Both take what they are sent, and say nothing to it.
  [mail, others] = await Promise.all([startMailServer({ onData: () => undefined }), listen(createServer())]);
  const { url } = others;
  world = await startWarehouseWorld({ SMTP_URL: mail.url, DELIVERY_PARTNER_URL: url, STRIPE_API_BASE: url });
  await world.sync();
  world.portal.relay.start();
  workers = await startWorkers(world.portal);
});
afterAll(async () => {
  await Promise.all([workers.stop(), mail.close(), others.close()]);
  await world.close();
});

it.each(['alert', 'packed', 'cancel-intent'] as const)('no other effect waits for one of the kind %s', async (kind) => {
  // More than a process performs at once.
  const orderIds = Array.from({ length: 20 }, () => randomUUID());
  for (const id of orderIds) {
    for (const command of [placing(asOrderId(id)), initiating])
      await world.portal.handler.handle(orders, asOrderId(id), command, context());
  }
  const requests = orderIds.map((id) => waiting(kind, asOrderId(id)));
  await world.portal.effects.request(requests);
  world.portal.relay.nudge();

  const { items } = await world.portal.projections.queries.products({ inStock: true, limit: 1 });
  const exported = await world.paidOrder(items[0]!.sku);
  await until('the stock of an exported order is committed', async () => {
    return (await world.portal.effects.get(`commit:${exported.orderId}`))?.status === 'done';
  });
  // Nobody has stopped waiting for an answer meanwhile, which would have made room.
  const effects = await Promise.all(requests.map(({ key }) => world.portal.effects.get(key)));
  const waits = { status: 'open', attempts: 0 };
  expect(effects).toEqual(requests.map(({ key }) => expect.objectContaining({ key, ...waits })));
});

const initiating = {
  type: 'InitiatePayment',
  paymentIntentId: pay.paymentIntentId,
  amount: pay.amount,
  currency: pay.currency,
  at: pay.at,
} as const;

function placing(orderId: OrderId) {
  return { ...placeOrder, orderId };
}

function waiting(kind: EffectKind, orderId: OrderId) {
  const payload = { correlationId: randomUUID(), alertKind: 'reconciliation', alertSubject: orderId };
  return { key: `${kind}:${orderId}`, kind, subject: orderId, payload, causedBy: randomUUID() };
}
