import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { SignJWT } from 'jose';
import { withPortal } from './portal-stack.js';
import type { References } from './reads-reference.js';
import type { BenchRow } from './row.js';

/** Portal and reference take turns, so that a busy machine is busy for both. */
const rounds = 2;
const roundSeconds = 1;
const connections = 16;
const orders = 100;
/** As many of them are paid, and so have payouts. */
const paid = 40;
/** Far longer than paid orders take to get to the warehouse. */
const settledMs = 60_000;
const here = import.meta.dirname;

/**
 * Every read of the cache and of PostgreSQL beside a bare route: of the same bytes for what is cached, of the bare queries
 * for what is not. What is folded from events has no place here: the history and the diff of an order, the history of a
 * SKU, and anything `asOf` a moment come from the event store.
 */
export function benchReads(): Promise<BenchRow[]> {
  return withPortal(async ({ base, env, urls }) => {
    const known = await placeOrders(base, urls);
    const { sku } = known;
    const cached = ['/api/v1/products', `/api/v1/products/${sku}`, '/api/v1/inventory', `/api/v1/inventory/${sku}`];
    const bytes = await Promise.all(
      cached.map(async (address) => [address, { bytes: await text(base + address) }] as const),
    );
    const queried = queriesBehind(known);
    const child = fork(path.join(here, 'reads-reference.js'), { env: { ...env, PATH: process.env.PATH } });
    try {
      const references: References = { ...Object.fromEntries(bytes), ...queried };
      child.send(references);
      const [bare] = (await once(child, 'message')) as [string];
      const rows: BenchRow[] = [];
      for (const address of cached) {
        const name = `cached read ${nameOf(address)}`;
        rows.push(await compare(name, base + address, bare + address, 'bare route of the same bytes', 'at least 0.8'));
      }
      for (const address of Object.keys(queried)) {
        const name = `read ${nameOf(address)}`;
        rows.push(await compare(name, base + address, bare + address, 'bare route of its queries', 'at least 0.6'));
      }
      return [...rows, await guarded(env, `/api/v1/products/${sku}`)];
    } finally {
      child.disconnect();
    }
  });

  function nameOf(address: string): string {
    const [, , , list = '', one] = address.split('/');
    const rest = address.split('/').slice(5);
    return ['', list, ...(one === undefined || one === 'syncs' ? [one] : ['{id}', ...rest])].filter(Boolean).join('/');
  }
}

/** What answers each endpoint, as the portal asks it. */
function queriesBehind({ order, sku, batchNumber }: Known): References {
  const one = (sql: string, ...values: string[]) => ({ queries: [{ sql, values }] });
  return {
    '/api/v1/orders': one(`select order_id, position, revision, state from "read".orders
      order by position desc, order_id desc limit 51`),
    [`/api/v1/orders/${order}`]: one(
      `select order_id, position, revision, state from "read".orders
       where (order_id = $1 or lower(order_number) = lower($1)) limit 1`,
      order,
    ),
    '/api/v1/brands': one(`select b.brand_id, b.name, b.brand_share_bps,
        (select count(*) from "read".products p where p.brand_id = b.brand_id and p.listed) as products
      from "read".brands b order by lower(b.name), b.brand_id`),
    [`/api/v1/inventory/${sku}/reservations`]: one('select state from "read".products where sku = $1', sku),
    '/api/v1/inventory/syncs': one('select view from "read".syncs order by started_at desc, sync_id desc limit 50'),
    '/api/v1/payouts': { queries: statement.map((sql) => ({ sql, values: [] })) },
    [`/api/v1/lots/${batchNumber}`]: { queries: trace.map((sql) => ({ sql, values: [batchNumber] })) },
  };
}

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

/** What it costs to find out who asks, by a signed token, and to count how often, in Redis. */
async function guarded(env: Record<string, string>, address: string): Promise<BenchRow> {
  const secret = 'a secret of the benchmark, long enough for HS256';
  const open = await startApi(env, { AUTH_MODE: 'open' });
  const limits = { RATE_LIMIT_PER_MINUTE: '10000000', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '10000000' };
  const closed = await startApi(env, { AUTH_MODE: 'token', AUTH_JWT_SECRET: secret, ...limits });
  const token = await new SignJWT({ roles: ['operator'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  try {
    return await compare(
      'cached product read with a token and a rate limit',
      closed.base + address,
      open.base + address,
      'the same portal, open',
      'at least 0.85',
      { authorization: `Bearer ${token}` },
    );
  } finally {
    await Promise.all([open, closed].map(({ child }) => stopped(child)));
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** A process with the role `api` on the stores of the installation. */
async function startApi(
  env: Record<string, string>,
  settings: Record<string, string>,
): Promise<{ base: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [path.join(here, '../src/main.js')], {
    env: { ...env, PATH: process.env.PATH, ROLES: 'api', PORT: '0', LOG_DIR: 'none', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  // Left running: what is not read would fill the pipe and stop the portal.
  const address = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /"url":"([^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error('the portal did not start')));
  });
  return { base: address, child };
}

/** Requests per second of both, measured in turns after a warm-up. */
async function compare(
  name: string,
  url: string,
  referenceUrl: string,
  reference: string,
  goal: string,
  headers: Record<string, string> = {},
): Promise<BenchRow> {
  const totals = { value: 0, reference: 0 };
  for (let round = 0; round <= rounds; round += 1) {
    const value = await rate(url, headers);
    const referenceValue = await rate(referenceUrl, {});
    // The first round warms up both.
    if (round === 0) continue;
    totals.value += value / rounds;
    totals.reference += referenceValue / rounds;
  }
  const ratio = totals.value / totals.reference;
  console.error(`  ${name}: ${ratio.toFixed(2)}`);
  return { name, value: totals.value, unit: '1/s', reference, referenceValue: totals.reference, ratio, goal };
}

async function rate(url: string, headers: Record<string, string>): Promise<number> {
  const run = await autocannon({ url, connections, duration: roundSeconds, headers });
  if (run.non2xx + run.errors > 0) throw new Error(`${url}: ${run.non2xx} refused, ${run.errors} failed`);
  return run.requests.total / run.duration;
}

interface Known {
  /** One of the orders. */
  readonly order: string;
  /** The SKU with the most orders, and its lot. */
  readonly sku: string;
  readonly batchNumber: string;
}

/** Places orders over many products, and has some of them paid, so that there is something to find everywhere. */
async function placeOrders(base: string, urls: Readonly<Record<string, string>>): Promise<Known> {
  // Orders that go on moving would be work beside the reads, for minutes.
  await post(`${urls.extensiv}/control/clock`, { paused: true });
  const { items } = await json<{ items: { sku: string; batchNumber: string | null }[] }>(
    `${base}/api/v1/products?inStock=true&sort=-stock&limit=20`,
  );
  let order = '';
  for (let placed = 0; placed < orders; placed += 1) {
    const answer = await fetch(`${base}/api/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        customer: { name: 'Bench Buyer', email: 'bench@example.com', phone: '+1 303 555 0100', companyName: 'Bench' },
        shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
        lineItems: [{ sku: items[placed % items.length]?.sku, quantity: 1 }],
        deliveryMethod: 'pickup',
      }),
    });
    if (answer.status !== 201) throw new Error(`an order was refused: ${await answer.text()}`);
    const body = (await answer.json()) as { order: { id: string }; payment: { paymentIntentId: string } };
    order = body.order.id;
    if (placed < paid) await post(`${urls.stripe}/control/payment_intents/${body.payment.paymentIntentId}/pay`);
  }
  await settled(base);
  return { order, sku: items[0]?.sku ?? '', batchNumber: items[0]?.batchNumber ?? '' };
}

async function post(url: string, body: object = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
}

/** Waits until every paid order stands in the ledger, and nothing is due any more. */
async function settled(base: string): Promise<void> {
  const deadline = performance.now() + settledMs;
  const isSettled = async () => {
    const { items } = await json<{ items: unknown[] }>(`${base}/api/v1/payouts`);
    return items.length >= paid && !/^portal_effects_oldest_seconds\{.+\} (?!0$)/m.test(await text(`${base}/metrics`));
  };
  do {
    if (performance.now() > deadline) throw new Error('the paid orders do not get to the warehouse');
    // The gauge is set every two seconds.
    await sleep(2_500);
  } while (!(await isSettled()));
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function json<Body>(url: string): Promise<Body> {
  return (await (await fetch(url)).json()) as Body;
}
