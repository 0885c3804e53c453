import { inventory, orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock } from '../../commands/ports.js';
import { quantitiesBySku, releaseStock } from '../../commands/reserve-stock.js';
import type { EffectHandler } from '../effects/performer.js';

interface StockDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
}

/** An exported order's reservations wait for the snapshot that shows the warehouse's own count. */
export function createCommitHandler(
  deps: StockDeps,
  /** Takes a cancellation on that reached the order before the warehouse's id did. */
  cancelInWarehouse: EffectHandler,
): EffectHandler {
  return {
    async perform(effect, context) {
      const { state: order } = await deps.handler.load(orders, effect.subject);
      if (!order || order.exportedAt === null) return;
      const { orderId, exportedAt } = order;
      for (const sku of quantitiesBySku(order.lineItems).keys()) {
        await deps.handler.handle(inventory, sku, { type: 'Commit', orderId, exportedAt }, context);
      }
      if (order.status === 'cancelled') await cancelInWarehouse.perform(effect, context);
    },
  };
}

/** A cancelled or expired order gives its stock back, unless a late payment has brought it to life again. */
export function createReleaseHandler({ handler, clock }: StockDeps): EffectHandler {
  return {
    async perform({ subject: orderId }, context) {
      const { state: order } = await handler.load(orders, orderId);
      if (order?.status !== 'cancelled' && order?.status !== 'expired') return;
      const reason = order.status;
      const skus = quantitiesBySku(order.lineItems).keys();
      await releaseStock(handler, { orderId, skus, reason, at: clock.now().toISOString() }, context);
    },
  };
}

/** A reservation's time is up: the unpaid order expires, and stock that no order claims goes back. */
export function createReservationExpiryHandler({ handler, clock }: StockDeps): EffectHandler {
  return {
    async perform({ subject: orderId, payload }, context) {
      const at = clock.now().toISOString();
      const { state: order } = await handler.load(orders, orderId);
      if (order?.status === 'awaiting_payment') {
        await handler.handle(orders, orderId, { type: 'ExpireOrder', at }, context);
        return;
      }
      if (order && order.status !== 'expired' && order.status !== 'cancelled') return;
      const sku = String(payload.sku);
      await releaseStock(handler, { orderId, skus: [sku], reason: 'expired', at }, context);
    },
  };
}
