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
  /** Whether the last request is known to have left no order there: it was refused, or has never gone out. */
  leftNothing(order: Attempted): boolean;
  /**
   * How long ago the last attempt was, milliseconds; Infinity without one. As long as its date says, and as this process has
   * known it: a clock that was ahead has dated it in the future.
   */
  ageMs(order: Attempted, now: Date): number;
}

/** Orders between two of their attempts; one that drops out waits, which is always right. */
const remembered = 10_000;

export function createEarlierRequests(warehouseTimeoutMs: number): EarlierRequests {
  const ended = new LRUCache<string, End>({ max: remembered });
  const knownSince = new LRUCache<string, number>({ max: remembered });

  function ageMs({ orderId, lastExportAttemptAt }: Attempted, now: Date): number {
    if (lastExportAttemptAt === null) return Number.POSITIVE_INFINITY;
    const attempt = `${orderId} ${lastExportAttemptAt}`;
    const since = knownSince.get(attempt) ?? performance.now();
    knownSince.set(attempt, since);
    return Math.max(now.getTime() - Date.parse(lastExportAttemptAt), Math.floor(performance.now() - since));
  }

  function endOf({ orderId, lastExportAttemptAt }: Attempted): End | null {
    const end = ended.get(orderId);
    return end && end.attemptedAt === lastExportAttemptAt ? end : null;
  }

  return {
    async watch(orderId, attemptedAt, request) {
      try {
        return await request();
      } catch (error) {
        if (hasEnded(error)) ended.set(orderId, { attemptedAt: attemptedAt(), leftNothing: error.kind !== 'unknown' });
        throw error;
      }
    },
    awaitEnd(order, now) {
      const remainingMs = warehouseTimeoutMs - ageMs(order, now);
      if (remainingMs <= 0 || endOf(order)) return;
      throw new EffectPostponed(remainingMs, 'an earlier export request may still be on its way');
    },
    leftNothing: (order) => endOf(order)?.leftNothing ?? false,
    ageMs,
  };
}

/** How a request ended, of which the order's history tells nothing. */
interface End {
  readonly attemptedAt: string;
  readonly leftNothing: boolean;
}

/** A gateway gave up on the request, and what is behind it may not have. */
const stillRunning: readonly number[] = [408, 502, 504];

/** The warehouse itself has answered, or has never seen the request. */
function hasEnded(error: unknown): error is WarehouseError {
  if (!(error instanceof WarehouseError)) return false;
  const { status } = error.details;
  return error.kind !== 'unknown' || (status !== undefined && !stillRunning.includes(status));
}
