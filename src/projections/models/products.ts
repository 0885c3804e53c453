import { createHash } from 'node:crypto';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import type { ProductView } from '../queries.js';
import { searchable } from './rows.js';
import { streamFoldProjection } from './stream-fold.js';

/** A product with its stock and the reservations the warehouse cannot see yet. */
export interface Product {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly brandId: string;
  readonly brand: string;
  readonly description: string | null;
  readonly thc: string | null;
  readonly batchNumber: string | null;
  readonly coaLink: string | null;
  readonly price: number;
  readonly currency: string;
  /** As the warehouse says. */
  readonly stock: number;
  readonly listed: boolean;
  /** By order id. `exportedAt` is set once the warehouse has the order. */
  readonly reservations: Readonly<Record<string, { quantity: number; exportedAt: string | null }>>;
  readonly updatedAt: string;
}

/** `read.products`: one row per SKU, listed or not. */
export const productsProjection = streamFoldProjection<Product>({
  name: 'products',
  version: 1,
  prefix: 'inventory-',
  keyColumn: 'sku',
  columns: {
    product_id: 'text',
    name: 'text',
    brand_id: 'text',
    brand: 'text',
    price: 'bigint',
    currency: 'text',
    stock: 'bigint',
    reserved: 'bigint',
    available: 'bigint',
    listed: 'boolean',
    updated_at: 'timestamptz',
    /** Of what a snapshot says of the SKU; a sync skips the streams whose fingerprint has not changed. */
    fingerprint: 'text',
    /** The earliest export a snapshot may settle, null when there is none. */
    unsettled_since: 'timestamptz',
    search: 'text',
  },
  indexes: [
    '(product_id)',
    '(brand_id)',
    '(lower(brand))',
    '(name, sku)',
    '(price, sku)',
    '(stock, sku)',
    '(updated_at, sku)',
  ],
  evolve: (state, event, recorded) => evolveProduct(state, event as InventoryEvent, recorded.metadata.recordedAt),
  toColumns: (product) => ({
    product_id: product.productId,
    name: product.name,
    brand_id: product.brandId,
    brand: product.brand,
    price: product.price,
    currency: product.currency,
    stock: product.stock,
    reserved: reservedOf(product),
    available: availableOf(product),
    listed: product.listed,
    updated_at: product.updatedAt,
    fingerprint: snapshotFingerprint({ ...product, quantity: product.stock }),
    unsettled_since: unsettledSince(product),
    search: searchable([product.sku, product.name, product.brand, product.description, product.batchNumber]),
  }),
});

/** Folds one event of `inventory-{sku}`. An unknown type changes nothing; nothing exists before the first listing. */
export function evolveProduct(state: Product | null, event: InventoryEvent, recordedAt: string): Product | null {
  if (state === null) return event.type === 'ProductListed' ? listed(event.data, recordedAt) : null;
  const changed = changeOf(state, event);
  return changed ? { ...state, ...changed, updatedAt: recordedAt } : state;
}

function changeOf(state: Product, event: InventoryEvent): Partial<Product> | null {
  switch (event.type) {
    case 'ProductListed': {
      const { quantity, syncId: _sync, snapshotAt: _at, ...details } = event.data;
      return { ...details, stock: quantity, listed: true };
    }
    case 'ProductDetailsChanged': {
      const { syncId: _sync, snapshotAt: _at, ...details } = event.data;
      return details;
    }
    case 'PriceChanged':
      return { price: event.data.to, currency: event.data.currency };
    case 'StockLevelChanged':
      return { stock: event.data.to };
    case 'ProductDelisted':
      return { listed: false };
    case 'ProductRelisted':
      return { listed: true };
    default: {
      const reservations = reservationsAfter(state.reservations, event);
      return reservations === state.reservations ? null : { reservations };
    }
  }
}

function reservationsAfter(reservations: Product['reservations'], event: InventoryEvent): Product['reservations'] {
  switch (event.type) {
    case 'StockReserved': {
      const { orderId, quantity } = event.data;
      return { ...reservations, [orderId]: { quantity, exportedAt: null } };
    }
    case 'ReservationCommitted': {
      const held = reservations[event.data.orderId];
      return held
        ? { ...reservations, [event.data.orderId]: { ...held, exportedAt: event.data.exportedAt } }
        : reservations;
    }
    case 'ReservationReleased':
    case 'ReservationSettled': {
      const { [event.data.orderId]: _gone, ...rest } = reservations;
      return rest;
    }
    default:
      return reservations;
  }
}

function listed(data: Extract<InventoryEvent, { type: 'ProductListed' }>['data'], recordedAt: string): Product {
  const { quantity, syncId: _sync, snapshotAt: _at, ...details } = data;
  return { ...details, stock: quantity, listed: true, reservations: {}, updatedAt: recordedAt };
}

/** Sum of the reservations. */
export function reservedOf(product: Product): number {
  return Object.values(product.reservations).reduce((sum, { quantity }) => sum + quantity, 0);
}

/** What can still be promised: nothing of a delisted product, and never less than nothing. */
function availableOf(product: Product): number {
  return product.listed ? Math.max(0, product.stock - reservedOf(product)) : 0;
}

function unsettledSince(product: Product): string | null {
  const exported = Object.values(product.reservations).flatMap(({ exportedAt }) => exportedAt ?? []);
  return exported.sort()[0] ?? null;
}

/** What a snapshot says of one SKU, apart from the SKU itself. */
export interface SnapshotFacts {
  readonly name: string;
  readonly brand: string;
  readonly description: string | null;
  readonly thc: string | null;
  readonly batchNumber: string | null;
  readonly coaLink: string | null;
  readonly price: number;
  readonly currency: string;
  readonly quantity: number;
}

/** SHA-256 (hex) of a snapshot's facts: equal fingerprints mean there is nothing to change. */
export function snapshotFingerprint(facts: SnapshotFacts): string {
  const { name, brand, description, thc, batchNumber, coaLink, price, currency, quantity } = facts;
  const ordered = [name, brand, description, thc, batchNumber, coaLink, price, currency, quantity];
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}

export function toProductView(product: Product): ProductView {
  return {
    id: product.productId,
    sku: product.sku,
    name: product.name,
    brand: product.brand,
    brandId: product.brandId,
    description: product.description,
    stock: product.stock,
    available: availableOf(product),
    price: product.price,
    currency: product.currency,
    thc: product.thc,
    batchNumber: product.batchNumber,
    coaLink: product.coaLink,
    listed: product.listed,
    updatedAt: product.updatedAt,
  };
}
