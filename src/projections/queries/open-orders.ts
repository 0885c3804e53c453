import type { Knex } from 'knex';
import type { OrderStatus } from '../../domain/order/status.js';
import type { ExtensivOrderId, OrderId } from '../../domain/shared/ids.js';
import { select } from './sql.js';

/** An order that the warehouse has and has not finished. */
export interface OpenOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly extensivOrderId: ExtensivOrderId;
  readonly status: OrderStatus;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
  readonly exportedAt: string;
}

/** Every order with an id in the warehouse whose status is not final, oldest first. */
export async function loadOpenOrders(db: Knex): Promise<OpenOrder[]> {
  const rows = await select<{
    order_id: OrderId;
    order_number: string;
    extensiv_order_id: ExtensivOrderId;
    status: OrderStatus;
    tracking_number: string | null;
    carrier: string | null;
    exported_at: Date;
  }>(
    db,
    `select order_id, order_number, extensiv_order_id, status, tracking_number,
       state #>> '{order,carrier}' as carrier, exported_at
     from "read".orders
     where extensiv_order_id is not null and status in ('exported', 'picking', 'packed', 'shipped')
     order by position`,
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    orderNumber: row.order_number,
    extensivOrderId: row.extensiv_order_id,
    status: row.status,
    trackingNumber: row.tracking_number,
    carrier: row.carrier,
    exportedAt: row.exported_at.toISOString(),
  }));
}
