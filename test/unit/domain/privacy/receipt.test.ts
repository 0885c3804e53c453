import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { privacyDecider } from '../../../../src/domain/privacy/decider.js';
import { isRejection } from '../../../../src/domain/shared/decider.js';
import { asOrderId } from '../../../../src/domain/shared/ids.js';

/** Bytes that the event store takes in one append. */
const appendLimit = 1024 * 1024;

function receiptOf(orders: number): { orderIds: string[] } {
  const orderIds = Array.from({ length: orders }, () => asOrderId(randomUUID()));
  const command = {
    type: 'EraseKey',
    keyId: randomUUID(),
    orderIds,
    reason: 'asked for',
    at: '2026-03-01T09:00:00.000Z',
  } as const;
  const decided = privacyDecider.decide(command, privacyDecider.initial);
  if (isRejection(decided)) throw new Error(decided.detail);
  return decided[0]?.data as { orderIds: string[] };
}

it('names the orders of a person', () => {
  expect(receiptOf(3).orderIds).toHaveLength(3);
});

it('can be recorded, however many orders there are', () => {
  const receipt = receiptOf(100_000);
  expect(receipt.orderIds.length).toBeGreaterThan(0);
  expect(JSON.stringify(receipt).length).toBeLessThan(0.9 * appendLimit);
});
