import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
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

const due = '2026-01-01T00:30:00.000Z';
const asks = (type: string, data: unknown, stream = 'order-o1') => {
  const event = { ...recorded(type, data, stream), id: 'e1' };
  return reactionsTo(event).map(({ key, kind, subject, payload, dueAt, reopen }) => {
    expect(key).toMatch(new RegExp(`^${kind}:`));
    expect(subject).toBe('o1');
    expect(payload).toMatchObject({ orderId: 'o1', correlationId: 'c' });
    return [key, ...(dueAt === due ? ['when due'] : []), ...(reopen ? ['again'] : [])].join(' ');
  });
};

it.each<[OrderEvent['type'], object, string[]]>([
  ['OrderPlaced', { expiresAt: due }, ['reservation-expiry:o1 when due']],
  ['PaymentInitiated', { paymentIntentId: 'pi_1' }, ['unpark:pi_1']],
  ['PaymentFailed', {}, []],
  ['OrderPaid', { paymentIntentId: 'pi_1' }, ['unpark:pi_1', 'export:o1', 'notify:o1:order-confirmation']],
  ['OrderReinstated', {}, ['export:o1 again']],
  ['ExportAttempted', {}, []],
  ['OrderExported', {}, ['commit:o1']],
  ['OrderExportFailed', {}, ['alert:e1']],
  ['ExportRetried', {}, ['export:o1 again']],
  ['ExportStated', { extensivOrderId: 'EX-1' }, ['export:o1 again']],
  ['ExportStated', { extensivOrderId: null }, ['release:o1 again', 'wms-cancel:o1 again']],
  ['OrderExpired', {}, ['release:o1 again']],
  ['OrderCancelled', {}, ['release:o1 again', 'cancel-intent:o1', 'wms-cancel:o1 again', 'notify:o1:cancelled']],
  ['StatusChanged', { from: 'exported', to: 'picking' }, []],
  ['StatusChanged', { from: 'exported', to: 'packed' }, ['packed:o1']],
  ['StatusChanged', { from: 'packed', to: 'shipped' }, ['notify:o1:shipped']],
  ['StatusChanged', { from: 'shipped', to: 'shipped' }, ['notify:o1:shipped again']],
  ['StatusChanged', { from: 'shipped', to: 'delivered' }, ['notify:o1:delivered']],
  ['RefundRequested', { refundId: 'o1-2' }, ['refund:o1-2']],
  ['RefundPending', {}, []],
  ['RefundSucceeded', {}, ['notify:o1:refunded again']],
  ['RefundFailed', {}, ['alert:e1']],
  ['StatusConflicted', {}, ['alert:e1']],
  ['WmsCancellationConfirmed', {}, ['wms-cancel:o1 again']],
  ['WmsCancellationRefused', {}, ['alert:e1']],
  ['WmsCancellationClosed', {}, []],
  ['NotificationSent', {}, []],
  ['NotificationFailed', {}, ['alert:e1']],
  ['DeliverySchedulingFailed', {}, ['alert:e1']],
])('%s %j asks for %j', (type, data, requests) => {
  expect(asks(type, data)).toEqual(requests);
});

it('a reservation asks for its own end, each time that it is made', () => {
  const reserved = { orderId: 'o1', quantity: 1, expiresAt: due };
  expect(asks('StockReserved', reserved, 'inventory-HEMP-1')).toEqual(['reservation-expiry:o1:HEMP-1 when due again']);
  expect(asks('ReservationReleased', reserved, 'inventory-HEMP-1')).toEqual([]);
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
  ['currency', 'SEK', { received: '100 minor units of SEK' }],
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
