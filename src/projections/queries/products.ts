import type { Knex } from 'knex';
import { brandIdOf } from '../../domain/brand/brand-id.js';
import type { BrandId, Sku } from '../../domain/shared/ids.js';
import { type Product, toInventoryView, toProductView } from '../models/products.js';
import { foldedText } from '../models/rows.js';
import type { ProductFilter, StockList } from '../queries.js';
import type { ProductView } from '../views.js';
import { cursorKind, cutPage, decodeCursor } from './cursor.js';
import { asOfOneMoment, containing, createConditions, integer, pageSize, select } from './sql.js';

interface ProductRow {
  state: Product;
  sku: Sku;
  sort_key: string;
}

/** More SKUs in one order, or one placed-order check, than anybody sends. */
const maxSkus = 1_000;

/** Columns to sort by, the type their keyset travels as, and what a cursor may hold for them. */
const sorts = {
  name: { column: 'name', type: 'text', shape: /^[\s\S]*$/ },
  price: { column: 'price', type: 'bigint', shape: /^\d{1,18}$/ },
  stock: { column: 'stock', type: 'bigint', shape: /^\d{1,18}$/ },
  updatedAt: { column: 'updated_at', type: 'timestamptz', shape: /^\d{4}-\d{2}-\d{2} [\d:.+-]{8,30}$/ },
} as const;

/**
 * Listed products. `total` counts all that match at the same moment, not only this page.
 * @throws InvalidCursor, ReadModelMissing
 */
export async function listProducts(
  db: Knex,
  filter: ProductFilter,
): Promise<{ items: ProductView[]; nextCursor: string | null; total: number }> {
  const { sort, descending } = sortOf(filter);
  const { column, type, shape } = sorts[sort];
  const matching = conditions(filter);
  const kind = cursorKind(`products:${descending ? '-' : ''}${sort}`, {
    brand: brandOf(filter),
    brandId: filter.brandId,
    inStock: filter.inStock,
    q: filter.q === undefined ? undefined : foldedText(filter.q),
  });
  const page = conditions(filter);
  if (filter.cursor !== undefined) {
    const [value = '', sku = ''] = decodeCursor(kind, filter.cursor, [shape, /^[\s\S]{1,200}$/]);
    page.add(`(${column}, sku) ${descending ? '<' : '>'} (?::${type}, ?)`, value, sku);
  }
  const direction = descending ? 'desc' : 'asc';
  const limit = pageSize(filter.limit);
  return asOfOneMoment(db, async (moment) => {
    const rows = await select<ProductRow>(
      moment,
      `select sku, ${column}::text as sort_key, state from "read".products ${page.sql}
       order by ${column} ${direction}, sku ${direction} limit ?`,
      [...page.bindings, limit + 1],
    );
    const counting = `select count(*) as total from "read".products ${matching.sql}`;
    const [count] = await select<{ total: string }>(moment, counting, matching.bindings);
    const { shown, nextCursor } = cutPage(kind, rows, limit, (last) => [last.sort_key, last.sku]);
    return { items: shown.map(({ state }) => toProductView(state)), nextCursor, total: integer(count?.total ?? 0) };
  });
}

/** A filter in one spelling: equal filters give equal text. */
export function normaliseFilter(filter: ProductFilter): string {
  const { sort, descending } = sortOf(filter);
  const parts: Record<string, string | undefined> = {
    brand: brandOf(filter),
    brandId: filter.brandId,
    cursor: filter.cursor,
    inStock: filter.inStock === undefined ? undefined : String(filter.inStock),
    limit: String(pageSize(filter.limit)),
    q: filter.q === undefined ? undefined : foldedText(filter.q),
    sort: `${descending ? '-' : ''}${sort}`,
  };
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) given.set(name, value);
  return given.toString();
}

function sortOf({ sort = 'name' }: ProductFilter): { sort: keyof typeof sorts; descending: boolean } {
  return { sort: sort.replace(/^-/, '') as keyof typeof sorts, descending: sort.startsWith('-') };
}

/** What the query and the cache's key go by, so that no spelling is answered with what another one found. */
const brandOf = ({ brand }: ProductFilter) => (brand === undefined ? undefined : brandIdOf(brand));

function conditions(filter: ProductFilter) {
  const where = createConditions();
  where.add('listed');
  const brand = brandOf(filter);
  if (brand !== undefined) where.add('brand_id = ?', brand);
  if (filter.brandId !== undefined) where.add('brand_id = ?', filter.brandId);
  if (filter.q !== undefined) where.add('search like ?', containing(filter.q));
  if (filter.inStock !== undefined) where.add(filter.inStock ? 'available > 0' : 'available = 0');
  return where;
}

/** A listed product by product id or SKU. */
export async function findProduct(db: Knex, idOrSku: string): Promise<Product | null> {
  if (idOrSku.includes('\0')) return null;
  const rows = await select<{ state: Product }>(
    db,
    'select state from "read".products where listed and (sku = ? or product_id = ?) limit 1',
    [idOrSku, idOrSku],
  );
  return rows[0]?.state ?? null;
}

/** Products by SKU, listed or not; at most a thousand SKUs. */
export async function findProductsBySku(db: Knex, skus: readonly Sku[]): Promise<Product[]> {
  if (skus.length > maxSkus) throw new RangeError(`more than ${maxSkus} SKUs`);
  const known = skus.filter((sku) => !sku.includes('\0'));
  const rows = await select<{ state: Product }>(
    db,
    'select state from "read".products where sku = any(?) order by sku',
    [known],
  );
  return rows.map(({ state }) => state);
}

/** Rows of one look at the whole stock: what comes of them is written down before the next are fetched. */
const stockRows = 2_000;

/** Every listed SKU, or those of one brand, by SKU, as of one moment. */
export function listInventory(db: Knex, brandId?: BrandId): Promise<StockList> {
  return asOfOneMoment(db, async (moment) => {
    // Outside the heap, page by page.
    const written: Buffer[] = [];
    let total = 0;
    for await (const page of stockPages(moment, brandId)) {
      const items = page.map((product) => JSON.stringify(toInventoryView(product))).join();
      written.push(Buffer.from(total === 0 ? items : `,${items}`));
      total += page.length;
    }
    return { items: Buffer.concat([Buffer.from('['), ...written, Buffer.from(']')]), total };
  });
}

/** Every listed product by SKU. While a page is worked on, the next one comes. */
export async function* stockPages(db: Knex, brandId?: BrandId, rowsPerPage = stockRows): AsyncGenerator<Product[]> {
  let coming: Promise<Product[]> | null = stockPage(db, brandId, null, rowsPerPage);
  while (coming !== null) {
    const page: Product[] = await coming;
    const last = page.at(-1);
    coming = last && page.length === rowsPerPage ? stockPage(db, brandId, last.item.sku, rowsPerPage) : null;
    // Nobody may ask for it any more.
    coming?.catch(() => undefined);
    if (last) yield page;
  }
}

async function stockPage(db: Knex, brandId: BrandId | undefined, after: string | null, limit: number) {
  const where = createConditions();
  where.add('listed');
  if (brandId !== undefined) where.add('brand_id = ?', brandId);
  if (after !== null) where.add('sku > ?', after);
  const sql = `select state from "read".products ${where.sql} order by sku limit ?`;
  const rows = await select<{ state: Product }>(db, sql, [...where.bindings, limit]);
  return rows.map(({ state }) => state);
}
