import { describe, expect, it } from 'vitest';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { EffectPostponed } from '../../../src/processes/effects/effect.js';
import { createEarlierRequests } from '../../../src/processes/handlers/earlier-request.js';
import { WarehouseError } from '../../../src/processes/ports/warehouse.js';
import { until } from '../../support/until.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const attemptedAt = (agoMs: number) => ({
  orderId: asOrderId('one'),
  lastExportAttemptAt: new Date(now.getTime() - agoMs).toISOString(),
  exportAttempts: 1,
});
/** How long an order has to wait, milliseconds; 0 when it need not. */
function waits(requests: ReturnType<typeof createEarlierRequests>, order: ReturnType<typeof attemptedAt>): number {
  try {
    requests.awaitEnd(order, now);
    return 0;
  } catch (error) {
    expect(error).toBeInstanceOf(EffectPostponed);
    return (error as EffectPostponed).delayMs;
  }
}

describe('an export request of which nobody knows the end', () => {
  it('is waited for until its time-out is over', () => {
    const requests = createEarlierRequests(10_000);
    expect(waits(requests, attemptedAt(4_000))).toBe(6_000);
    expect(waits(requests, attemptedAt(10_000))).toBe(0);
  });

  it('is waited for no longer than its time-out when a clock that was ahead has dated it', async () => {
    const requests = createEarlierRequests(200);
    const dated = attemptedAt(-3_600_000);
    const first = waits(requests, dated);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(200);
    await until('it is over', () => waits(requests, dated) === 0, 5_000);
  });

  it.each([
    ['unknown', 503, false],
    ['rejected', 400, true],
    ['busy', undefined, true],
  ] as const)(
    'is not waited for once it has ended; one that ended as %s with %s has left nothing: %s',
    async (kind, status, leftNothing) => {
      const requests = createEarlierRequests(10_000);
      const order = attemptedAt(1_000);
      const details = { method: 'POST', route: '/api/v1/orders', ...(status === undefined ? {} : { status }) };
      const failure = new WarehouseError(kind, 'no order', details);
      const answer = requests.watch(
        asOrderId('one'),
        () => order.lastExportAttemptAt,
        () => Promise.reject(failure),
      );
      await expect(answer).rejects.toBe(failure);
      expect(waits(requests, order)).toBe(0);
      expect(requests.leftNothing(order)).toBe(leftNothing);
      expect(() => requests.awaitAbsence(order, now)).not.toThrow();

      // Of an earlier one, which another process made, nothing is known.
      const repeated = { ...order, exportAttempts: 2 };
      expect(requests.leftNothing(repeated)).toBe(false);
      expect(() => requests.awaitAbsence(repeated, now)).toThrow('may still be creating the order');
    },
  );
});
