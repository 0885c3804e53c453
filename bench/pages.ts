import type { Knex } from 'knex';
import { composedPortal, project } from './composed-portal.js';
import { type BenchRow, row } from './row.js';
import { withStack } from './stack.js';
import { timedInTurn } from './timing.js';
import { seedStore } from './workload/seed.js';

const farPage = 10_000;
const pageSize = 20;
/** Believable orders that are copied until there are enough pages. */
const sampleEvents = 20_000;

/** Measures page 10,000 of the list of orders, by its cursor, beside page 1. */
export function benchPages(): Promise<BenchRow[]> {
  return withStack(
    { parts: ['postgres', 'redis', 'eventstoredb'], seed: (folder) => seedStore(folder, sampleEvents) },
    async ({ env }) => {
      const portal = await composedPortal(env);
      const { queries } = portal.projections;
      await project(portal);
      await copyOrders(portal.pools.projections, (farPage + 1) * pageSize);

      // Walked in long strides: a cursor is the place of a row, whatever the size of its page was.
      let cursor: string | null = null;
      const stride = 200;
      for (let passed = 0; passed < (farPage - 1) * pageSize; passed += stride) {
        const limit = Math.min(stride, (farPage - 1) * pageSize - passed);
        ({ nextCursor: cursor } = await queries.orders({ limit, ...(cursor ? { cursor } : {}) }));
        if (!cursor) throw new Error('there are too few orders');
      }
      const far = cursor ?? '';
      const page = async (from: { cursor?: string }) => {
        const { items } = await queries.orders({ limit: pageSize, ...from });
        if (items.length !== pageSize) throw new Error(`the page has ${items.length} orders`);
      };
      const rounds = await timedInTurn(
        { rounds: 5, times: 300, percentile: 99 },
        () => page({ cursor: far }),
        () => page({}),
      );
      await portal.close();
      const name = `page ${farPage.toLocaleString('en')} of the orders`;
      return [row({ name, unit: 'ms (p99)', reference: 'page 1', goal: 'at most 1.2' }, ...rounds)];
    },
  );
}

/** Copies rows, each at a place of its own in the list, until there are so many. */
async function copyOrders(db: Knex, wanted: number): Promise<void> {
  const { rows } = await db.raw<{ rows: { name: string; live: number }[] }>(
    "select name, live from portal.projection_generations where name = 'orders'",
  );
  const table = `"read"."orders_g${rows[0]?.live}"`;
  const { rows: columns } = await db.raw<{ rows: { name: string }[] }>(
    "select column_name as name from information_schema.columns where table_schema = 'read' and table_name = ?",
    [`orders_g${rows[0]?.live}`],
  );
  const names = columns.map(({ name }) => name);
  const changed: Record<string, string> = {
    order_id: "o.order_id || '-' || n",
    position: 'o.position + n * 1000000',
    order_number: "o.order_number || '-' || n",
  };
  await db.raw(`set statement_timeout = 0`);
  await db.raw(
    `insert into ${table} (${names.join(', ')})
     select ${names.map((name) => changed[name] ?? `o.${name}`).join(', ')}
     from ${table} o, generate_series(1, ? / (select count(*) from ${table})::int + 1) n`,
    [wanted],
  );
  await db.raw(`analyze ${table}`);
}
