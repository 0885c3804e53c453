import type { Position } from '../../commands/event-store.js';
import type { OrderId } from '../../domain/shared/ids.js';
import type { OrderView } from '../../projections/views.js';
import { Problem } from '../problems/problem.js';
import { fromStream, type OrderSources } from './find-order.js';

/**
 * The order once a write is in the read models, so that the caller's next read agrees. When they are late or down, or have
 * left a stream behind, which may be this one, the order comes from its stream: what was written must not look lost.
 * @throws Problem not-yet-consistent, with the order's id in `facts`, when neither can be read
 */
export async function orderAfterWrite(
  sources: OrderSources,
  orderId: OrderId,
  position: Position | null,
  withinMs: number,
): Promise<OrderView> {
  const read = async () => {
    if (position && (await sources.queries.reach(position, withinMs)) !== 'all') return null;
    return sources.queries.order(orderId);
  };
  let cause: unknown;
  const failed = (error: unknown) => {
    cause = error;
    return null;
  };
  const order = (await read().catch(failed)) ?? (await fromStream(sources.histories, orderId).catch(failed));
  if (!order) {
    throw new Problem('not-yet-consistent', 'The change is recorded, but the order cannot be read right now.', {
      facts: { orderId },
      headers: { location: `/api/v1/orders/${orderId}` },
      cause,
    });
  }
  return order;
}
