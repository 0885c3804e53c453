import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks, Logger, Metrics } from '../../commands/ports.js';
import { holdStock } from '../../commands/record-payment.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { isRejection } from '../../domain/shared/decider.js';
import { EffectImpossible, EffectPostponed } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { type CreatedOrder, type Warehouse, WarehouseError } from '../ports/warehouse.js';
import { createEarlierRequests, type EarlierRequests } from './earlier-request.js';

export interface ExportDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reservationTtlSeconds: number;
  /** A request older than this can no longer be on its way. */
  readonly warehouseTimeoutMs: number;
}

/**
 * Creates a paid order in the warehouse exactly once.
 *
 * Each attempt is recorded before its request. When an earlier attempt's outcome is unknown, the order number is looked
 * up first and an order found is adopted; a second request is sent only when the warehouse says that it has none.
 */
export function createExportHandler(deps: ExportDeps): EffectHandler {
  const { handler, locks, clock, metrics } = deps;
  const earlier = createEarlierRequests(deps.warehouseTimeoutMs);

  return {
    perform: (effect, context) =>
      locks.exclusively(`export:${effect.subject}`, async () => {
        const orderId = effect.subject;
        const { state: order } = await handler.load(orders, orderId);
        if (order?.status !== 'paid') return;
        try {
          const created = await createOnce(deps, earlier, order, context);
          if (!created) return;
          const at = clock.now().toISOString();
          const handled = await handler.handle(orders, orderId, { type: 'ConfirmExport', ...created, at }, context);
          if (isRejection(handled)) throw new EffectImpossible(`the export cannot be confirmed: ${handled.detail}`);
          metrics.increment('portal_order_exports_total', { result: created.adopted ? 'adopted' : 'created' });
        } catch (error) {
          if (error instanceof EffectPostponed) throw error;
          metrics.increment('portal_order_exports_total', { result: 'error' });
          if (error instanceof WarehouseError && error.kind === 'rejected') {
            throw new EffectImpossible(error.message, { cause: error });
          }
          throw error;
        }
      }),
    async giveUp({ subject: orderId }, reason, context) {
      const at = clock.now().toISOString();
      await handler.handle(orders, orderId, { type: 'FailExport', reason, at }, context);
      metrics.increment('portal_order_exports_total', { result: 'failed' });
    },
  };
}

async function createOnce(
  deps: ExportDeps,
  earlier: EarlierRequests,
  order: Order,
  context: CommandContext,
): Promise<CreatedOrder | null> {
  const { handler, warehouse, clock, logger } = deps;
  const { orderId, orderNumber } = order;
  if (order.exportOutcomeUnknown) {
    earlier.awaitEnd(order, clock.now());
    const found = await warehouse.findOrderByNumber(orderNumber);
    if (found) {
      logger.info({ orderId, extensivOrderId: found.extensivOrderId }, 'order found in the warehouse and adopted');
      return { extensivOrderId: found.extensivOrderId, adopted: true };
    }
  }
  if (!(await holdStock(deps, orderId, context))) {
    const command = { type: 'CancelOrder', reason: 'out of stock', initiator: 'portal' } as const;
    await handler.handle(orders, orderId, { ...command, at: clock.now().toISOString() }, context);
    return null;
  }
  if (order.erasedAt !== null) throw new EffectImpossible('the address was erased at the customer’s request');
  const announce = async (): Promise<Date> => {
    const now = clock.now();
    const command = { type: 'AttemptExport', at: now.toISOString() } as const;
    const attempted = await handler.handle(orders, orderId, command, context);
    if (attempted.rejected || attempted.events.length === 0) throw new NothingToExport();
    return now;
  };
  try {
    let announcedAt = await announce();
    // How long a request may still be on its way counts from its announcement.
    const announceAnew = async () => {
      const waitedMs = Math.abs(clock.now().getTime() - announcedAt.getTime());
      if (waitedMs > announcedForMs) announcedAt = await announce();
    };
    const create = () => warehouse.createOrder(toWarehouseOrder(order), announceAnew);
    return await earlier.watch(orderId, () => announcedAt.toISOString(), create);
  } catch (error) {
    if (error instanceof NothingToExport) return null;
    throw error;
  }
}

/** A request that has waited longer for its turn is announced once more before it is sent. */
const announcedForMs = 1_000;

/** Cancelled between the look at it and the request. */
class NothingToExport extends Error {}

function toWarehouseOrder(order: Order): Parameters<Warehouse['createOrder']>[0] {
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    orderDate: order.placedAt,
    customer: order.customer,
    shippingAddress: order.shippingAddress,
    lineItems: order.lineItems.map(({ sku, quantity, unitPrice, name }) => ({
      sku,
      quantity,
      unitPrice,
      description: name,
    })),
    deliveryMethod: order.deliveryMethod,
    deliveryZone: order.deliveryZone,
    total: order.total,
    currency: order.currency,
    paymentStatus: 'paid',
  };
}
