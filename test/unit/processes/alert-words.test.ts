import { expect, it } from 'vitest';
import { createAlertHandler } from '../../../src/processes/handlers/alert.js';
import type { Alerts } from '../../../src/processes/ports/outbound.js';

/** Every alert that is owed by nothing but an event, see `reactionsTo`. */
const kinds = [
  'order-export-failed',
  'inventory-sync-failed',
  'refund-failed',
  'payment-conflict',
  'status-conflict',
  'wms-cancellation-refused',
  'dispute-opened',
  'notification-failed',
  'delivery-scheduling-failed',
];

it.each(kinds)('%s says what is wrong in a sentence, which repeats neither its name nor an id', async (alertKind) => {
  let raised: Parameters<Alerts['raise']>[0] | undefined;
  const handler = createAlertHandler({
    async raise(alert) {
      raised = alert;
      return 'sent';
    },
  });
  const effect = { key: 'alert:e', subject: 'order-id', payload: { alertKind, facts: {} } };
  await handler.perform(effect as never, { correlationId: 'c', causationId: 'e', actor: 'system:alert' });
  expect(raised?.message).toMatch(/^[A-Z][^()]+\.$/);
  expect(raised?.facts).toEqual({ about: 'order-id' });
});
