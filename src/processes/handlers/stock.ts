import { inventory, orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import { quantitiesBySku, releaseStock } from '../../commands/reserve-stock.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { asSku, type Sku } from '../../domain/shared/ids.js';
import { EffectPostponed, orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { inExportTurn } from '../export-turn.js';
import { WarehouseError } from '../ports/warehouse.js';
import type { AdoptIfThere } from './unknown-export.js';

interface StockDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
}

interface GiveBackDeps extends StockDeps {
  readonly locks: Locks;
  readonly adoptIfThere: AdoptIfThere;
}

/** An exported order's reservations wait for the snapshot that shows the warehouse's own count. */
export function createCommitHandler(
  deps: StockDeps,
  /** Takes a cancellation on that reached the order before the warehouse's id did. */
  cancelInWarehouse: EffectHandler,
): EffectHandler {
  return {
    async perform(effect, context) {
      const { state: order } = await deps.handler.load(orders, orderIdOf(effect));
      if (!order || order.exportedAt === null) return;
      await commit(deps.handler, order, quantitiesBySku(order.lineItems).keys(), context);
      if (order.status === 'cancelled') await cancelInWarehouse.perform(effect, context);
    },
  };
}

/**
 * A cancelled or expired order gives its stock back, unless a late payment has brought it to life again. It takes turns
 * with the export of the order, which would otherwise count on stock that is just being released.
 */
export function createReleaseHandler(deps: GiveBackDeps): EffectHandler {
  return {
    perform(effect, context) {
      const orderId = orderIdOf(effect);
      return inExportTurn(deps.locks, orderId, async () => {
        const { state: order } = await deps.handler.load(orders, orderId);
        if (order) await giveBack(deps, order, quantitiesBySku(order.lineItems).keys(), context);
      });
    },
  };
}

/**
 * The time of a reservation, or of a whole order, is up: the unpaid order expires, and stock that no order claims goes
 * back. What an exported order still holds was reserved too late for the snapshot that settled its stock; the next one
 * settles it.
 */
export function createReservationExpiryHandler(deps: GiveBackDeps): EffectHandler {
  const { handler, clock } = deps;
  return {
    perform(effect, context) {
      const orderId = orderIdOf(effect);
      return inExportTurn(deps.locks, orderId, async () => {
        const { state: order } = await handler.load(orders, orderId);
        const skus = effect.payload.sku === undefined ? [] : [asSku(String(effect.payload.sku))];
        const now = clock.now();
        const at = now.toISOString();
        if (!order) return releaseStock(handler, { orderId, skus, reason: 'expired', at }, context);
        if (order.exportedAt !== null) return commit(handler, order, skus, context);
        if (order.status !== 'awaiting_payment') return giveBack(deps, order, skus, context);
        // A placing that was taken up after a crash keeps the reservations of its first attempt.
        const remainingMs = Date.parse(order.expiresAt) - now.getTime();
        if (remainingMs > 0) throw new EffectPostponed(remainingMs, 'the order has longer than its first reservation');
        await handler.handle(orders, orderId, { type: 'ExpireOrder', at }, context);
      });
    },
  };
}

async function commit(
  handler: CommandHandler,
  { orderId, exportedAt }: Order,
  skus: Iterable<Sku>,
  context: CommandContext,
): Promise<void> {
  if (exportedAt === null) return;
  for (const sku of skus) await handler.handle(inventory, sku, { type: 'Commit', orderId, exportedAt }, context);
}

/** What the warehouse has, or may have, is not ours to give back: its next snapshot tells. */
async function giveBack(deps: GiveBackDeps, order: Order, skus: Iterable<Sku>, context: CommandContext): Promise<void> {
  const { orderId, status: reason, exportedAt } = order;
  if ((reason !== 'cancelled' && reason !== 'expired') || exportedAt !== null) return;
  if (order.exportOutcomeUnknown && (await isThere(deps, order, context))) return;
  await releaseStock(deps.handler, { orderId, skus, reason, at: deps.clock.now().toISOString() }, context);
}

/** Pause before a warehouse that is away is asked again, milliseconds. */
const warehouseAwayMs = 5_000;

/** @throws EffectPostponed while the warehouse does not say: the cancellation there gives up some time, and alerts */
async function isThere({ adoptIfThere }: GiveBackDeps, order: Order, context: CommandContext): Promise<boolean> {
  try {
    return (await adoptIfThere(order, context)) !== null;
  } catch (error) {
    if (error instanceof WarehouseError) throw new EffectPostponed(warehouseAwayMs, error.message);
    throw error;
  }
}
