import type { OrderView } from '../../projections/views.js';
import { orderReaders } from '../security/policies.js';
import { hasOneOf, type Principal } from '../security/principal.js';

/** The order as this principal may see it: how a payment is split is not the buyer's business. */
export function presented(order: OrderView, principal: Principal): OrderView {
  const staff = hasOneOf(principal, orderReaders);
  return staff ? order : { ...order, payouts: null };
}
