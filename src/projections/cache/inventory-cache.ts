import type { Knex } from 'knex';
import type { BrandId, Sku } from '../../domain/shared/ids.js';
import { type Product, toInventoryView, toProductView } from '../models/products.js';
import { findProduct, listInventory, listProducts, normaliseFilter } from '../queries/products.js';
import { lastSyncAt } from '../queries/syncs.js';
import type { ProductFilter, StockList } from '../queries.js';
import type { InventoryView, ProductView } from '../views.js';
import type { EntryForm } from './cache-store.js';
import type { Cached } from './cached.js';
import type { Dated } from './dated.js';
import { stockListForm } from './stock-list.js';

/** Everything changes this scope: lists, and products asked for by an id of either kind. */
export const anyProduct = '*';

/** The documented keys. */
export const cacheKeys = {
  inventory: 'inventory:all',
  inventoryOfBrand: (brandId: BrandId) => `inventory:brand:${brandId}`,
  inventoryItem: (sku: Sku) => `inventory:sku:${sku}`,
  products: (filter: ProductFilter) => `products:${normaliseFilter(filter)}`,
  product: (idOrSku: string) => `product:${idOrSku}`,
};

/** A key grows with what clients send; longer than this it is answered from the database. */
const maxKeyLength = 500;

/** Catalogue and stock, read through the cache. A product is a scope of its own, under its SKU and under its id. */
export function createInventoryCache(deps: { cached: Cached; db: Knex }) {
  const { cached, db } = deps;

  async function through<T>(
    name: string,
    key: string,
    scope: string,
    load: () => Promise<T | null>,
    form?: EntryForm<Dated<T>>,
  ) {
    const dated = async (): Promise<Dated<T> | null> => {
      // Asked for first: what is found may be newer than it says, never older.
      const asOf = await lastSyncAt(db);
      const value = await load();
      return value === null ? null : { asOf, value };
    };
    if (key.length <= maxKeyLength) return cached.get({ name, key, scope, load: dated, form });
    const value = await dated();
    return value && { value, from: 'database' as const };
  }

  return {
    inventory: (brandId?: BrandId) => {
      const key = brandId === undefined ? cacheKeys.inventory : cacheKeys.inventoryOfBrand(brandId);
      return through<StockList>('inventory', key, anyProduct, () => listInventory(db, brandId), stockListForm);
    },
    inventoryItem: (sku: Sku) =>
      through<InventoryView>('inventory-item', cacheKeys.inventoryItem(sku), sku, () =>
        loadProduct(db, sku, (product) => (product.item.sku === sku ? toInventoryView(product) : null)),
      ),
    products: (filter: ProductFilter) =>
      through<Awaited<ReturnType<typeof listProducts>>>('products', cacheKeys.products(filter), anyProduct, () =>
        listProducts(db, filter),
      ),
    product: (idOrSku: string) =>
      through<ProductView>('product', cacheKeys.product(idOrSku), idOrSku, () =>
        loadProduct(db, idOrSku, toProductView),
      ),
  };
}

async function loadProduct<T>(db: Knex, idOrSku: string, show: (product: Product) => T | null): Promise<T | null> {
  const product = await findProduct(db, idOrSku);
  return product && show(product);
}
