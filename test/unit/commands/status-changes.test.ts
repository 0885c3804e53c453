import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { tellStatusChanges } from '../../../src/commands/status-changes.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asExtensivOrderId, asOrderId } from '../../../src/domain/shared/ids.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { pay, placeOrder } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';
import { loggerTo, noMetrics } from '../../support/telemetry.js';

it('tells each change of an order’s status once, whoever brought it about', async () => {
  const counted: unknown[] = [];
  const logged: unknown[] = [];
  const plain = createCommandHandler({
    eventStore: createMemoryStore(),
    personalData: memoryPersonalData(),
    clock: { now: () => new Date() },
  });
  const handler = tellStatusChanges(plain, {
    metrics: { ...noMetrics, increment: (name, labels) => counted.push([name, labels?.to]) },
    logger: loggerTo(({ message, facts }) => logged.push([message, facts])),
  });

  const orderId = asOrderId(randomUUID());
  const at = placeOrder.at;
  const shipped = { type: 'ObserveWmsStatus', status: 'shipped', carrier: null, at } as const;
  const commands: OrderCommand[] = [
    { ...placeOrder, orderId },
    pay,
    pay,
    { type: 'AttemptExport', at },
    { type: 'ConfirmExport', extensivOrderId: asExtensivOrderId('EXT-1'), adopted: false, at },
    { type: 'SetStatus', status: 'packed', reason: 'by phone', trackingNumber: null, carrier: null, at },
    { ...shipped, trackingNumber: null },
    // Says what was not known before, and the order stays where it was.
    { ...shipped, trackingNumber: '1Z1' },
    { ...shipped, status: 'picking', trackingNumber: null },
  ];
  const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:test' };
  for (const command of commands) await handler.handle(orders, orderId, command, context);

  const reached = ['awaiting_payment', 'paid', 'exported', 'packed', 'shipped'];
  expect(counted).toEqual(reached.map((to) => ['portal_status_changes_total', to]));
  expect(logged).toEqual(
    reached.map((to, index) => [
      'order status changed',
      { orderId, correlationId: context.correlationId, from: reached[index - 1] ?? null, to },
    ]),
  );
});
