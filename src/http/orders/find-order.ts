import { validate as isUuid } from 'uuid';
import type { Histories } from '../../commands/histories.js';
import { asOrderId, type OrderId } from '../../domain/shared/ids.js';
import type { Queries } from '../../projections/queries.js';
import type { OrderView } from '../../projections/views.js';
import { isUnreadable } from '../problems/from-error.js';
import { Problem } from '../problems/problem.js';
import { pastView } from './past-view.js';

export interface OrderSources {
  readonly queries: Queries;
  readonly histories: Histories;
}

/** `null`: may see no order at all. Without `customerId`: every order. */
export type OrderScope = { readonly customerId?: string } | null;

/**
 * An order by id or number, as far as the scope reaches. An id the read model does not know yet is looked up in its
 * stream, so that an order can be found from the moment it is placed.
 * @throws Problem not-found, the same for orders of others as for none
 * @throws EventUnreadable, Problem history-unreadable for one that the read model lacks and whose stream cannot be folded
 */
export async function findOrder(sources: OrderSources, idOrNumber: string, scope: OrderScope): Promise<OrderView> {
  if (scope === null) throw notFound();
  const found = (await sources.queries.order(idOrNumber, scope)) ?? (await ownFromStream(sources, idOrNumber, scope));
  if (!found || (scope.customerId !== undefined && found.customerId !== scope.customerId)) throw notFound();
  return found;
}

/** The id of {@link findOrder}, also of an order that cannot be folded, for who may see every order. */
export async function findOrderId(sources: OrderSources, idOrNumber: string, scope: OrderScope): Promise<OrderId> {
  try {
    return (await findOrder(sources, idOrNumber, scope)).id;
  } catch (error) {
    if (!isUnreadable(error) || scope?.customerId !== undefined) throw error;
    return asOrderId(idOrNumber.toLowerCase());
  }
}

/**
 * The order as its own stream tells it: the answer of a write, and of a read by id, while the read model is behind.
 * @returns null when the id names no order's stream
 * @throws EventUnreadable, Problem history-unreadable
 */
export async function fromStream(histories: Histories, id: string): Promise<OrderView | null> {
  if (!isUuid(id)) return null;
  const orderId = asOrderId(id.toLowerCase());
  const now = await histories.orderAsOf(orderId);
  return now && pastView(orderId, now);
}

/** What cannot be read is told to the one whose order it is; to others it is no order. */
async function ownFromStream({ histories }: OrderSources, id: string, scope: OrderScope): Promise<OrderView | null> {
  try {
    return await fromStream(histories, id);
  } catch (error) {
    if (!isUnreadable(error) || scope?.customerId === undefined) throw error;
    const placed = (await histories.orderHistory(asOrderId(id.toLowerCase())))?.events[0]?.data;
    if ((placed as { customerId?: unknown } | undefined)?.customerId !== scope.customerId) return null;
    throw error;
  }
}

function notFound(): Problem {
  return new Problem('not-found', 'There is no such order.');
}
