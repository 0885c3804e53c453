import type { Histories } from '../../commands/use-cases.js';
import type { OrderView, Queries } from '../../projections/queries.js';
import { Problem } from '../problems/problem.js';
import { orderFromHistory } from './from-history.js';

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
 */
export async function findOrder(sources: OrderSources, idOrNumber: string, scope: OrderScope): Promise<OrderView> {
  if (scope === null) throw notFound();
  const found = (await sources.queries.order(idOrNumber, scope)) ?? (await fromStream(sources.histories, idOrNumber));
  if (!found || (scope.customerId !== undefined && found.customerId !== scope.customerId)) throw notFound();
  return found;
}

/** @returns null when the id names no order's stream */
export async function fromStream(histories: Histories, orderId: string): Promise<OrderView | null> {
  if (!UUID.test(orderId)) return null;
  const history = await histories.orderHistory(orderId.toLowerCase());
  return history && orderFromHistory(history);
}

function notFound(): Problem {
  return new Problem('not-found', 'There is no such order.');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
