import { isRejection, type Rejection } from '../domain/shared/decider.js';
import type { BrandId, OrderId } from '../domain/shared/ids.js';
import { brands, orders } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import { quantitiesBySku, reserveStock } from './reserve-stock.js';
import type { CommandContext } from './use-cases.js';

/** Version of the payout rule; raise it when the rule, not only its rate, changes. */
const payoutRuleVersion = 1;

export interface RecordPaymentDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly reservationTtlSeconds: number;
  /** Brands' share of a payment, basis points. */
  readonly payoutBrandShareBps: number;
}

/**
 * Records that an order was paid. The stock of an order that has expired is taken again first; where it is gone, the
 * decider cancels and refunds.
 *
 * @returns a rejection only when there is no such order
 */
export async function recordPayment(
  deps: RecordPaymentDeps,
  payment: { orderId: OrderId; paymentIntentId: string; amount: number; currency: string; at: string },
  context: CommandContext,
): Promise<Rejection | null> {
  const { handler } = deps;
  const { orderId, paymentIntentId, amount, currency, at } = payment;
  const { state: order } = await handler.load(orders, orderId);

  const handled = await handler.handle(
    orders,
    orderId,
    {
      type: 'RecordPayment',
      paymentIntentId,
      amount,
      currency,
      at,
      rule: { version: payoutRuleVersion, brandShareBps: deps.payoutBrandShareBps },
      brandShareOverrides: order ? await shareOverrides(handler, order.lineItems) : {},
      stockHeld: order && !order.paid && order.status !== 'cancelled' ? await holdStock(deps, orderId, context) : false,
    },
    context,
  );
  return isRejection(handled) ? handled : null;
}

/**
 * Makes sure that an order has its stock reserved, whatever happened to the reservation meanwhile.
 *
 * @returns false when the stock is gone
 */
export async function holdStock(
  deps: Pick<RecordPaymentDeps, 'handler' | 'clock' | 'reservationTtlSeconds'>,
  orderId: OrderId,
  context: CommandContext,
): Promise<boolean> {
  const { state: order } = await deps.handler.load(orders, orderId);
  if (!order) return false;
  const now = deps.clock.now();
  const stock = await reserveStock(
    deps.handler,
    {
      orderId,
      quantities: quantitiesBySku(order.lineItems),
      at: now.toISOString(),
      expiresAt: new Date(now.getTime() + deps.reservationTtlSeconds * 1000).toISOString(),
      keepOnFailure: true,
    },
    context,
  );
  return !isRejection(stock);
}

async function shareOverrides(
  handler: CommandHandler,
  lines: readonly { brandId: BrandId }[],
): Promise<Record<BrandId, number>> {
  const overrides: Record<BrandId, number> = {};
  for (const brandId of new Set(lines.map((line) => line.brandId))) {
    const { state: brand } = await handler.load(brands, brandId);
    if (brand && brand.brandShareBps !== null) overrides[brandId] = brand.brandShareBps;
  }
  return overrides;
}
