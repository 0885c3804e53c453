/** One request of the warehouse's API, as it was answered. */
export interface LedgerEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** The route's template, such as `/api/v1/orders/{id}`, or the path when no route fits. */
  readonly route: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** 0 while there is no answer, or when it was cut off before one was made. */
  status: number;
  orderNumber?: string;
  idempotencyKey?: string;
  /** The kind of fault that was applied. */
  fault?: string;
}

export interface Ledger {
  add(entry: LedgerEntry): void;
  select(filter: { method?: string; path?: string }): { requests: LedgerEntry[]; counts: Record<string, number> };
  clear(): void;
}

/** Tests look at hundreds of requests; a benchmark makes many more and reads the counts only. */
const MAX_REQUESTS = 10_000;

/** Remembers the latest requests, and counts all of them by method and route. */
export function createLedger(): Ledger {
  let entries: LedgerEntry[] = [];
  let totals = new Map<string, { method: string; route: string; count: number }>();
  return {
    add(entry) {
      entries.push(entry);
      // Cut now and then rather than on each request, which would move the whole list every time.
      if (entries.length > 2 * MAX_REQUESTS) entries = entries.slice(-MAX_REQUESTS);
      const name = `${entry.method} ${entry.route}`;
      const total = totals.get(name) ?? { method: entry.method, route: entry.route, count: 0 };
      totals.set(name, { ...total, count: total.count + 1 });
    },
    select({ method, path }) {
      const fits = (candidate: { method: string }, at: string) =>
        (method === undefined || candidate.method === method.toUpperCase()) &&
        (path === undefined || at.startsWith(path));
      return {
        requests: entries.filter((entry) => fits(entry, entry.path)).slice(-MAX_REQUESTS),
        counts: Object.fromEntries(
          [...totals].filter(([, total]) => fits(total, total.route)).map(([name, total]) => [name, total.count]),
        ),
      };
    },
    clear() {
      entries = [];
      totals = new Map();
    },
  };
}
