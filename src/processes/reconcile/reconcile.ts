import type { Logger } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Sku } from '../../domain/shared/ids.js';
import type { PortalOrder, PortalSide } from '../../projections/queries/portal-side.js';
import { concurrently } from '../concurrently.js';
import { doubtAbout, downloadSnapshot } from '../inventory/snapshot.js';
import { createUsableRows } from '../inventory/usable-rows.js';
import type { WarehouseOrder } from '../ports/warehouse.js';
import { compareOrders } from './compare-orders.js';
import { compareStock } from './compare-stock.js';
import type { FindingClass } from './finding.js';
import { type RepairDeps, type Repaired, repairAll } from './repair.js';
import { countByClass, type ReconcileReport } from './report.js';

export interface ReconcileDeps extends RepairDeps {
  readonly logger: Logger;
  readonly portalSide: PortalSide;
}

export interface Reconcile {
  /** Compares portal and warehouse; changes nothing. @throws WarehouseError when the warehouse is away */
  compare(): Promise<ReconcileReport>;
  /** Repairs what a report found, of one class or of all. */
  repair(report: ReconcileReport, context: CommandContext, only?: FindingClass): Promise<Repaired[]>;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Finished orders are compared for so long; open ones always. */
const lookBackMs = 30 * dayMs;
/** The warehouse's clock may be behind ours. */
const clockSlackMs = 60 * 60 * 1000;
/** Single look-ups at once; the request budget paces them further. */
const lookUpsAtOnce = 8;

/** Compares what portal and warehouse say of orders and stock, and repairs the differences that have a repair. */
export function createReconcile(deps: ReconcileDeps): Reconcile {
  const { warehouse, clock, portalSide } = deps;

  return {
    async compare() {
      const now = clock.now();
      const since = new Date(now.getTime() - lookBackMs).toISOString();
      // The portal's side first: what it has then, the warehouse must show afterwards.
      const own = await portalSide.orders(since);
      const { listed, unknownThere } = await ordersThere(own, since);
      const others = await portalSide.ordersByNumber(numbersBeyond(own, listed));
      const stock = await portalSide.stock();
      const quantities = new Map<Sku, number>();
      const usableRows = createUsableRows();
      const snapshot = await downloadSnapshot(warehouse, (page, { before }) => {
        for (const [place, reading] of page.readings().entries()) {
          const row = reading.ok ? { ok: true as const, sku: reading.item.sku } : reading;
          if (usableRows.admits(row, before + place) && reading.ok)
            quantities.set(reading.item.sku, reading.item.quantity);
        }
      });

      const listedHere = stock.filter((row) => row.listed).length;
      const stockDoubt = doubtAbout(snapshot, usableRows.count, listedHere);

      const portal = [...own, ...others];
      const findings = [
        ...compareOrders({ now, portal, warehouse: listed, unknownThere }),
        ...compareStock(stock, { quantities, rejected: usableRows.rejected, whole: stockDoubt === null }),
      ];
      return {
        startedAt: now.toISOString(),
        durationMs: Math.max(0, clock.now().getTime() - now.getTime()),
        since,
        compared: { orders: portal.length, warehouseOrders: listed.length, skus: quantities.size },
        stockDoubt,
        counts: countByClass(findings),
        findings,
      };
    },
    repair: ({ findings }, context, only) =>
      repairAll(
        deps,
        findings.filter((finding) => only === undefined || finding.class === only),
        context,
      ),
  };

  async function ordersThere(own: readonly PortalOrder[], since: string) {
    const listed = new Map<string, WarehouseOrder>();
    const from = new Date(Date.parse(since) - clockSlackMs).toISOString();
    for await (const page of warehouse.ordersUpdatedSince(from)) {
      for (const order of page) listed.set(order.extensivOrderId, order);
    }
    const unknownThere = new Set<string>();
    const unlisted = own.flatMap(({ extensivOrderId: id }) => (id === null || listed.has(id) ? [] : [id]));
    await concurrently(unlisted, lookUpsAtOnce, async (id) => {
      const order = await warehouse.order(id);
      if (order) listed.set(id, order);
      else unknownThere.add(id);
    });
    return { listed: [...listed.values()], unknownThere };
  }
}

function numbersBeyond(own: readonly PortalOrder[], listed: readonly WarehouseOrder[]): string[] {
  const known = new Set(own.map(({ orderNumber }) => orderNumber));
  return listed.flatMap(({ orderNumber }) => (known.has(orderNumber) ? [] : [orderNumber]));
}
