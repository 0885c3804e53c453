import type { Logger } from '../../commands/ports.js';
import type { ExtensivOrderId } from '../../domain/shared/ids.js';
import { type Warehouse, WarehouseError, type WarehouseOrder } from '../ports/warehouse.js';

/** What of an order decides whether a list must show it. */
export interface Sought {
  readonly extensivOrderId: ExtensivOrderId;
  readonly exportedAt: string;
}

/** The warehouse's clock may be behind ours. */
const clockSlackMs = 60 * 60 * 1000;
const openStatuses = ['received', 'picking', 'packed', 'shipped'];
/** So many look-ups are cheaper than another pass over the list. */
const worthAList = 20;

/**
 * What the warehouse's list says of orders, by its ids. A first pass shows what is still open there; when many orders
 * are not among it, a second one over everything that changed shows those it has finished. Whatever a list leaves out,
 * by its filters, its paging or a fault, is for the caller to look up one by one, and what it shows beyond the filter
 * is as good as asked for.
 *
 * @throws WarehouseError only when further calls would fail as well: refused credentials, an open circuit
 */
export async function listOrders(
  warehouse: Warehouse,
  sought: readonly Sought[],
  logger: Logger,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, WarehouseOrder>> {
  const wanted = new Set(sought.map(({ extensivOrderId }) => extensivOrderId));
  const listed = new Map<string, WarehouseOrder>();
  const oldest = sought.reduce(
    (earliest, { exportedAt }) => Math.min(earliest, Date.parse(exportedAt)),
    Number.POSITIVE_INFINITY,
  );
  if (!Number.isFinite(oldest)) return listed;
  const since = new Date(oldest - clockSlackMs).toISOString();
  const missing = () => wanted.size - listed.size;

  await pass(openStatuses, Number.POSITIVE_INFINITY);
  // Never more pages than there would be look-ups.
  if (missing() >= worthAList) await pass(undefined, missing());
  return listed;

  async function pass(statuses: readonly string[] | undefined, maxPages: number): Promise<void> {
    let pages = 0;
    try {
      for await (const page of warehouse.ordersUpdatedSince(since, statuses)) {
        for (const order of page) if (wanted.has(order.extensivOrderId)) listed.set(order.extensivOrderId, order);
        pages += 1;
        if (missing() === 0 || pages >= maxPages || signal?.aborted) return;
      }
    } catch (error) {
      if (!(error instanceof WarehouseError) || error.kind === 'bad-credentials' || error.kind === 'busy') throw error;
      logger.warn({ err: error }, 'the warehouse does not list its orders, they are looked up one by one');
    }
  }
}
