import type { Change } from '../../projections/feed/change.js';
import { orderReaders } from '../security/policies.js';
import { hasOneOf, type Principal } from '../security/principal.js';

/** What of all changes a principal may see: staff everything, a buyer its orders, a brand its products. */
export function visibleTo(principal: Principal): (change: Change) => boolean {
  if (hasOneOf(principal, orderReaders)) return () => true;
  const { roles, customerId, brandId } = principal;
  const customer = roles.includes('buyer') ? customerId : undefined;
  const brand = roles.includes('brand') ? brandId : undefined;
  return (change) =>
    change.kind === 'order'
      ? customer !== undefined && change.order.customerId === customer
      : brand !== undefined && change.product.brandId === brand;
}
