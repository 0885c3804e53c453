import { brandDecider } from '../domain/brand/decider.js';
import { inventoryDecider } from '../domain/inventory/decider.js';
import { type OperationsState, operationsDecider } from '../domain/operations/decider.js';
import { orderDecider } from '../domain/order/decider.js';
import { privacyDecider } from '../domain/privacy/decider.js';
import { asBrandId, asOrderId, asSku } from '../domain/shared/ids.js';
import { evolveUnreadable, syncDecider } from '../domain/sync/decider.js';
import { prefixOf } from './streams.js';

/** The aggregates and the categories their streams live in. */
export const orders = { category: 'order', asId: asOrderId, decider: orderDecider } as const;
export const inventory = { category: 'inventory', asId: asSku, decider: inventoryDecider } as const;
export const brands = { category: 'brand', asId: asBrandId, decider: brandDecider } as const;
export const inventorySyncs = {
  category: 'inventorySync',
  asId: asText,
  decider: syncDecider,
  evolveUnreadable,
} as const;
export const operations = {
  category: 'operations',
  asId: asText,
  decider: operationsDecider,
  // What operators do next, mending this very event say, does not depend on it.
  evolveUnreadable: (state: OperationsState) => state,
} as const;
export const privacy = { category: 'privacy', asId: asText, decider: privacyDecider } as const;

/** The one stream of the seals; no decider writes it, only the sealer. */
export const sealStream = 'seal-all';

/** Categories of the streams that seals cover: all but their own. */
export const sealedPrefixes = [orders, inventory, brands, inventorySyncs, operations, privacy].map(prefixOf);

/** Categories of every stream of the portal, as subscription prefixes. */
export const portalPrefixes = [...sealedPrefixes, sealStream];

function asText(text: string): string {
  return text;
}
