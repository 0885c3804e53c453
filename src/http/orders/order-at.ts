import { orders } from '../../commands/aggregates.js';
import type { AsOf, Histories } from '../../commands/histories.js';
import { streamOf } from '../../commands/streams.js';
import type { OrderId } from '../../domain/shared/ids.js';
import type { OrderView } from '../../projections/views.js';
import { Problem } from '../problems/problem.js';
import { pastView } from './past-view.js';

/** The read model holds an order whose stream is gone: a broken invariant, not a wrong id. */
export function withoutStream(orderId: OrderId): Problem {
  const stream = streamOf(orders, orderId);
  return new Problem('history-unreadable', `The read model has the order, the event store no stream ${stream}.`, {
    facts: { reason: 'stream-missing', stream },
  });
}

/** @throws Problem not-found when the order was not there yet, or has not come that far; history-unreadable */
export async function orderAt(histories: Histories, orderId: OrderId, asOf?: AsOf): Promise<OrderView> {
  const past = await histories.orderAsOf(orderId, asOf);
  if (past) return pastView(orderId, past);
  if (!(await histories.orderHistory(orderId))) throw withoutStream(orderId);
  const early = asOf !== undefined && 'time' in asOf;
  throw new Problem(
    'not-found',
    `The order ${early ? 'was not placed yet at that time' : 'has not come to that revision'}.`,
  );
}
