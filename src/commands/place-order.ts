import { createHash } from 'node:crypto';
import type { InventoryItem } from '../domain/inventory/state.js';
import { deliveryZoneFault } from '../domain/order/delivery-zones.js';
import { formatOrderNumber } from '../domain/order/order-number.js';
import { quantityFault } from '../domain/order/placing.js';
import type { LineItem } from '../domain/order/values.js';
import { isRejection, type Rejection, reject } from '../domain/shared/decider.js';
import { asOrderId, type OrderId, type Sku } from '../domain/shared/ids.js';
import { orders } from './aggregates.js';
import { hashOf } from './canonical-json.js';
import type { Position } from './event-store.js';
import { fetchPayment } from './fetch-payment.js';
import type { CommandHandler } from './handler.js';
import type { Clock, IdempotencyKeys, Ids, Locks, Logger, PaymentGateway } from './ports.js';
import { quantitiesBySku, releaseStock, reserveStock } from './reserve-stock.js';
import type { CommandContext, Outcome, PlacedOrder, PlaceOrderRequest } from './use-cases.js';

export interface PlaceOrderDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly payments: PaymentGateway;
  readonly idempotencyKeys: Pick<IdempotencyKeys, 'claim'>;
  readonly locks: Locks;
  /** How long stock is held for an unpaid order, seconds. */
  readonly reservationTtlSeconds: number;
}

/**
 * Reserves the stock, places the order at our catalogue's prices, and opens its payment.
 *
 * A crash in between leaves reservations that lapse by their own time-outs, or a placed order whose payment can be
 * fetched later; repeating the request with its idempotency key takes up where it stopped.
 */
export async function placeOrder(
  deps: PlaceOrderDeps,
  request: PlaceOrderRequest,
  context: CommandContext,
): Promise<Outcome<PlacedOrder>> {
  const { idempotencyKey, deliveryMethod, deliveryZone } = request;
  const fault =
    deliveryZoneFault({ deliveryMethod, deliveryZone, zip: request.shippingAddress.zip }) ??
    quantityFault(quantitiesBySku(request.lineItems));
  if (fault) return fault;
  if (idempotencyKey === null) {
    const placed = await place(deps, asOrderId(deps.ids.next()), request, context);
    return isRejection(placed) ? placed : withPayment(deps, placed, context);
  }

  const claim = await deps.idempotencyKeys.claim({
    scope: request.customerId ?? 'anonymous',
    key: idempotencyKey,
    bodyHash: hashOf(request),
    orderId: asOrderId(deps.ids.next()),
    at: deps.clock.now().toISOString(),
  });
  if (claim === 'other-body') {
    return reject('idempotency-key-reused', 'this Idempotency-Key was used for a different order');
  }
  // Two requests under one key place one after the other, here and across processes.
  const { orderId } = claim;
  const placed = await deps.locks.exclusively(`placing:${orderId}`, async (): Promise<Outcome<Placed>> => {
    const { state: known, position } = await deps.handler.load(orders, orderId);
    if (known) return { value: { orderId, orderNumber: known.orderNumber, repeated: true }, position };
    return place(deps, orderId, request, context);
  });
  return isRejection(placed) ? placed : withPayment(deps, placed, context);
}

/** An order whose payment may not be open yet. */
type Placed = Omit<PlacedOrder, 'payment'>;

/** @param orderId of no order yet */
async function place(
  deps: PlaceOrderDeps,
  orderId: OrderId,
  request: PlaceOrderRequest,
  context: CommandContext,
): Promise<Outcome<Placed>> {
  const { handler, clock } = deps;
  const now = clock.now();
  const at = now.toISOString();
  const expiresAt = new Date(now.getTime() + deps.reservationTtlSeconds * 1000).toISOString();
  const quantities = quantitiesBySku(request.lineItems);
  const stock = await reserveStock(handler, { orderId, quantities, at, expiresAt }, context);
  if (isRejection(stock)) return stock;

  const giveBack = async (refusal: Rejection): Promise<Rejection> => {
    await releaseStock(handler, { orderId, skus: quantities.keys(), reason: 'refused', at }, context);
    return refusal;
  };
  const currencies = new Set([...stock.values()].map((item) => item.currency));
  const [currency, ...others] = currencies;
  if (!currency || others.length > 0) {
    const detail = 'products of different currencies cannot be paid in one order';
    return giveBack(reject('invalid-command', detail, { currencies: [...currencies] }));
  }
  const lineItems = [...quantities].map(([sku, quantity]) => lineOf(sku, quantity, stock));
  if (lineItems.every(({ lineTotal }) => lineTotal === 0)) {
    // An order goes out once it is paid, and the payment provider takes no payment of nothing.
    const detail = 'lineItems add up to a total of 0; the total of an order must be more than 0';
    return giveBack(reject('invalid-command', detail, { total: 0, currency }));
  }
  const { customer, shippingAddress, customerId, deliveryMethod, deliveryZone } = request;
  const orderNumber = formatOrderNumber(createHash('sha256').update(orderId).digest());
  const placed = await handler.handle(
    orders,
    orderId,
    {
      type: 'PlaceOrder',
      orderId,
      orderNumber,
      customerId,
      customer,
      shippingAddress: { ...shippingAddress, street2: shippingAddress.street2 ?? null },
      lineItems,
      currency,
      deliveryMethod,
      deliveryZone,
      at,
      expiresAt,
    },
    context,
    { assumeNew: true },
  );
  if (isRejection(placed)) return giveBack(placed);
  return { value: { orderId, orderNumber, repeated: false }, position: placed.position };
}

/** Opening a payment is repeatable, and needs no lock: a payment provider that hangs would hold it. */
async function withPayment(
  deps: PlaceOrderDeps,
  { value: placed, position }: { value: Placed; position: Position | null },
  context: CommandContext,
): Promise<Outcome<PlacedOrder>> {
  const { orderId } = placed;
  const payment = await fetchPayment(deps, orderId, context);
  if (isRejection(payment)) {
    deps.logger.warn({ orderId, code: payment.code }, 'the order waits for its payment to be opened');
    return { value: { ...placed, payment: null }, position };
  }
  return { value: { ...placed, payment: payment.value }, position: payment.position ?? position };
}

/** Names, prices and lots as they were in the very state that the stock was taken from. */
function lineOf(sku: Sku, quantity: number, stock: ReadonlyMap<Sku, InventoryItem>): LineItem {
  const item = stock.get(sku);
  if (!item) throw new Error(`no state of ${sku} came back from its reservation`);
  const { name, brandId, brand, price, thc, batchNumber, coaLink } = item;
  return {
    sku,
    name,
    brandId,
    brand,
    quantity,
    unitPrice: price,
    lineTotal: price * quantity,
    thc,
    batchNumber,
    coaLink,
  };
}
