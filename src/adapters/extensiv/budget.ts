/** Who goes first when requests have to wait: orders that are paid for, then their progress, then the catalogue. */
export const lanes = ['export', 'status', 'catalogue'] as const;
export type Lane = (typeof lanes)[number];

export interface Budget {
  /** Resolves when a request may be sent. Only so many wait as the bulkheads of the lanes let through. */
  acquire(lane: Lane, signal: AbortSignal): Promise<void>;
}

export interface BudgetLimits {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Requests that may go at once after a quiet time. */
  readonly burst: number;
}

/** A token bucket whose waiters are served by lane, first come first served within a lane. */
export function createBudget({ perSecond, burst }: BudgetLimits): Budget {
  const queues = new Map<Lane, Set<() => void>>(lanes.map((lane) => [lane, new Set()]));
  let available = burst;
  let refilledAt = performance.now();
  let timer: NodeJS.Timeout | null = null;

  function refill(): void {
    const at = performance.now();
    available = Math.min(burst, available + ((at - refilledAt) / 1000) * perSecond);
    refilledAt = at;
  }

  function serve(): void {
    timer = null;
    refill();
    for (const queue of queues.values()) {
      for (const go of queue) {
        if (available < 1) {
          wakeLater();
          return;
        }
        available -= 1;
        queue.delete(go);
        go();
      }
    }
  }

  function wakeLater(): void {
    if (timer === null) timer = setTimeout(serve, Math.ceil(((1 - available) / perSecond) * 1000));
  }

  return {
    async acquire(lane, signal) {
      signal.throwIfAborted();
      refill();
      const nobodyWaits = [...queues.values()].every((queue) => queue.size === 0);
      if (available >= 1 && nobodyWaits) {
        available -= 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const queue = queues.get(lane);
        const stop = () => {
          queue?.delete(go);
          reject(signal.reason);
        };
        const go = () => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        signal.addEventListener('abort', stop, { once: true });
        queue?.add(go);
        wakeLater();
      });
    },
  };
}
