import { LRUCache } from 'lru-cache';
import type { Order } from '../../domain/order/state.js';
import { EffectPostponed } from '../effects/effect.js';
import { WarehouseError } from '../ports/warehouse.js';

type Attempted = Pick<Order, 'orderId' | 'lastExportAttemptAt'>;

/**
 * A create request of a process that died may still be on its way; a look-up can be trusted only after its time-out.
 *
 * @throws EffectPostponed until then
 */
export function waitForEarlierRequest(order: Attempted, now: Date, warehouseTimeoutMs: number): void {
  if (order.lastExportAttemptAt === null) return;
  const remainingMs = Date.parse(order.lastExportAttemptAt) + warehouseTimeoutMs - now.getTime();
  if (remainingMs > 0) throw new EffectPostponed(remainingMs, 'an earlier export request may still be on its way');
}

/** The requests of this process, which knows of most that they have ended. */
export interface EarlierRequests {
  /** Makes a request, and remembers when the warehouse has answered it. */
  watch<Answer>(orderId: string, attemptedAt: string, request: () => Promise<Answer>): Promise<Answer>;
  /** As {@link waitForEarlierRequest}, unless the order's last request is known to have been answered. */
  awaitEnd(order: Attempted, now: Date): void;
}

/** Orders between two of their attempts; one that drops out waits, which is always right. */
const remembered = 10_000;

export function createEarlierRequests(warehouseTimeoutMs: number): EarlierRequests {
  const answered = new LRUCache<string, string>({ max: remembered });
  return {
    async watch(orderId, attemptedAt, request) {
      try {
        return await request();
      } catch (error) {
        if (hasEnded(error)) answered.set(orderId, attemptedAt);
        throw error;
      }
    },
    awaitEnd(order, now) {
      const { orderId, lastExportAttemptAt } = order;
      if (lastExportAttemptAt !== null && answered.get(orderId) === lastExportAttemptAt) return;
      waitForEarlierRequest(order, now, warehouseTimeoutMs);
    },
  };
}

/** A gateway gave up on the request, and what is behind it may not have. */
const stillRunning: readonly number[] = [408, 502, 504];

/** The warehouse itself has answered, or has never seen the request. */
function hasEnded(error: unknown): boolean {
  if (!(error instanceof WarehouseError)) return false;
  const { status } = error.details;
  return error.kind !== 'unknown' || (status !== undefined && !stillRunning.includes(status));
}
