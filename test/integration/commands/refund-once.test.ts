import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { RevisionMismatch } from '../../../src/commands/handler.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { asOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

let world: WarehouseWorld;
beforeAll(async () => {
  world = await startWarehouseWorld();
});
afterAll(() => world?.close());

const part = { amount: 500, reason: 'one was damaged' };
const ask = (orderId: OrderId, idempotencyKey: string | null, asked = part) =>
  world.portal.useCases.requestRefund({ orderId, idempotencyKey, ...asked }, context());
const requests = async (orderId: OrderId) =>
  (await world.portal.handler.load(orders, orderId)).state!.refundLedger.requests;

/** An order of which a part was asked for under a key and has been given back. */
async function partlyRefunded(key: string | null): Promise<string> {
  const { orderId } = await world.paidOrder('VTH-1');
  expect(await ask(orderId, key)).toMatchObject({ value: { repeated: false } });
  const [{ refundId } = { refundId: '' }] = await requests(orderId);
  const at = new Date().toISOString();
  const money = { amount: part.amount, currency: 'USD', reason: '' };
  const succeeded = { type: 'RecordRefund', stripeRefundId: `re_${randomUUID()}`, status: 'succeeded' } as const;
  await world.portal.handler.handle(orders, orderId, { ...succeeded, ...money, refundId, at }, context());
  return orderId;
}

describe('a refund under an idempotency key', () => {
  it('is one refund, however often it is asked for', async () => {
    const orderId = await partlyRefunded('damaged-1');
    for (const answer of await Promise.all([
      ask(asOrderId(orderId), 'damaged-1'),
      ask(asOrderId(orderId), 'damaged-1'),
    ])) {
      expect(answer).toMatchObject({ value: { orderId, repeated: true } });
    }
    expect(await requests(asOrderId(orderId))).toHaveLength(1);
  });

  it.each([part.reason, 'ada@example.com called'])(
    'is answered again although the order has changed by it, with `If-Match` too: %s',
    async (reason) => {
      const { orderId } = await world.paidOrder('VTH-1');
      const { revision } = await world.portal.handler.load(orders, orderId);
      const request = { orderId, idempotencyKey: 'damaged-1', ...part, reason, onlyAt: [revision!] };
      const asked = () => world.portal.useCases.requestRefund(request, context());
      expect(await asked()).toMatchObject({ value: { repeated: false } });
      expect(await asked()).toMatchObject({ value: { repeated: true } });
      const other = world.portal.useCases.requestRefund({ ...request, idempotencyKey: 'damaged-2' }, context());
      await expect(other).rejects.toThrow(RevisionMismatch);
      expect(await requests(orderId)).toHaveLength(1);
    },
  );

  it('is another one under another key', async () => {
    const orderId = await partlyRefunded('damaged-1');
    expect(await ask(asOrderId(orderId), 'damaged-2')).toMatchObject({ value: { repeated: false } });
    expect(await requests(asOrderId(orderId))).toHaveLength(2);
  });

  it('is refused when the key stands for another amount or reason', async () => {
    const orderId = await partlyRefunded('damaged-1');
    for (const other of [
      { ...part, amount: 501 },
      { ...part, reason: 'two were damaged' },
    ]) {
      const answer = await ask(asOrderId(orderId), 'damaged-1', other);
      expect(isRejection(answer) && answer.code).toBe('idempotency-key-reused');
    }
    expect(await requests(asOrderId(orderId))).toHaveLength(1);
  });
});

it('a refund asked for twice without a key is two refunds', async () => {
  const orderId = await partlyRefunded(null);
  expect(await ask(asOrderId(orderId), null)).toMatchObject({ value: { repeated: false } });
  expect(await requests(asOrderId(orderId))).toHaveLength(2);
});
