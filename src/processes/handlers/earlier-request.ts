import { LRUCache } from 'lru-cache';
import type { Order } from '../../domain/order/state.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { EffectPostponed } from '../effects/effect.js';
import { WarehouseError } from '../ports/warehouse.js';

type Attempted = Pick<Order, 'orderId' | 'lastExportAttemptAt' | 'exportAttempts'>;

/** Create requests for orders, which may still be on their way: a look-up can be trusted only after their time-out. */
export interface EarlierRequests {
  /** Makes a request, and remembers when the warehouse has answered it. */
  watch<Answer>(orderId: OrderId, attemptedAt: () => string, request: () => Promise<Answer>): Promise<Answer>;
  /** @throws EffectPostponed until the last request can be on its way no more, or is known to have been answered */
  awaitEnd(order: Attempted, now: Date): void;
  /** Whether no request has left an order there, for all this process knows: each was refused, or has never gone out. */
  leftNothing(order: Attempted): boolean;
  /**
   * Of an order that a look-up has not found. Each further look comes when the last attempt is twice as old as now, and the
   * last one when the order can no longer turn up; none when every request is known to have been answered.
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
  const ends = new LRUCache<string, Ends>({ max: remembered });
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
        if (hasEnded(error)) {
          const { answered, leftNothing } = ends.get(orderId) ?? { answered: 0, leftNothing: 0 };
          ends.set(orderId, {
            lastAttemptedAt: attemptedAt(),
            answered: answered + 1,
            leftNothing: leftNothing + (error.kind === 'unknown' ? 0 : 1),
          });
        }
        throw error;
      }
    },
    awaitEnd(order, now) {
      const remainingMs = warehouseTimeoutMs - ageMs(order, now);
      if (remainingMs <= 0 || ends.get(order.orderId)?.lastAttemptedAt === order.lastExportAttemptAt) return;
      throw new EffectPostponed(remainingMs, 'an earlier export request may still be on its way');
    },
    leftNothing: ({ orderId, exportAttempts }) => ends.get(orderId)?.leftNothing === exportAttempts,
    awaitAbsence(order, now) {
      const age = ageMs(order, now);
      const remainingMs = lateByTimeouts * warehouseTimeoutMs - age;
      if (remainingMs <= 0 || ends.get(order.orderId)?.answered === order.exportAttempts) return;
      throw new EffectPostponed(Math.min(age, remainingMs), 'the warehouse may still be creating the order');
    },
  };
}

/** How the requests of an order ended without success, which its history does not tell. */
interface Ends {
  /** When the last of them had been announced. */
  readonly lastAttemptedAt: string;
  /** How many were answered, or have never gone out. */
  readonly answered: number;
  /** How many of those were refused, or have never gone out. */
  readonly leftNothing: number;
}

/** A gateway gave up on the request, and what is behind it may not have. */
const stillRunning: readonly number[] = [408, 502, 504];

/** The warehouse itself has answered, or has never seen the request. */
function hasEnded(error: unknown): error is WarehouseError {
  if (!(error instanceof WarehouseError)) return false;
  const { status } = error.details;
  return error.kind !== 'unknown' || (status !== undefined && !stillRunning.includes(status));
}
