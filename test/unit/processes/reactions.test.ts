import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { reactionsTo } from '../../../src/processes/effects/reactions.js';

const keyId = randomUUID();
const recorded = (type: string, data: unknown, stream = `privacy-${keyId}`): RecordedEvent => ({
  id: randomUUID(),
  stream,
  type,
  data,
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    actor: 'operator:o',
    schemaVersion: 1,
    recordedAt: '2026-01-01T00:00:00.000Z',
    prevHash: null,
    hash: 'h',
  },
});

it('a receipt destroys its key', () => {
  const receipt = { keyId, orderIds: [], reason: 'r', erasedAt: '2026-01-01T00:00:00.000Z' };
  expect(reactionsTo(recorded('PersonalDataErased', receipt))).toMatchObject([{ kind: 'erase', subject: keyId }]);
});

it('nothing else in the stream of a key does', () => {
  expect(reactionsTo(recorded('foreign:Note', {}))).toEqual([]);
  expect(reactionsTo(recorded('KeyRotated', { keyId }))).toEqual([]);
});

it.each([
  ['amount', 'USD', { received: '1.00 USD', expected: '139.94 USD' }],
  // What is due is of the currency of the order, which the payment does not tell.
  ['currency', 'EUR', { received: '1.00 EUR' }],
])('a payment of another %s is told with what came, and what was due', (reason, currency, amounts) => {
  const conflict = { paymentIntentId: 'pi_1', reason, expectedAmount: 13_994, amount: 100, currency };
  const [alert] = reactionsTo(recorded('PaymentConflicted', { ...conflict, observedAt: '' }, `order-${randomUUID()}`));
  expect(alert?.payload.facts).toEqual({ reason, paymentIntentId: 'pi_1', ...amounts });
});

it('a dispute is told with its amount as the bank writes it', () => {
  const dispute = {
    disputeId: 'dp_1',
    amount: 13_994,
    currency: 'USD',
    reason: 'fraudulent',
    openedAt: '2026-01-01T00:00:00.000Z',
  };
  const [alert] = reactionsTo(recorded('DisputeOpened', dispute, `order-${randomUUID()}`));
  expect(alert?.payload).toMatchObject({ facts: { disputeId: 'dp_1', amount: '139.94 USD' } });
});
