import { describe, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { EffectImpossible } from '../../../src/processes/effects/effect.js';
import { createWebhookHandler } from '../../../src/processes/handlers/webhook.js';
import type { PaymentMessage } from '../../../src/processes/ports/payments.js';
import type { WebhookInbox } from '../../../src/processes/webhooks/inbox.js';
import { namedIn } from '../../../src/processes/webhooks/named.js';
import { byHand, clock, context, knowing, openEffect } from '../../support/known-order.js';
import { cancel, minute, observe, pay, placeOrder, toExported } from '../../support/orders.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';

const ask: OrderCommand = { type: 'RequestRefund', amount: 2_500, reason: 'damaged', at: minute(18) };

describe('a webhook', () => {
  const failed: PaymentMessage = {
    kind: 'payment-failed',
    paymentIntentId: 'pi_1',
    orderId: asOrderId('o2'),
    reason: 'card declined',
    at: minute(1),
  };
  const other = { ...placeOrder, orderId: asOrderId('o2'), orderNumber: 'VL-0000-0000-0000' };

  /** @param known the order that a payment was opened for, by the effect that says so and by the read model */
  async function broughtIn(
    message: PaymentMessage,
    commands: readonly OrderCommand[],
    known: { effect?: string; readModel?: string } = {},
  ) {
    const handler = await knowing(commands);
    await handler.handle(orders, asOrderId('o2'), other, context);
    const marks: string[] = [];
    const requested: string[] = [];
    const opened = known.effect === undefined ? null : { ...openEffect('unpark'), subject: known.effect };
    const { perform } = createWebhookHandler({
      ...{ handler, clock, logger: silentLogger, metrics: noMetrics },
      reservationTtlSeconds: 1_800,
      payoutBrandShareBps: 7_000,
      verifier: { verify: () => null, interpret: () => message },
      inbox: {
        get: async () => ({ eventId: 'evt_1', type: 'test', payload: {}, status: 'received' }),
        mark: async (_id: string, status: string) => void marks.push(status),
      } as unknown as WebhookInbox,
      effects: {
        get: async (key) => (key === 'unpark:pi_1' ? opened : null),
        request: async (requests) => void requested.push(...requests.map(({ key }) => key)),
      },
      orderOfPayment: async () => (known.readModel === undefined ? null : asOrderId(known.readModel)),
    });
    await perform({ ...openEffect('webhook'), subject: 'evt_1' }, context);
    const failures = async (id: string) => (await handler.load(orders, asOrderId(id))).state?.paymentFailures.length;
    return { o1: await failures('o1'), o2: await failures('o2'), marks, requested };
  }

  it.each([
    ['its payment was opened for, whatever its metadata say', { effect: 'o1', readModel: 'o2' }, [1, 0]],
    ['the read model knows its payment of', { readModel: 'o1' }, [1, 0]],
    ['it names, when nobody knows its payment', {}, [0, 1]],
  ])('is of the order that %s', async (_which, known, [o1, o2]) => {
    expect(await broughtIn(failed, [placeOrder], known)).toMatchObject({ o1, o2, marks: ['processed'] });
  });

  it('is parked while no order is known for it', async () => {
    expect(await broughtIn({ ...failed, orderId: null }, [placeOrder])).toMatchObject({
      o1: 0,
      o2: 0,
      marks: ['parked'],
    });
  });

  it('of a payment that names no currency is believed where the portal has opened it', async () => {
    const { amount, currency, paymentIntentId, at } = pay;
    const paid: PaymentMessage = {
      kind: 'payment-succeeded',
      orderId: asOrderId('o1'),
      paymentIntentId,
      amount,
      currency: null,
      at,
    };
    const opened: OrderCommand = { type: 'InitiatePayment', paymentIntentId, amount, currency, at };
    await expect(broughtIn(paid, [placeOrder])).rejects.toThrow(EffectImpossible);
    expect(await broughtIn(paid, [placeOrder, opened])).toMatchObject({ marks: ['processed'] });
  });

  it.each<[string, readonly OrderCommand[], string[]]>([
    ['is told of, for the order still goes out', toExported, ['alert:refunded-while-open:o1:c']],
    ['is nothing new where the portal asked for it', [...toExported, ask], []],
    ['is nothing to stop once the parcel has left', [...toExported, observe('shipped')], []],
    ['is nothing to stop once the order is cancelled', [...toExported, cancel('wms')], []],
  ])('that all money went back by hand %s', async (_what, commands, requested) => {
    const back: PaymentMessage = { ...byHand, amount: 10_000 };
    expect((await broughtIn(back, commands)).requested).toEqual(requested);
  });
});

it.each<[string, unknown, { orderId?: string; paymentIntentId?: string }]>([
  ['the order in its metadata', { metadata: { order_id: 'o1' } }, { orderId: 'o1' }],
  ['the payment that it is of', { id: 'ch_1', payment_intent: 'pi_1' }, { paymentIntentId: 'pi_1' }],
  ['a payment that it brings along', { id: 'ch_1', payment_intent: { id: 'pi_1' } }, { paymentIntentId: 'pi_1' }],
  ['the payment that it is', { id: 'pi_1', payment_intent: null }, { paymentIntentId: 'pi_1' }],
  ['nothing, whatever its shape', ['ch_1'], {}],
  ['nothing without an object', undefined, {}],
])('an event that nobody handles names %s', (_what, object, named) => {
  expect(namedIn(object && { data: { object } })).toEqual({ orderId: null, paymentIntentId: null, ...named });
});
