import type { Known } from './reads-orders.js';
import type { References } from './reads-reference.js';

/** What answers each endpoint, as the portal asks it. */
export function queriesBehind({ order, sku, batchNumber }: Known): References {
  const one = (sql: string, ...values: string[]) => ({ queries: [{ sql, values }] });
  return {
    '/api/v1/orders': one(`select order_id, position, revision, state from "read".orders where order_id = any(array(
        select order_id from "read".orders order by position desc, order_id desc limit 51))
      order by position desc, order_id desc`),
    [`/api/v1/orders/${order}`]: one(
      `select order_id, position, revision, state from "read".orders
       where (order_id = $1 or lower(order_number) = lower($1)) limit 1`,
      order,
    ),
    '/api/v1/brands': one(`select b.brand_id, b.name, b.brand_share_bps,
        (select count(*) from "read".products p where p.brand_id = b.brand_id and p.listed) as products
      from "read".brands b order by lower(b.name), b.brand_id`),
    [`/api/v1/inventory/${sku}/reservations`]: one(reservations, sku),
    '/api/v1/inventory/syncs': one('select view from "read".syncs order by started_at desc, sync_id desc limit 50'),
    '/api/v1/payouts': { queries: statement.map((sql) => ({ sql, values: [] })) },
    [`/api/v1/lots/${batchNumber}`]: { queries: trace.map((sql) => ({ sql, values: [batchNumber] })) },
  };
}

/** A SKU's state, and the orders behind its earliest reservations. */
const reservations = `select state, (
    select jsonb_agg(to_jsonb(o)) from (
      select order_id, order_number, status, customer_id from "read".orders where order_id = any(array(
        select reserved.key
        from jsonb_each(product.state #> '{item,reservations}') bucket, jsonb_each(bucket.value) reserved
        order by reserved.value ->> 'reservedAt' collate "C", reserved.key collate "C"
        limit 1000))
    ) o
  ) as orders
  from "read".products product where sku = $1`;

/** Entries and totals of one moment. */
const statement = [
  'begin transaction isolation level repeatable read read only',
  `select p.*, o.order_number from (
     select *, at::text as at_key from "read".payouts
     order by at desc, position desc, order_id desc, revision desc, brand_id desc limit 5000
   ) p left join "read".orders o using (order_id)
   order by p.at desc, p.position desc, p.order_id desc, p.revision desc, p.brand_id desc`,
  `select currency, count(*) as rows, sum(gross) as gross, sum(brand_share) as brand_share,
     sum(platform_share) as platform_share
   from "read".payouts group by currency order by currency`,
  'commit',
];

/** A lot's products, and the orders it went to. */
const trace = [
  `with listed as (
     select distinct on (batch_number, sku) batch_number, sku, name, brand_id, brand, coa_link,
       min(listed_at) over (partition by batch_number, sku) as listed_at
     from "read".lot_listings where lower(batch_number) = lower($1)
     order by batch_number, sku, revision desc
   ), sold as (
     select s.batch_number, s.sku, max(s.name) as name, max(s.brand_id) as brand_id, max(s.brand) as brand,
       max(s.coa_link) as coa_link, count(distinct s.order_id) as orders, sum(s.quantity) as quantity,
       sum(s.quantity) filter (where o.status in ('shipped', 'delivered')) as shipped,
       sum(s.quantity) filter (where o.status in ('cancelled', 'expired')) as cancelled
     from "read".lot_sales s left join "read".orders o using (order_id)
     where lower(s.batch_number) = lower($1)
     group by s.batch_number, s.sku
   )
   select * from listed full join sold using (batch_number, sku) order by batch_number, sku limit 1000`,
  `select s.order_id, s.line, s.position, s.sku, s.batch_number, s.name, s.coa_link, s.quantity, s.placed_at,
     o.state, o.revision as order_revision
   from "read".lot_sales s left join "read".orders o using (order_id) where lower(s.batch_number) = lower($1)
   order by s.position, s.order_id, s.line limit 51`,
];
