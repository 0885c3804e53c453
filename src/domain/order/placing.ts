import { type Decision, nothing, type Rejection, reject } from '../shared/decider.js';
import type { Sku } from '../shared/ids.js';
import { sumMinorUnits } from '../shared/money.js';
import type { PlaceOrder } from './commands.js';
import type { OrderEvent } from './events.js';
import type { OrderState } from './state.js';

/** Pieces of one SKU in an order, over all its lines: a typing error beyond it, not an order. */
export const maxPiecesPerSku = 1_000_000;

/** Refuses quantities that no order has. @param quantities summed per SKU */
export function quantityFault(quantities: ReadonlyMap<Sku, number>): Rejection | null {
  const items = [...quantities].filter(([, quantity]) => quantity > maxPiecesPerSku);
  if (items.length === 0) return null;
  return reject('quantity-limit-exceeded', `an order has at most ${maxPiecesPerSku} pieces of a SKU`, {
    limit: maxPiecesPerSku,
    items: items.map(([sku, quantity]) => ({ sku, quantity })),
  });
}

/** Places an order. The same order again has no effect; another one under the same id is refused. */
export function placeOrder(command: PlaceOrder, state: OrderState): Decision<OrderEvent> {
  const { type: _type, at, ...order } = command;
  if (state) {
    return state.orderNumber === order.orderNumber && sameLines(state.lineItems, order.lineItems)
      ? nothing
      : reject('already-exists', 'another order has this id', { orderId: order.orderId });
  }
  const fault = faultIn(command);
  if (fault) return reject('invalid-command', fault);
  const total = sumMinorUnits(order.lineItems.map((line) => line.lineTotal));
  return [{ type: 'OrderPlaced', data: { ...order, lineItems: [...order.lineItems], total, placedAt: at } }];
}

function faultIn({ lineItems, at, expiresAt }: PlaceOrder): string | null {
  if (lineItems.length === 0) return 'an order has at least one line';
  if (expiresAt <= at) return 'an order expires after it is placed';
  for (const { sku, quantity, unitPrice, lineTotal } of lineItems) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) return `the quantity of ${sku} is not a positive integer`;
    if (!Number.isSafeInteger(unitPrice) || unitPrice < 0) return `the price of ${sku} is not in minor units`;
    if (lineTotal !== quantity * unitPrice) return `the line total of ${sku} is not quantity times price`;
  }
  const sum = lineItems.reduce((total, line) => total + line.lineTotal, 0);
  return Number.isSafeInteger(sum) ? null : 'the order total is out of range';
}

function sameLines(
  left: readonly { sku: Sku; quantity: number }[],
  right: readonly { sku: Sku; quantity: number }[],
): boolean {
  return (
    left.length === right.length &&
    left.every(({ sku, quantity }, index) => sku === right[index]?.sku && quantity === right[index]?.quantity)
  );
}
