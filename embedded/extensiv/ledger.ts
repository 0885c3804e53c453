import { createLedger as createList } from '../shared/ledger.js';

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

/** Remembers the latest requests, and counts all of them by method and route. */
export function createLedger(): Ledger {
  const latest = createList<LedgerEntry>();
  const totals = new Map<string, { method: string; route: string; count: number }>();
  return {
    add(entry) {
      latest.add(entry);
      const { method, route } = entry;
      const total = totals.get(`${method} ${route}`) ?? { method, route, count: 0 };
      totals.set(`${method} ${route}`, { ...total, count: total.count + 1 });
    },
    select({ method, path }) {
      const fits = (candidate: { method: string }, at: string) =>
        (method === undefined || candidate.method === method.toUpperCase()) &&
        (path === undefined || at.startsWith(path));
      return {
        requests: latest.entries().filter((entry) => fits(entry, entry.path)),
        counts: Object.fromEntries(
          [...totals].filter(([, total]) => fits(total, total.route)).map(([name, total]) => [name, total.count]),
        ),
      };
    },
    clear() {
      latest.clear();
      totals.clear();
    },
  };
}
