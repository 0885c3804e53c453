import { describe, expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { EffectImpossible } from '../../../src/processes/effects/effect.js';
import { createEarlierRequests } from '../../../src/processes/handlers/earlier-request.js';
import { createExportHandler } from '../../../src/processes/handlers/export.js';
import { createPackedHandler } from '../../../src/processes/handlers/packed.js';
import type { Warehouse } from '../../../src/processes/ports/warehouse.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context, knowing, locks, openEffect } from '../../support/known-order.js';
import { cancel, minute, observe, placeOrder, toExported, toPaid } from '../../support/orders.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';

const mailing = {
  clock,
  locks,
  mailer: { send: async () => expect.fail('a mail was sent') },
  templates: { render: () => ({ subject: '', html: '', text: '' }) },
  messageIdDomain: 'portal',
};

const erase: OrderCommand = { type: 'EraseCustomerData', at: minute(9) };

describe('a delivery', () => {
  const packed = [...toExported, observe('packed', minute(8))];

  async function packedAfter(commands: readonly OrderCommand[]) {
    const handler = await knowing(commands);
    const done: string[] = [];
    const packedHandler = createPackedHandler({
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
    return { ...packedHandler, handler, done };
  }

  async function performed(commands: readonly OrderCommand[]) {
    const { perform, done } = await packedAfter(commands);
    for (const _time of [1, 2]) await perform(openEffect('packed'), context);
    return done;
  }

  it('is asked for once', async () => {
    expect(await performed(packed)).toEqual(['scheduled o1']);
  });

  it('is not asked for once the order is cancelled; the operators are told, since it may have been before', async () => {
    expect(new Set(await performed([...packed, cancel()]))).toEqual(new Set(['alert:call-off:o1']));
  });

  it('is not asked for to an address that was erased', async () => {
    await expect(performed([...packed, erase])).rejects.toThrow(EffectImpossible);
  });

  it.each([
    ['stands', [], []],
    ['was cancelled while the partner was asked', ['alert:call-off:o1'], [cancel()]],
  ])('is given up, and where the order %s the operators are told %j', async (_, alerts, meanwhile) => {
    const { giveUp, handler, done } = await packedAfter([...packed, ...meanwhile]);
    await giveUp?.(openEffect('packed'), 'no answer', context);
    expect((await handler.load(orders, asOrderId('o1'))).state?.deliveryFailure).toMatchObject({ reason: 'no answer' });
    expect(done).toEqual(alerts);
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
  await expect(perform(openEffect('export'), context)).rejects.toThrow('the address was erased');
});
