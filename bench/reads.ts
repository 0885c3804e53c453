import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import autocannon from 'autocannon';
import { SignJWT } from 'jose';
import { startProcess } from './portal-process.js';
import { withPortal } from './portal-stack.js';
import { placeOrders, text } from './reads-orders.js';
import { queriesBehind } from './reads-queries.js';
import type { References } from './reads-reference.js';
import { type BenchRow, row } from './row.js';

/** Portal and reference take turns, so that a busy machine is busy for both. */
const rounds = 2;
const roundSeconds = 1;
const connections = 16;
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

/** What it costs to find out who asks, by a signed token, and to count how often, in Redis. */
async function guarded(env: Record<string, string>, address: string): Promise<BenchRow> {
  const secret = 'a secret of the benchmark, long enough for HS256';
  const open = await startProcess(env, { ROLES: 'api', AUTH_MODE: 'open' });
  const limits = { RATE_LIMIT_PER_MINUTE: '10000000', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '10000000' };
  const closed = await startProcess(env, { ROLES: 'api', AUTH_MODE: 'token', AUTH_JWT_SECRET: secret, ...limits });
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
    await Promise.all([open.stop(), closed.stop()]);
  }
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
  const measured = row(
    { name, unit: '1/s', reference, goal },
    { value: totals.value, referenceValue: totals.reference },
  );
  console.error(`  ${name}: ${measured.ratio.toFixed(2)}`);
  return measured;
}

async function rate(url: string, headers: Record<string, string>): Promise<number> {
  const run = await autocannon({ url, connections, duration: roundSeconds, headers });
  if (run.non2xx + run.errors > 0) throw new Error(`${url}: ${run.non2xx} refused, ${run.errors} failed`);
  return run.requests.total / run.duration;
}
