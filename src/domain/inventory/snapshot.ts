import { maxBrandIdLength } from '../brand/brand-id.js';
import { type Decision, nothing, reject } from '../shared/decider.js';
import type { ApplySnapshotItem, CatalogueItem, Delist } from './commands.js';
import type { InventoryEvent, ProductDetails } from './events.js';
import { listReservations } from './reservations.js';
import type { InventoryItem, InventoryState } from './state.js';

interface Snapshot {
  readonly syncId: string;
  readonly snapshotAt: string;
}

/**
 * Takes over what a snapshot says of a SKU: one event per kind of change, none when nothing changed. A snapshot that was
 * no later than the last one applied is ignored. Reservations are never overwritten; those whose order the
 * warehouse took before the snapshot was requested are settled, because its quantity already counts them out. No times
 * are compared for that: export and request are of two processes, and their clocks need not agree.
 */
export function applySnapshotItem(command: ApplySnapshotItem, state: InventoryState): Decision<InventoryEvent> {
  const { item, syncId, snapshotAt } = command;
  const snapshot = { syncId, snapshotAt };
  const fault = faultIn(item, state);
  if (fault) return reject('invalid-command', fault, { sku: item.sku });
  if (!state) return [{ type: 'ProductListed', data: { ...item, ...snapshot } }];
  if (snapshotAt <= state.lastSnapshotAt) return nothing;
  return [
    ...(state.listed ? [] : [{ type: 'ProductRelisted', data: snapshot } as const]),
    ...detailsChanged(state, item, snapshot),
    ...priceChanged(state, item, snapshot),
    ...stockLevelChanged(state, item, snapshot),
    ...settled(state, snapshot, new Set(command.exported)),
  ];
}

/** Takes a SKU off sale that a newer snapshot no longer has. Its reservations stay: their orders were accepted. */
export function delist({ syncId, snapshotAt }: Delist, state: InventoryState): Decision<InventoryEvent> {
  if (!state?.listed || snapshotAt <= state.lastSnapshotAt) return nothing;
  return [{ type: 'ProductDelisted', data: { syncId, snapshotAt } }];
}

function detailsChanged(state: InventoryItem, item: CatalogueItem, snapshot: Snapshot): InventoryEvent[] {
  const details = detailsOf(item);
  const current = detailsOf(state);
  const keys = Object.keys(details) as (keyof ProductDetails)[];
  if (keys.every((key) => details[key] === current[key])) return [];
  return [{ type: 'ProductDetailsChanged', data: { ...details, ...snapshot } }];
}

function priceChanged(state: InventoryItem, item: CatalogueItem, snapshot: Snapshot): InventoryEvent[] {
  const { price: to, currency } = item;
  if (to === state.price && currency === state.currency) return [];
  return [{ type: 'PriceChanged', data: { from: state.price, to, currency, ...snapshot } }];
}

function stockLevelChanged(state: InventoryItem, item: CatalogueItem, snapshot: Snapshot): InventoryEvent[] {
  const { quantity: to } = item;
  return to === state.quantity ? [] : [{ type: 'StockLevelChanged', data: { from: state.quantity, to, ...snapshot } }];
}

function settled(state: InventoryItem, snapshot: Snapshot, exported: ReadonlySet<string>): InventoryEvent[] {
  return listReservations(state.reservations)
    .filter(([orderId, { exportedAt }]) => exportedAt !== null && exported.has(orderId))
    .map(([orderId, { quantity }]) => ({ type: 'ReservationSettled', data: { orderId, quantity, ...snapshot } }));
}

function detailsOf(item: ProductDetails): ProductDetails {
  const { name, brandId, brand, description, thc, batchNumber, coaLink } = item;
  return { name, brandId, brand, description, thc, batchNumber, coaLink };
}

function faultIn({ sku, brandId, quantity, price }: CatalogueItem, state: InventoryState): string | null {
  if (state && state.sku !== sku) return 'the item is of another SKU';
  if (brandId.length > maxBrandIdLength) return 'the name of its brand is too long';
  if (!Number.isSafeInteger(quantity) || quantity < 0) return 'a quantity is an integer that is not negative';
  if (!Number.isSafeInteger(price) || price < 0) return 'a price is in minor units and not negative';
  return null;
}
