import type { OpenOrder } from '../projections/queries/open-orders.js';
import type { WarehouseOrder } from './ports/warehouse.js';

/** Whether the warehouse says something of the order that the portal does not know. */
export function differs(
  order: Pick<OpenOrder, 'status' | 'trackingNumber' | 'carrier'>,
  seen: Pick<WarehouseOrder, 'status' | 'trackingNumber' | 'carrier'>,
): boolean {
  const status = seen.status === 'received' ? 'exported' : seen.status;
  return (
    status !== order.status ||
    (seen.trackingNumber !== null && seen.trackingNumber !== order.trackingNumber) ||
    (seen.carrier !== null && seen.carrier !== order.carrier)
  );
}

/** Whether what the warehouse shows under an order's id is that order; it need not repeat the number. */
export function isAbout(
  { orderNumber }: Pick<WarehouseOrder, 'orderNumber'>,
  order: { readonly orderNumber: string },
): boolean {
  return orderNumber === '' || orderNumber === order.orderNumber;
}
