import { type Rejection, reject } from '../shared/decider.js';
import type { DeliveryMethod } from './values.js';

/**
 * Beginnings of the postal codes that a zone serves, for the zones whose reach is checked before anything is sold. Any
 * other zone is for the warehouse and the delivery partner to know.
 */
const zipPrefixesByZone = new Map([
  ['boulder', ['800', '803', '805']],
  ['fort-collins', ['805', '806']],
  ['colorado-springs', ['808', '809']],
  ['western-slope', ['814', '815', '816']],
]);

/**
 * Why an order cannot be driven to where it says, or null. An order that is picked up needs no zone, and one that names
 * none, or one that is not in the table, leaves the round to the delivery partner.
 *
 * @returns `unknown-delivery-zone`, whose facts name the postal codes the zone reaches
 */
export function deliveryZoneFault(order: {
  deliveryMethod: DeliveryMethod;
  deliveryZone: string | null;
  zip: string;
}): Rejection | null {
  const { deliveryMethod, deliveryZone, zip } = order;
  if (deliveryMethod === 'pickup' || deliveryZone === null) return null;
  const zone = deliveryZone.trim().toLowerCase();
  const zipPrefixes = zipPrefixesByZone.get(zone);
  if (!zipPrefixes || zipPrefixes.some((prefix) => zip.trim().startsWith(prefix))) return null;
  const detail = `the delivery zone ${zone} does not reach this postal code`;
  return reject('unknown-delivery-zone', detail, { zone, zipPrefixes });
}
