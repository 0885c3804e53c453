import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import pg from 'pg';
import { concurrently } from '../src/processes/concurrently.js';
import { call } from './call.js';
import { type PortalProcess, startProcess } from './portal-process.js';
import { withPortal } from './portal-stack.js';
import { type BenchRow, type Round, row } from './row.js';
import { orderOf, ordersPerSecond, type Placed } from './workload/orders.js';
import { stocked } from './workload/stocked.js';
import { acknowledged, tellPaid } from './workload/webhooks.js';

const rounds = 3;
const skus = 1_000;
const readSeconds = 4;
const connections = 16;
/** Orders paid at once; the warehouse takes its time over each of them. */
const exportedOrders = 240;
const warehouseMs = 250;
/** What a process may ask of the warehouse must not be what limits it here. */
const unlimited = { EXTENSIV_REQUESTS_PER_SECOND: '10000' };
/** Longest wait for work that goes on behind, milliseconds. */
const limitMs = 120_000;

/** A process of all roles beside one process for each, and one process of a role beside two. */
export function benchRoles(): Promise<BenchRow[]> {
  return withPortal(async (stack) => {
    const catalogue = await stocked(stack.base, stack.urls.extensiv ?? '', skus);
    await stack.kill('portal', 'SIGTERM');
    const database = new pg.Pool({ connectionString: stack.env.DATABASE_URL, max: 1 });
    try {
      return await measure({ env: stack.env, warehouse: stack.urls.extensiv ?? '', database, catalogue });
    } finally {
      await database.end();
    }
  });
}

interface Installation {
  readonly env: Readonly<Record<string, string>>;
  readonly warehouse: string;
  readonly database: pg.Pool;
  readonly catalogue: readonly string[];
}

async function measure(installation: Installation): Promise<BenchRow[]> {
  const { warehouse } = installation;
  await call('POST', `${warehouse}/control/clock`, { paused: true });
  const creates = { method: 'POST', path: '/api/v1/orders' };
  await call('POST', `${warehouse}/control/faults`, { match: creates, fault: { delayMs: warehouseMs } });
  const joined: Joined[] = [];
  const split: Split[] = [];
  for (let round = 0; round < rounds; round += 1) {
    joined.push(await joinedRoles(installation));
    split.push(await splitRoles(installation));
  }
  const beside = (value: (measured: Split) => number, reference: (split: Split, joined: Joined) => number): Round[] =>
    split.flatMap((apart, round) => {
      const together = joined[round];
      return together ? [{ value: value(apart), referenceValue: reference(apart, together) }] : [];
    });
  const one = 'one process of all roles';
  return [
    row(
      { name: 'orders placed, each role a process', unit: '1/s', reference: one },
      ...beside(
        ({ orders }) => orders,
        (_, { orders }) => orders,
      ),
    ),
    row(
      { name: 'webhooks acknowledged, each role a process', unit: '1/s', reference: one },
      ...beside(
        ({ webhooks }) => webhooks,
        (_, { webhooks }) => webhooks,
      ),
    ),
    row(
      { name: 'orders placed at two `api` processes', unit: '1/s', reference: 'one' },
      ...beside(
        ({ ordersAtTwo }) => ordersAtTwo,
        ({ orders }) => orders,
      ),
    ),
    row(
      { name: 'cached product read at two `api` processes', unit: '1/s', reference: 'one' },
      ...beside(
        ({ readsAtTwo }) => readsAtTwo,
        ({ reads }) => reads,
      ),
    ),
    row(
      { name: `orders exported by two \`workers\`, ${warehouseMs} ms each`, unit: '1/s', reference: 'one' },
      ...beside(
        ({ exportsByTwo }) => exportsByTwo,
        ({ exports }) => exports,
      ),
    ),
  ];
}

/** All per second. */
interface Joined {
  readonly orders: number;
  readonly webhooks: number;
}

interface Split extends Joined {
  readonly ordersAtTwo: number;
  readonly reads: number;
  readonly readsAtTwo: number;
  readonly exports: number;
  readonly exportsByTwo: number;
}

async function joinedRoles(installation: Installation): Promise<Joined> {
  const { env, catalogue } = installation;
  const all = await startProcess(env, { ROLES: 'api,projections,workers', ...unlimited });
  try {
    await ordersPerSecond([all.base], catalogue);
    const orders = await ordersPerSecond([all.base], catalogue);
    const webhooks = await webhooksPerSecond(installation, all);
    return { orders, webhooks };
  } finally {
    await all.stop();
  }
}

async function splitRoles(installation: Installation): Promise<Split> {
  const { env, catalogue } = installation;
  const running: PortalProcess[] = [];
  const start = async (role: string) => {
    const started = await startProcess(env, { ROLES: role, ...unlimited });
    running.push(started);
    return started;
  };
  try {
    await start('projections');
    await start('workers');
    const api = await start('api');
    const other = await start('api');
    const both = [api.base, other.base];
    const product = `/api/v1/products/${catalogue[0]}`;
    await ordersPerSecond(both, catalogue);
    const orders = await ordersPerSecond([api.base], catalogue);
    const ordersAtTwo = await ordersPerSecond(both, catalogue);
    await readsPerSecond(both, product);
    const reads = await readsPerSecond([api.base], product);
    const readsAtTwo = await readsPerSecond(both, product);
    const webhooks = await webhooksPerSecond(installation, api);
    const exports = await exportsPerSecond(installation, api);
    await start('workers');
    const exportsByTwo = await exportsPerSecond(installation, api);
    return { orders, ordersAtTwo, reads, readsAtTwo, webhooks, exports, exportsByTwo };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

async function readsPerSecond(bases: readonly string[], address: string): Promise<number> {
  const runs = await Promise.all(
    bases.map((base) =>
      autocannon({ url: base + address, connections: connections / bases.length, duration: readSeconds }),
    ),
  );
  const failures = runs.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
  if (failures > 0) throw new Error(`${failures} reads failed`);
  return runs.reduce((sum, { requests, duration }) => sum + requests.total / duration, 0);
}

async function webhooksPerSecond(installation: Installation, { base }: PortalProcess): Promise<number> {
  const { rate } = await acknowledged(webhooksOf(base), installation.env.STRIPE_WEBHOOK_SECRET ?? '');
  await workDone(installation);
  return rate;
}

/** From the first webhook that tells of a payment to the last order in the warehouse. */
async function exportsPerSecond(installation: Installation, { base }: PortalProcess): Promise<number> {
  const { env, catalogue } = installation;
  const placed: Placed[] = [];
  await concurrently(catalogue.slice(0, exportedOrders), connections, async (sku) => {
    placed.push(await call<Placed>('POST', `${base}/api/v1/orders`, orderOf(sku)));
  });
  const secret = env.STRIPE_WEBHOOK_SECRET ?? '';
  const before = await exported(installation);
  const started = performance.now();
  await concurrently(placed, connections, (one) => tellPaid(webhooksOf(base), secret, one));
  await until('the orders are exported', async () => (await exported(installation)) === before + exportedOrders);
  const seconds = (performance.now() - started) / 1000;
  await workDone(installation);
  return exportedOrders / seconds;
}

function webhooksOf(base: string): string {
  return `${base}/api/v1/webhooks/stripe`;
}

async function exported({ database }: Installation): Promise<number> {
  const sql = `select count(*)::int as count from portal.effects where kind = 'export' and status <> 'open'`;
  const { rows } = await database.query<{ count: number }>(sql);
  return rows[0]?.count ?? 0;
}

/** Nothing is left to do that would be work beside what is measured next. */
async function workDone({ database }: Installation): Promise<void> {
  const sql = `select 1 from portal.effects where status = 'open' and (due_at is null or due_at <= now()) limit 1`;
  await until('all effects are done', async () => (await database.query(sql)).rowCount === 0);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(50);
  }
}
