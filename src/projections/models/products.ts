import { hash } from 'node:crypto';
import { inventory } from '../../commands/aggregates.js';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import { listReservations } from '../../domain/inventory/reservations.js';
import { availableToPromise, evolve, type InventoryItem } from '../../domain/inventory/state.js';
import type { InventoryView, ProductView } from '../views.js';
import { searchable } from './rows.js';
import { streamFoldProjection } from './stream-fold.js';

/** A SKU's own state, and when its last event was recorded. */
export interface Product {
  readonly item: InventoryItem;
  readonly updatedAt: string;
}

/** `read.products`: one row per SKU, listed or not. */
export const productsProjection = streamFoldProjection<Product>({
  name: 'products',
  version: 4,
  category: inventory.category,
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
    /** The earliest export that a snapshot may settle, null when there is none. */
    unsettled_since: 'timestamptz',
    search: 'text',
  },
  indexes: ['(product_id)', '(brand_id)', '(name, sku)', '(price, sku)', '(stock, sku)', '(updated_at, sku)'],
  evolve(state, event, recorded) {
    // Deciders ignore event types they do not know, so any event may be shown to them.
    const item = evolve(state?.item ?? null, event as InventoryEvent);
    return item && { item, updatedAt: recorded.metadata.recordedAt };
  },
  toColumns: ({ item, updatedAt }) => ({
    product_id: item.productId,
    name: item.name,
    brand_id: item.brandId,
    brand: item.brand,
    price: item.price,
    currency: item.currency,
    stock: item.quantity,
    reserved: item.reserved,
    available: availableToPromise(item),
    listed: item.listed,
    updated_at: updatedAt,
    fingerprint: snapshotFingerprint(item),
    unsettled_since: unsettledSince(item),
    search: searchable([item.sku, item.name, item.brand, item.description, item.batchNumber]),
  }),
});

function unsettledSince(item: InventoryItem): string | null {
  const exported = listReservations(item.reservations).flatMap(([, { exportedAt }]) => exportedAt ?? []);
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

/**
 * SHA-256 (base64url) of a snapshot's facts: equal fingerprints mean there is nothing to change. A sync computes one per
 * SKU each time, so the facts are only strung together, each behind its length to keep them apart. Whoever changes what
 * goes in raises the projection's version.
 */
export function snapshotFingerprint(facts: SnapshotFacts): string {
  const { name, brand, description, thc, batchNumber, coaLink, price, currency, quantity } = facts;
  const texts = part(name) + part(brand) + part(description) + part(thc) + part(batchNumber) + part(coaLink);
  return hash('sha256', `${texts}${part(currency)}${price} ${quantity}`, 'base64url');
}

function part(text: string | null): string {
  return text === null ? '-' : `${text.length} ${text}`;
}

/** A product as the API shows it. */
export function toProductView({ item, updatedAt }: Product): ProductView {
  return {
    id: item.productId,
    sku: item.sku,
    name: item.name,
    brand: item.brand,
    brandId: item.brandId,
    description: item.description,
    stock: item.quantity,
    available: availableToPromise(item),
    price: item.price,
    currency: item.currency,
    thc: item.thc,
    batchNumber: item.batchNumber,
    coaLink: item.coaLink,
    listed: item.listed,
    updatedAt,
  };
}

/** The stock of a SKU as the API shows it. */
export function toInventoryView(product: Product): InventoryView {
  const { sku, name, brand, stock, available, price, currency, thc, batchNumber, coaLink, updatedAt } =
    toProductView(product);
  const { reserved } = product.item;
  return { sku, name, brand, stock, reserved, available, price, currency, thc, batchNumber, coaLink, updatedAt };
}
