import { type Rejection, reject } from '../shared/decider.js';
import type { DeliveryMethod } from './values.js';

/** A delivery zone whose reach is known. */
interface DeliveryZone {
  readonly name: string;
  readonly label: string;
  /** Beginnings of the postal codes the zone serves; null where the partner decides by address. */
  readonly zipPrefixes: readonly string[] | null;
}

/** Zones that are checked before anything is sold; any other one is for the warehouse and the delivery partner to know. */
const deliveryZones: readonly DeliveryZone[] = [
  { name: 'denver-metro', label: 'Denver and its suburbs', zipPrefixes: null },
  { name: 'boulder', label: 'Boulder and Longmont', zipPrefixes: ['800', '803', '805'] },
  { name: 'fort-collins', label: 'Fort Collins and Greeley', zipPrefixes: ['805', '806'] },
  { name: 'colorado-springs', label: 'Colorado Springs', zipPrefixes: ['808', '809'] },
  { name: 'western-slope', label: 'Grand Junction and the Western Slope', zipPrefixes: ['814', '815', '816'] },
  { name: 'north', label: 'Northern round', zipPrefixes: null },
  { name: 'south', label: 'Southern round', zipPrefixes: null },
  { name: 'east', label: 'Eastern round', zipPrefixes: null },
  { name: 'west', label: 'Western round', zipPrefixes: null },
  { name: 'central', label: 'Inner-city round', zipPrefixes: null },
];

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
  if (deliveryMethod === 'pickup' || deliveryZone === null || deliveryZone.trim() === '') return null;
  const zone = deliveryZones.find(({ name }) => name === deliveryZone.trim().toLowerCase());
  if (!zone || zone.zipPrefixes === null || zone.zipPrefixes.some((prefix) => zip.trim().startsWith(prefix)))
    return null;
  const facts = { zone: zone.name, zipPrefixes: zone.zipPrefixes };
  return reject('unknown-delivery-zone', `the delivery zone ${zone.name} does not reach this postal code`, facts);
}
