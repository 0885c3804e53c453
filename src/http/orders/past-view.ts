import { orders } from '../../commands/aggregates.js';
import type { Past } from '../../commands/histories.js';
import { streamOf } from '../../commands/streams.js';
import type { Order } from '../../domain/order/state.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { toOrderView } from '../../projections/models/orders.js';
import type { OrderView } from '../../projections/views.js';
import { Problem } from '../problems/problem.js';

/**
 * A folded order as the API shows it.
 * @throws Problem history-unreadable when its events lead to something that is no order
 */
export function pastView(orderId: OrderId, { state, revision }: Past<Order>): OrderView {
  try {
    return toOrderView(state, revision);
  } catch (cause) {
    const stream = streamOf(orders, orderId);
    throw new Problem('history-unreadable', `The events of ${stream} up to #${revision} do not make an order.`, {
      facts: { reason: 'not-applicable', stream, revision },
      cause,
    });
  }
}
