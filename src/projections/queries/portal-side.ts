import type { Knex } from 'knex';
import type { OrderStatus } from '../../domain/order/status.js';
import type { ExtensivOrderId, OrderId, Sku } from '../../domain/shared/ids.js';
import { integer, select } from './sql.js';

/** What the portal says of orders and stock, to be compared with the warehouse. Each call can throw ReadModelMissing. */
export interface PortalSide {
  /** Orders that were paid and are open, or changed since. ISO 8601 UTC. */
  orders(since: string): Promise<PortalOrder[]>;
  /** Orders with these numbers, in any case, whatever became of them. */
  ordersByNumber(orderNumbers: readonly string[]): Promise<PortalOrder[]>;
  /** Every SKU ever seen. */
  stock(): Promise<PortalStock[]>;
}

/** Times are ISO 8601 UTC. */
export interface PortalOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly status: OrderStatus;
  readonly extensivOrderId: ExtensivOrderId | null;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
  readonly wmsCancellation: string;
  readonly paidAt: string | null;
  readonly exportedAt: string | null;
  readonly updatedAt: string;
}

export interface PortalStock {
  readonly sku: Sku;
  readonly stock: number;
  readonly reserved: number;
  readonly listed: boolean;
}

/** {@link PortalSide} from the read models. */
export function createPortalSide(db: Knex): PortalSide {
  return {
    orders: (since) =>
      selectOrders(
        db,
        `paid_at is not null and (updated_at >= ?::timestamptz
         or status in ('paid', 'export_failed', 'exported', 'picking', 'packed', 'shipped'))`,
        since,
      ),
    ordersByNumber: async (orderNumbers) =>
      orderNumbers.length === 0
        ? []
        : // As the index has them.
          selectOrders(
            db,
            'lower(order_number) = any(?)',
            orderNumbers.map((number) => number.toLowerCase()),
          ),
    async stock() {
      const rows = await select<{ sku: Sku; stock: string; reserved: string; listed: boolean }>(
        db,
        'select sku, stock, reserved, listed from "read".products',
      );
      return rows.map(
        ({ sku, stock, reserved, listed }): PortalStock => ({
          sku,
          stock: integer(stock),
          reserved: integer(reserved),
          listed,
        }),
      );
    },
  };
}

interface OrderRow {
  order_id: OrderId;
  order_number: string;
  status: OrderStatus;
  extensiv_order_id: ExtensivOrderId | null;
  tracking_number: string | null;
  carrier: string | null;
  wms_cancellation: string | null;
  paid_at: Date | null;
  exported_at: Date | null;
  updated_at: Date;
}

async function selectOrders(db: Knex, condition: string, binding: string | string[]): Promise<PortalOrder[]> {
  const rows = await select<OrderRow>(
    db,
    `select order_id, order_number, status, extensiv_order_id, tracking_number, state #>> '{order,carrier}' as carrier,
       state #>> '{order,wmsCancellation}' as wms_cancellation, paid_at, exported_at, updated_at
     from "read".orders where ${condition}`,
    [binding],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    orderNumber: row.order_number,
    status: row.status,
    extensivOrderId: row.extensiv_order_id,
    trackingNumber: row.tracking_number,
    carrier: row.carrier,
    wmsCancellation: row.wms_cancellation ?? 'none',
    paidAt: row.paid_at?.toISOString() ?? null,
    exportedAt: row.exported_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  }));
}
