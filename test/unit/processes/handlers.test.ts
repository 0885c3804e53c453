import { describe, expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { openedEvents } from '../../../src/commands/privacy/opened-events.js';
import { createTurns } from '../../../src/commands/turns.js';
import type { CommandContext } from '../../../src/commands/use-cases.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { NotificationKind } from '../../../src/domain/order/values.js';
import { type Effect, EffectImpossible, type EffectKind } from '../../../src/processes/effects/effect.js';
import { createEarlierRequests } from '../../../src/processes/handlers/earlier-request.js';
import { createExportHandler } from '../../../src/processes/handlers/export.js';
import { createRefundHandler } from '../../../src/processes/handlers/money.js';
import { createNotifyHandler } from '../../../src/processes/handlers/notify.js';
import { createPackedHandler } from '../../../src/processes/handlers/packed.js';
import type { Mailer } from '../../../src/processes/ports/outbound.js';
import type { Payments, RefundMessage } from '../../../src/processes/ports/payments.js';
import type { Warehouse } from '../../../src/processes/ports/warehouse.js';
import { snapshot } from '../../support/inventory.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { cancel, minute, observe, placeOrder, refund, toExported, toPaid } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';

const context: CommandContext = { correlationId: 'c', causationId: 'c', actor: 'system:test' };
const clock = { now: () => new Date(minute(60)) };
const locks = { exclusively: createTurns() };

const mailing = {
  clock,
  locks,
  mailer: { send: async () => expect.fail('a mail was sent') },
  templates: { render: () => ({ subject: '', html: '', text: '' }) },
  messageIdDomain: 'portal',
};

/** A command handler that knows an order after these commands. */
async function knowing(commands: readonly OrderCommand[]) {
  const personalData = memoryPersonalData();
  const eventStore = openedEvents(createMemoryStore(), personalData);
  const handler = createCommandHandler({ eventStore, personalData, clock });
  for (const command of commands) await handler.handle(orders, 'o1', command, context);
  return handler;
}

function effect(kind: EffectKind, payload: Record<string, unknown>): Effect {
  const row = { status: 'open', attempts: 0, generation: 1, lastError: null, causedBy: 'c' } as const;
  const times = { createdAt: minute(0), updatedAt: minute(0) };
  return { key: `${kind}:o1`, kind, subject: 'o1', payload: { correlationId: 'c', ...payload }, ...row, ...times };
}

describe('a refund', () => {
  const ask: OrderCommand = { type: 'RequestRefund', amount: 2_500, reason: 'damaged', at: minute(18) };
  const byHand: RefundMessage = {
    kind: 'refund',
    stripeRefundId: 're_9',
    refundId: null,
    paymentIntentId: 'pi_1',
    orderId: 'o1',
    amount: 1_000,
    currency: 'USD',
    status: 'succeeded',
    reason: '',
    at: minute(19),
  };

  async function performed(commands: readonly OrderCommand[], known: readonly RefundMessage[] = [], times = 1) {
    const handler = await knowing(commands);
    const asked: string[] = [];
    const payments = {
      async refund({ refundId, amount }) {
        asked.push(`${refundId} ${amount}`);
        return { stripeRefundId: 're_1', amount, status: 'pending', failureReason: null };
      },
      async refundsOf() {
        asked.push('which there are');
        return known;
      },
    } satisfies Pick<Payments, 'refund' | 'refundsOf'> as unknown as Payments;
    const { perform } = createRefundHandler({ handler, clock, locks, payments });
    for (let left = times; left > 0; left -= 1) await perform(effect('refund', { refundId: 'o1-1' }), context);
    return asked;
  }

  it('is asked for once, however often its effect is performed while it is on its way', async () => {
    expect(await performed([...toPaid, ask], [], 3)).toEqual(['o1-1 2500']);
  });

  it('is not asked for when others have brought back enough', async () => {
    expect(await performed([...toPaid, ask, { ...refund('re_9', 2_500), refundId: null }])).toEqual([]);
  });

  it('goes out only when it is known whose the money is that the charge tells of', async () => {
    const charge: OrderCommand = {
      type: 'RecordChargeRefunded',
      amountRefunded: 1_000,
      currency: 'USD',
      at: minute(20),
    };
    const asked = await performed([...toPaid, ask, charge], [byHand]);
    expect([asked.at(0), asked.at(-1)]).toEqual(['which there are', 'o1-1 1500']);
  });
});

const erase: OrderCommand = { type: 'EraseCustomerData', at: minute(9) };

describe('a delivery', () => {
  const packed = [...toExported, observe('packed', minute(8))];

  async function performed(commands: readonly OrderCommand[]) {
    const handler = await knowing(commands);
    const done: string[] = [];
    const { perform } = createPackedHandler({
      ...mailing,
      handler,
      delivery: {
        async schedule({ orderId }) {
          done.push(`scheduled ${orderId}`);
          return { reference: 'DEL-1' };
        },
      },
      effects: { request: async (requests) => void done.push(...requests.map(({ key }) => key)) },
    });
    for (const _time of [1, 2]) await perform(effect('packed', {}), context);
    return done;
  }

  it('is asked for once', async () => {
    expect(await performed(packed)).toEqual(['scheduled o1']);
  });

  it('is not asked for once the order is cancelled', async () => {
    expect(await performed([...packed, cancel()])).toEqual([]);
  });

  it('is not asked for to an address that was erased', async () => {
    await expect(performed([...packed, erase])).rejects.toThrow(EffectImpossible);
  });
});

it('an order is not exported to an address that was erased', async () => {
  const handler = await knowing([...toPaid, erase]);
  for (const { sku } of placeOrder.lineItems) {
    await handler.handle(inventory, sku, snapshot({ sku }), context);
  }
  const warehouse = new Proxy({} as Warehouse, { get: (_, call) => expect.fail(`${String(call)} was asked for`) });
  const { perform } = createExportHandler({
    ...{ handler, clock, locks, warehouse, logger: silentLogger, metrics: noMetrics },
    reservationTtlSeconds: 1_800,
    earlierRequests: createEarlierRequests(10_000),
  });
  await expect(perform(effect('export', {}), context)).rejects.toThrow('the address was erased');
});

describe('a mail', () => {
  async function sent(kind: NotificationKind, commands: readonly OrderCommand[]) {
    const handler = await knowing(commands);
    const ids: string[] = [];
    const mailer: Mailer = { send: async ({ messageId }) => void ids.push(messageId) };
    const { perform } = createNotifyHandler({ ...mailing, handler, mailer });
    for (const _time of [1, 2]) await perform(effect('notify', { notification: kind }), context);
    return ids;
  }

  const confirmation = '<o1.order-confirmation@portal>';
  const cancelled = [...toPaid, cancel()];
  const bounced = [...toPaid, refund('re_1', 300), refund('re_1', 300, 'failed')];
  it.each<[string, NotificationKind, readonly OrderCommand[], string[]]>([
    ['confirms a paid order, once', 'order-confirmation', toPaid, [confirmation]],
    ['confirms no cancelled one', 'order-confirmation', cancelled, []],
    ['tells of a cancellation', 'cancelled', cancelled, ['<o1.cancelled@portal>']],
    [
      'tells of a refund with its amount',
      'refunded',
      [...cancelled, refund('re_1', 300)],
      ['<o1.refunded.300@portal>'],
    ],
    ['tells of no refund that has bounced', 'refunded', bounced, []],
    [
      'tells of a parcel with its number',
      'shipped',
      [...toExported, observe('shipped', minute(10), '1Z 9')],
      ['<o1.shipped.1Z9@portal>'],
    ],
    ['goes to nobody who was erased', 'order-confirmation', [...toPaid, erase], []],
    ['goes to nobody of whom there is no order', 'order-confirmation', [], []],
  ])('%s', async (_what, kind, commands, ids) => {
    expect(await sent(kind, commands)).toEqual(ids);
  });
});
