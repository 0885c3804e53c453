import type { Knex } from 'knex';
import type { BrandId } from '../../domain/shared/ids.js';
import type { BrandView } from '../views.js';
import { integer, select } from './sql.js';

/** Brands by name, with the number of their listed products. */
export async function listBrands(db: Knex): Promise<BrandView[]> {
  const rows = await select<{ brand_id: BrandId; name: string; brand_share_bps: number | null; products: string }>(
    db,
    `select b.brand_id, b.name, b.brand_share_bps,
       (select count(*) from "read".products p where p.brand_id = b.brand_id and p.listed) as products
     from "read".brands b order by lower(b.name), b.brand_id`,
    [],
    { prepareAs: 'brands' },
  );
  return rows.map((row) => ({
    id: row.brand_id,
    name: row.name,
    brandShareBps: row.brand_share_bps,
    productCount: integer(row.products),
  }));
}
