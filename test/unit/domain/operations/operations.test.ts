import { describe, it } from 'vitest';
import { type OperationsCommand, operationsDecider } from '../../../../src/domain/operations/decider.js';
import type { OperationsEvent } from '../../../../src/domain/operations/events.js';
import { given } from '../../../support/given.js';
import { minute } from '../../../support/orders.js';

const effect = { key: 'export:o1', reason: 'address corrected' };
const stream = { projection: 'orders', stream: 'order-o1', reason: 'fixed' };
const key = { keyId: 'k1', roles: ['buyer'], customerId: 'c1', brandId: null, expiresAt: minute(9), secretHash: 'h' };
const interventions: [OperationsCommand, OperationsEvent][] = [
  [
    { type: 'RetryEffect', ...effect, at: minute(1) },
    { type: 'EffectRetried', data: { ...effect, retriedAt: minute(1) } },
  ],
  [
    { type: 'DiscardEffect', ...effect, at: minute(1) },
    { type: 'EffectDiscarded', data: { ...effect, discardedAt: minute(1) } },
  ],
  [
    { type: 'RetryParkedStream', ...stream, at: minute(1) },
    { type: 'ParkedStreamRetried', data: { ...stream, retriedAt: minute(1) } },
  ],
  [
    { type: 'SkipParkedStream', ...stream, at: minute(1) },
    { type: 'ParkedStreamSkipped', data: { ...stream, skippedAt: minute(1) } },
  ],
  [
    { type: 'RereadEvents', projections: ['orders'], reason: 'restored', at: minute(1) },
    { type: 'EventsReread', data: { projections: ['orders'], reason: 'restored', rereadAt: minute(1) } },
  ],
  [
    { type: 'CreateApiKey', ...key, at: minute(1) },
    { type: 'ApiKeyCreated', data: { ...key, createdAt: minute(1) } },
  ],
  [
    { type: 'RevokeApiKey', keyId: 'k1', at: minute(1) },
    { type: 'ApiKeyRevoked', data: { keyId: 'k1', revokedAt: minute(1) } },
  ],
  [
    { type: 'ReplayWebhook', eventId: 'evt_1', at: minute(1) },
    { type: 'WebhookReplayed', data: { eventId: 'evt_1', replayedAt: minute(1) } },
  ],
];

describe('an intervention of an operator', () => {
  it.each(interventions)('%j is recorded, and not again when the command is repeated', (command, event) => {
    given(operationsDecider, []).when(command).thenEvents([event]);
    given(operationsDecider, [event]).when(command).thenNothing();
    given(operationsDecider, [inAnotherOrder(event)])
      .when(command)
      .thenNothing();
    given(operationsDecider, [event])
      .when({ ...command, at: minute(2) })
      .thenTypes([event.type]);
  });
});

/** As a store that keeps its members in an order of its own gives it back. */
function inAnotherOrder({ type, data }: OperationsEvent): OperationsEvent {
  return { type, data: Object.fromEntries(Object.entries(data).reverse()) } as OperationsEvent;
}
