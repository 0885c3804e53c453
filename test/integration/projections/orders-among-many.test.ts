import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { listOrders } from '../../../src/projections/queries/orders.js';
import { ordersOfKeys } from '../../../src/projections/queries/persons-orders.js';
import { createPortalSide } from '../../../src/projections/queries/portal-side.js';
import type { OrderFilter } from '../../../src/projections/queries.js';
import { completeGeneration, createGeneration, pointViews } from '../../../src/projections/runtime/tables.js';
import { migratedDatabase } from '../../support/database.js';

/** One an hour, for eleven years; all of one person. */
const many = 100_001;
const key = '0190a4c2-7d3b-7c55-9d7e-1f0c2b3a4d5e';
let db: Knex;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ db, drop } = await migratedDatabase());
  await db.transaction(async (tx) => {
    await createGeneration(tx, ordersProjection, 1);
    await pointViews(tx, ordersProjection, 1);
    // As wide as real ones are.
    await tx.raw(
      `insert into "read".orders (order_id, revision, position, order_number, status, customer_id, placed_at, search, state,
         personal_key)
       select 'o' || n, 0, n, 'VL-' || n, 'delivered', 'c' || n % 50, timestamptz '2016-01-01Z' + n * interval '1 hour',
         'vl-' || n || ' engines ltd', jsonb_build_object('order', repeat('x', 900)), ?
       from generate_series(1, ?::integer) n`,
      [key, many],
    );
    await completeGeneration(tx, ordersProjection, 1);
  });
  await db.raw('vacuum "read".orders_g1');
}, 60_000);
afterAll(() => drop?.());

/** The statement that `ask` has sent, as the database carries it out. */
async function planOf(ask: () => Promise<unknown>): Promise<string> {
  const statements: { sql: string; bindings: Knex.RawBinding[] }[] = [];
  const heard = (statement: (typeof statements)[0]) => void statements.push(statement);
  db.on('query', heard);
  // What stands in for a state is none, which shows once the rows are there.
  await ask().catch(() => undefined);
  db.off('query', heard);
  const [{ sql, bindings }] = statements as [(typeof statements)[0]];
  const { rows } = await db.raw(`explain ${sql.replace(/\$\d+/g, '?')}`, bindings);
  return JSON.stringify(rows);
}

it.each<[string, Partial<OrderFilter>]>([
  ['of the beginning', { to: '2016-03-01T00:00:00.000Z' }],
  ['of a former year', { from: '2018-01-01T00:00:00.000Z', to: '2019-01-01T00:00:00.000Z' }],
  [
    'of a former year, by a status',
    { from: '2018-01-01T00:00:00.000Z', to: '2019-01-01T00:00:00.000Z', status: 'delivered' },
  ],
  ['that nobody is named in', { q: 'nobody' }],
  ['of a customer that nobody is named in', { q: 'nobody', status: 'delivered', sort: 'placedAt' }],
])('a list of orders %s goes through an index, and fetches those that it shows', async (_, filter) => {
  const plan = await planOf(() => listOrders(db, { limit: 50, ...filter }));
  expect(plan).toContain('Index Only Scan');
  expect(plan).not.toContain('Seq Scan');
});

it('orders that the warehouse lists are found by an index', async () => {
  const plan = await planOf(() => createPortalSide(db).ordersByNumber(['VL-7', 'not ours']));
  expect(plan).not.toContain('Seq Scan');
});

it('every order of a key is found, however many: it is destroyed for all of them', async () => {
  expect(await ordersOfKeys(db, [key])).toHaveLength(many);
});
