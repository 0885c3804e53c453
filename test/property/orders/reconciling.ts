import { retryExport } from '../../../src/commands/change-order.js';
import type { CommandHandler } from '../../../src/commands/handler.js';
import type { Clock } from '../../../src/commands/ports.js';
import type { InventoryItem } from '../../../src/domain/inventory/state.js';
import type { Order } from '../../../src/domain/order/state.js';
import type { EffectStore } from '../../../src/processes/effects/store.js';
import type { Warehouse } from '../../../src/processes/ports/warehouse.js';
import { createReconcile, type Reconcile } from '../../../src/processes/reconcile/reconcile.js';
import { silentLogger } from '../../support/telemetry.js';

/** The comparison with the warehouse, and its repairs, of a portal whose read models are always up to date. */
export function createReconciling(deps: {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly warehouse: Warehouse;
  readonly effects: Pick<EffectStore, 'request'>;
  allOrders(): Promise<readonly Order[]>;
  allStock(): Promise<readonly InventoryItem[]>;
  sync(): Promise<void>;
}): Reconcile {
  return createReconcile({
    ...deps,
    logger: silentLogger,
    ids: { next: () => 'c' },
    useCases: {
      retryExport: (request, context) => retryExport(deps, request, context),
      async syncInventory() {
        await deps.sync();
        return { syncId: 's', ended: 'completed' };
      },
    },
    portalSide: {
      orders: async () => (await deps.allOrders()).filter(({ paid }) => paid),
      ordersByNumber: async (numbers) =>
        (await deps.allOrders()).filter(({ orderNumber }) => numbers.includes(orderNumber)),
      stock: async () => (await deps.allStock()).map((item) => ({ ...item, stock: item.quantity })),
    },
  });
}
