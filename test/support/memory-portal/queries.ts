import type { Queries } from '../../../src/projections/queries.js';
import { minute } from '../orders.js';
import { failedSync, payoutEntries, products, reservation } from './examples.js';
import type { OrderStreams } from './order-streams.js';
import type { Call } from './use-cases.js';

const source = { source: 'cache' as const, asOf: minute(0) };
const inventory = products.map(({ id, brandId, description, listed, ...item }) => ({ ...item, reserved: 2 }));

/** The read models: the orders of the streams, and examples of everything else. */
export function createQueries(streams: OrderStreams, calls: Call[]): Queries {
  return {
    orders: async (filter) => {
      if (filter.cursor !== undefined) throw new InvalidCursor('not a cursor');
      const { customerId } = filter;
      const items = streams.views().filter((view) => customerId === undefined || view.customerId === customerId);
      return { items, nextCursor: null };
    },
    order: async (idOrNumber, scope) => {
      const found = streams
        .views()
        .find((view) => view.id === idOrNumber || view.orderNumber === idOrNumber.toUpperCase());
      return found && (scope?.customerId === undefined || scope.customerId === found.customerId) ? found : null;
    },
    ordersById: async (ids) => ids.map(streams.viewOf).filter((view) => view !== null),
    products: async (filter) => {
      const own = products.filter((one) => filter.brandId === undefined || one.brandId === filter.brandId);
      return {
        items: own.filter((one) => filter.brand === undefined || one.brand === filter.brand).slice(0, filter.limit),
        nextCursor: null,
        total: own.length,
        ...source,
      };
    },
    product: async (key) => {
      const product = products.find((one) => one.id === key || one.sku === key);
      return product ? { product, ...source } : null;
    },
    inventory: async (scope) => {
      const own = products.filter((one) => scope?.brandId === undefined || one.brandId === scope.brandId);
      const items = inventory.filter((one) => own.some(({ sku }) => sku === one.sku));
      return { items: Buffer.from(JSON.stringify(items)), total: items.length, ...source };
    },
    inventoryItem: async (sku) => {
      const item = inventory.find((one) => one.sku === sku);
      return item ? { item, ...source, source: 'stale_cache', warning: `no sync since ${minute(0)}` } : null;
    },
    productsBySku: async (skus) => products.filter((one) => skus.includes(one.sku)),
    brands: async () => [
      { id: 'vital-hemp', name: 'VitalHemp', brandShareBps: null, productCount: 1 },
      { id: 'green-leaf', name: 'Green Leaf', brandShareBps: 6500, productCount: 1 },
    ],
    payouts: async (filter) => {
      calls.push({ useCase: 'queries.payouts', request: filter });
      return { items: [], complete: true, totals: [{ currency: 'USD', gross: 0, brandShare: 0, platformShare: 0 }] };
    },
    async *payoutEntries(filter) {
      calls.push({ useCase: 'queries.payoutEntries', request: filter });
      yield* payoutEntries;
    },
    reservations: async (sku) => (sku === 'HEMP-1' ? { sku, reserved: 2, total: 1, items: [reservation] } : null),
    lot: async (batchNumber) =>
      batchNumber === 'B-1' ? { batchNumber, products: [], orders: [], nextCursor: null } : null,
    syncs: async () => [failedSync],
    sync: async () => failedSync,
    waitFor: async (position) => (await streams.reach(position)) !== 'late',
    reach: streams.reach,
  };
}

class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
