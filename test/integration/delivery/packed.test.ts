import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeliverySim, startDeliverySim } from '../../../embedded/delivery/server.js';
import { orders } from '../../../src/commands/aggregates.js';
import { asOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import { createInterventions } from '../../../src/processes/interventions.js';
import type { DeliveryPartner } from '../../../src/processes/ports/outbound.js';
import { createEffectHandlers } from '../../../src/workers/effect-handlers.js';
import { startWorkers } from '../../../src/workers.js';
import { control } from '../../support/json-http.js';
import { until } from '../../support/until.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';
import { type MailServer, startMailServer } from '../mail/support.js';

let world: WarehouseWorld;
let mail: MailServer;
let partner: DeliverySim;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let sku: string;

beforeAll(async () => {
  [mail, partner] = await Promise.all([startMailServer(), startDeliverySim()]);
  world = await startWarehouseWorld({ SMTP_URL: mail.url, DELIVERY_PARTNER_URL: partner.url });
  await world.sync();
  const stocked = await world.portal.projections.queries.products({ inStock: true, sort: '-stock', limit: 1 });
  sku = stocked.items[0]!.sku;
  world.portal.relay.start();
  workers = await startWorkers(world.portal);
});
afterAll(async () => {
  await workers.stop();
  await world.close();
  await partner.close();
  await mail.close();
});

/** Its buyer has been told that it is paid. */
async function exportedOrder(wanted: Parameters<WarehouseWorld['paidOrder']>[1] = {}): Promise<string> {
  const { orderId } = await world.paidOrder(sku, wanted);
  for (const type of ['OrderExported', 'NotificationSent']) await eventOf(orderId, type).not.toBe(null);
  return orderId;
}

async function cancel(orderId: OrderId): Promise<void> {
  const command = { type: 'CancelOrder', reason: 'changed plans', initiator: 'buyer' } as const;
  await world.portal.handler.handle(orders, orderId, { ...command, at: new Date().toISOString() }, context());
}

async function isPacked(orderId: OrderId): Promise<void> {
  const packed = { type: 'ObserveWmsStatus', status: 'packed', trackingNumber: null, carrier: null } as const;
  await world.portal.handler.handle(orders, orderId, { ...packed, at: new Date().toISOString() }, context());
}

/** Has the delivery of an order scheduled, whatever its status. */
async function schedule(orderId: OrderId, delivery = world.portal.delivery): Promise<void> {
  const exported = await world.portal.effects.get(`export:${orderId}`);
  const effect = { ...exported!, key: `packed:${orderId}`, kind: 'packed' } as const;
  const { packed } = createEffectHandlers({ ...world.portal, delivery }, new AbortController().signal);
  await packed.perform(effect, context());
}

const eventOf = (orderId: OrderId, type: string) =>
  expect.poll(
    async () => {
      for await (const event of world.portal.eventStore.readStream(`order-${orderId}`)) {
        if (event.type === type) return event.data;
      }
      return null;
    },
    { interval: 25 },
  );
const isTold = (subject: string) =>
  until(`a mail on ${subject}`, () => mail.mails.find(({ parsed }) => parsed.subject?.includes(subject))?.parsed.text);

describe('a packed order', () => {
  it('that the delivery partner refuses is told to the operators, and scheduled once they have seen to it', async () => {
    await control(partner, 'POST', '/faults', { match: 'POST /deliveries', status: 400 });
    const orderId = await exportedOrder();
    await isPacked(asOrderId(orderId));
    await eventOf(asOrderId(orderId), 'DeliverySchedulingFailed').toMatchObject({
      reason: expect.stringContaining('400'),
    });
    await isTold('deliveries are not scheduled');

    const key = `packed:${orderId}`;
    await expect.poll(async () => (await world.portal.effects.get(key))?.status).toBe('failed');
    const retried = createInterventions(world.portal).retryEffect({ key, reason: 'zone added' }, context());
    expect(await retried).toMatchObject({ outcome: 'done' });
    await eventOf(asOrderId(orderId), 'DeliveryScheduled').toMatchObject({ reference: expect.stringMatching(/^DLV-/) });
  });

  it('is given to the delivery partner once, also when an emptied queue has two jobs do it at the same time', async () => {
    const orderId = await exportedOrder();
    await Promise.all([schedule(asOrderId(orderId)), schedule(asOrderId(orderId))]);
    const ledger = await control<{ requests: { body: { orderId: OrderId } }[] }>(partner, 'GET', '/ledger');
    expect(ledger.requests.filter(({ body }) => body.orderId === orderId)).toHaveLength(1);
  });

  it('that is cancelled has its delivery called off', async () => {
    const orderId = await exportedOrder();
    await isPacked(asOrderId(orderId));
    await eventOf(asOrderId(orderId), 'DeliveryScheduled').not.toBe(null);
    await cancel(asOrderId(orderId));
    const mailed = await isTold(`delivery to call off: order ${orderId}`);
    expect(mailed).toContain('its delivery is scheduled');
    expect(mailed).toMatch(/reference: DLV-/);
  });

  it('that is cancelled while nobody knows whether the delivery partner was asked has its delivery called off', async () => {
    const orderId = await exportedOrder();
    await cancel(asOrderId(orderId));
    await schedule(asOrderId(orderId));
    expect(await isTold(`delivery to call off: order ${orderId}`)).toContain('its delivery may be scheduled');
  });

  it('that is cancelled while the delivery partner answers has its delivery called off', async () => {
    const orderId = await exportedOrder();
    const delivery: DeliveryPartner = {
      async schedule(request) {
        await cancel(asOrderId(orderId));
        await expect.poll(async () => (await world.portal.effects.get(`wms-cancel:${orderId}`))?.status).toBe('done');
        return world.portal.delivery.schedule(request);
      },
    };
    await schedule(asOrderId(orderId), delivery);
    expect(await isTold(`delivery to call off: order ${orderId}`)).toContain('its delivery is scheduled');
  });

  it('whose buyer cannot be told to pick it up is told to the operators', async () => {
    const nobody = 'nobody@example.com';
    const orderId = await exportedOrder({ email: nobody, deliveryMethod: 'pickup' });
    mail.refusals.push({ code: 550, text: 'no such user', to: nobody });
    await isPacked(asOrderId(orderId));
    await eventOf(asOrderId(orderId), 'NotificationFailed').toMatchObject({ kind: 'ready-for-pickup' });
    await isTold('mail to customers is not sent');
  });
});
