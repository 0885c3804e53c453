import type { OrderHistory } from '../../commands/use-cases.js';
import type { OrderEvent } from '../../domain/order/events.js';
import { evolve } from '../../domain/order/evolve.js';
import type { OrderState } from '../../domain/order/state.js';
import type { OrderView } from '../../projections/queries.js';

/**
 * The order as its own stream tells it: the answer of a write, and of a read by id, while the read model is behind.
 * @returns null when the history does not begin with the placing of an order
 */
export function orderFromHistory(history: OrderHistory): OrderView | null {
  let order: OrderState = null;
  for (const { type, data } of history.events) order = evolve(order, { type, data } as OrderEvent);
  const last = history.events.at(-1);
  if (!order || !last) return null;
  return {
    id: order.orderId,
    orderNumber: order.orderNumber,
    status: order.status,
    refundStatus: order.refundStatus,
    customerId: order.customerId,
    customer: order.customer,
    shippingAddress: order.shippingAddress,
    lineItems: [...order.lineItems],
    total: order.total,
    currency: order.currency,
    refundedTotal: order.refundedTotal,
    deliveryMethod: order.deliveryMethod,
    deliveryZone: order.deliveryZone,
    extensivOrderId: order.extensivOrderId,
    trackingNumber: order.trackingNumber,
    carrier: order.carrier,
    paymentIntentId: order.paymentIntentId,
    payouts: order.payouts && {
      rule: { version: order.payouts.rule.version, brandShareBps: order.payouts.rule.brandShareBps },
      entries: order.payouts.entries.map(({ brandId, brand, gross, brandShare, platformShare }) => ({
        brandId,
        brand,
        gross,
        brandShare,
        platformShare,
      })),
      brandTotal: order.payouts.brandTotal,
      platformTotal: order.payouts.platformTotal,
    },
    revision: last.revision,
    placedAt: order.placedAt,
    paidAt: order.paidAt,
    exportedAt: order.exportedAt,
    updatedAt: order.updatedAt,
  };
}
