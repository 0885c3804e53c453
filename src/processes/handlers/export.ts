import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks, Logger, Metrics } from '../../commands/ports.js';
import { holdStock } from '../../commands/record-payment.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { EffectImpossible, EffectPostponed, orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { inExportTurn } from '../export-turn.js';
import { type CreatedOrder, type Warehouse, WarehouseError, type WarehouseOrderRequest } from '../ports/warehouse.js';
import type { EarlierRequests } from './earlier-request.js';

export interface ExportDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reservationTtlSeconds: number;
  readonly earlierRequests: EarlierRequests;
}

/**
 * Creates a paid order in the warehouse exactly once.
 *
 * Each attempt is recorded before its request. When an earlier attempt's outcome is unknown, the order number is looked
 * up first and an order found is adopted; a second request is sent only when the warehouse says that it has none.
 */
export function createExportHandler(deps: ExportDeps): EffectHandler {
  const { handler, locks, clock, metrics } = deps;

  return {
    perform(effect, context) {
      const orderId = orderIdOf(effect);
      return inExportTurn(locks, orderId, async () => {
        const { state: order } = await handler.load(orders, orderId);
        if (order?.status !== 'paid') return;
        try {
          const created = await createOnce(deps, order, context);
          if (created) await confirm(orderId, created, context);
        } catch (error) {
          if (error instanceof EffectPostponed) throw error;
          if (error instanceof WarehouseError) awaitCredentials(error);
          metrics.increment('portal_order_exports_total', { result: 'error' });
          if (!(error instanceof WarehouseError) || error.kind !== 'rejected') throw error;
          throw new EffectImpossible(error.message, { cause: error });
        }
      });
    },
    async giveUp(effect, reason, context) {
      const at = clock.now().toISOString();
      await handler.handle(orders, orderIdOf(effect), { type: 'FailExport', reason, at }, context);
      metrics.increment('portal_order_exports_total', { result: 'failed' });
    },
  };

  async function confirm(orderId: OrderId, created: CreatedOrder, context: CommandContext): Promise<void> {
    const at = clock.now().toISOString();
    const handled = await handler.handle(orders, orderId, { type: 'ConfirmExport', ...created, at }, context);
    if (isRejection(handled)) throw new EffectImpossible(`the export cannot be confirmed: ${handled.detail}`);
    metrics.increment('portal_order_exports_total', { result: created.adopted ? 'adopted' : 'created' });
  }
}

/** @throws EffectPostponed when no call goes out for a while: the warehouse was not asked, so this was no attempt */
function awaitCredentials({ kind, message, details }: WarehouseError): void {
  if (kind !== 'bad-credentials' || details.retryAfterMs === undefined) return;
  throw new EffectPostponed(details.retryAfterMs, message);
}

/** @returns null when there is nothing to export any more */
async function createOnce(deps: ExportDeps, order: Order, context: CommandContext): Promise<CreatedOrder | null> {
  if (order.exportOutcomeUnknown) {
    deps.earlierRequests.awaitEnd(order, deps.clock.now());
    const found = await adopted(deps, order);
    if (found) return found;
  }
  if (!(await holdStock(deps, order.orderId, context))) {
    await cancel(deps, order.orderId, context);
    return null;
  }
  if (order.erasedAt !== null) throw new EffectImpossible('the address was erased at the customer’s request');
  return announceAndCreate(deps, order, context);
}

async function adopted({ warehouse, logger }: ExportDeps, order: Order): Promise<CreatedOrder | null> {
  const found = await warehouse.findOrderByNumber(order.orderNumber);
  if (!found) return null;
  const { extensivOrderId } = found;
  logger.info({ orderId: order.orderId, extensivOrderId }, 'order found in the warehouse and adopted');
  return { extensivOrderId, adopted: true };
}

async function cancel({ handler, clock }: ExportDeps, orderId: OrderId, context: CommandContext): Promise<void> {
  const command = { type: 'CancelOrder', reason: 'out of stock', initiator: 'portal' } as const;
  await handler.handle(orders, orderId, { ...command, at: clock.now().toISOString() }, context);
}

/** How long a request may still be on its way counts from its announcement: one that waited is announced once more. */
const announcedForMs = 1_000;

/** @returns null when the order was cancelled before the request went out */
async function announceAndCreate(
  { handler, warehouse, clock, earlierRequests }: ExportDeps,
  order: Order,
  context: CommandContext,
): Promise<CreatedOrder | null> {
  const announce = async (): Promise<Date> => {
    const now = clock.now();
    const command = { type: 'AttemptExport', at: now.toISOString() } as const;
    const attempted = await handler.handle(orders, order.orderId, command, context);
    if (attempted.rejected || attempted.events.length === 0) throw new NothingToExport();
    return now;
  };
  try {
    let announcedAt = await announce();
    const beforeSend = async () => {
      const waitedMs = Math.abs(clock.now().getTime() - announcedAt.getTime());
      if (waitedMs > announcedForMs) announcedAt = await announce();
    };
    const create = () => warehouse.createOrder(toWarehouseOrder(order), beforeSend);
    return await earlierRequests.watch(order.orderId, () => announcedAt.toISOString(), create);
  } catch (error) {
    if (error instanceof NothingToExport) return null;
    throw error;
  }
}

class NothingToExport extends Error {}

function toWarehouseOrder(order: Order): WarehouseOrderRequest {
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
