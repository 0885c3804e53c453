import { LRUCache } from 'lru-cache';
import type { Order } from '../../domain/order/state.js';
import { EffectPostponed } from '../effects/effect.js';
import { WarehouseError } from '../ports/warehouse.js';

type Attempted = Pick<Order, 'orderId' | 'lastExportAttemptAt'>;

/** Create requests for orders, which may still be on their way: a look-up can be trusted only after their time-out. */
export interface EarlierRequests {
  /** Makes a request, and remembers when the warehouse has answered it. */
  watch<Answer>(orderId: string, attemptedAt: () => string, request: () => Promise<Answer>): Promise<Answer>;
  /** @throws EffectPostponed until the last request can be on its way no more, or is known to have been answered */
  awaitEnd(order: Attempted, now: Date): void;
  /**
   * Of an order that a look-up has not found. Each further look comes when the last attempt is twice as old as now, and the
   * last one when the order can no longer turn up.
   *
   * @throws EffectPostponed until then
   */
  awaitAbsence(order: Attempted, now: Date): void;
}

/**
 * The warehouse may take longer to create an order than we wait for its answer. So many of our time-outs, 160 s as
 * delivered, outlast the gateways in front of it; what turns up later still is for the reconciliation.
 */
const lateByTimeouts = 16;

/** Orders between two of their attempts; one that drops out waits, which is always right. */
const remembered = 10_000;

export function createEarlierRequests(warehouseTimeoutMs: number): EarlierRequests {
  const answered = new LRUCache<string, string>({ max: remembered });
  const knownSince = new LRUCache<string, number>({ max: remembered });

  /**
   * How long ago the last attempt was, Infinity without one. As long as its date says, and as this process has known it: a
   * clock that was ahead has dated it in the future.
   */
  function ageMs({ orderId, lastExportAttemptAt }: Attempted, now: Date): number {
    if (lastExportAttemptAt === null) return Number.POSITIVE_INFINITY;
    const attempt = `${orderId} ${lastExportAttemptAt}`;
    const since = knownSince.get(attempt) ?? performance.now();
    knownSince.set(attempt, since);
    return Math.max(now.getTime() - Date.parse(lastExportAttemptAt), Math.floor(performance.now() - since));
  }

  return {
    async watch(orderId, attemptedAt, request) {
      try {
        return await request();
      } catch (error) {
        if (hasEnded(error)) answered.set(orderId, attemptedAt());
        throw error;
      }
    },
    awaitEnd(order, now) {
      const { orderId, lastExportAttemptAt } = order;
      const remainingMs = warehouseTimeoutMs - ageMs(order, now);
      if (remainingMs <= 0 || answered.get(orderId) === lastExportAttemptAt) return;
      throw new EffectPostponed(remainingMs, 'an earlier export request may still be on its way');
    },
    awaitAbsence(order, now) {
      const age = ageMs(order, now);
      const remainingMs = lateByTimeouts * warehouseTimeoutMs - age;
      if (remainingMs <= 0) return;
      throw new EffectPostponed(Math.min(age, remainingMs), 'the warehouse may still be creating the order');
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
