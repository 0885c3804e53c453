import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PartName, partNames, type Stack, startStack } from '../../../embedded/stack/index.js';
import type { OrderView } from '../../../src/projections/views.js';
import { portalCli } from '../../support/cli.js';
import { call, control } from '../../support/json-http.js';
import { orderBody } from '../../support/orders.js';
import { copyCluster } from '../../support/postgres.js';
import { bareEnvironment } from '../../support/stack.js';
import { until } from '../../support/until.js';

/** What stands for the world outside: it is not lost with the portal's stores. */
const outside = ['extensiv', 'stripe', 'mail'] as const;

let folder: string;
let stack: Stack | undefined;
const standIn = (name: 'extensiv' | 'stripe') => ({ url: stack?.urls[name] ?? '' });
const dataDir = () => path.join(folder, 'data');
const backup = (name = '') => path.join(folder, 'backup', name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'portal-backup-'));
  await mkdir(backup());
  await mkdir(dataDir());
  await copyCluster(dataDir());
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(parts: readonly PartName[] = partNames): Promise<void> {
  const env = { ...bareEnvironment(), AUTH_MODE: 'open', LOG_DIR: 'none', STATUS_POLL_INTERVAL_SECONDS: '3600' };
  // The stores are programs, as their files are copied; of the world outside nothing is shown that needs programs.
  const inProcess = [...outside, 'delivery'] as const;
  stack = await startStack({ dataDir: dataDir(), ports: 'free', parts, inProcess, env });
}

async function stop(): Promise<void> {
  await stack?.stop();
  stack = undefined;
}

async function api<Body>(address: string, body?: object): Promise<Body> {
  const answer = await call<Body>(body ? 'POST' : 'GET', `${stack?.urls.portal}/api/v1${address}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** An order, paid for and in the warehouse. */
async function exportedOrder(): Promise<OrderView> {
  const { items } = await api<{ items: { sku: string }[] }>('/products?inStock=true&sort=-stock&limit=1');
  const { order, payment } = await api<{ order: OrderView; payment: { paymentIntentId: string } }>('/orders', {
    ...orderBody(),
    lineItems: [{ sku: items[0]?.sku, quantity: 1 }],
  });
  await control(standIn('stripe'), 'POST', `/payment_intents/${payment.paymentIntentId}/pay`);
  return until('the order is exported', async () => {
    const now = await api<OrderView>(`/orders/${order.id}`);
    return now.extensivOrderId !== null && now;
  });
}

const cli = (...args: string[]) => portalCli([...args, '--data-dir', dataDir()]);

async function sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: stack?.env.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** With owners and modes: PostgreSQL insists on them. */
async function copyFolder(from: string, to: string): Promise<void> {
  const [code] = await once(spawn('cp', ['-a', from.replace(/\/$/, ''), to.replace(/\/$/, '')]), 'close');
  expect(code).toBe(0);
}

/** The tables of the schema `portal` as a dump of them would have them. */
interface Dump {
  restore(): Promise<void>;
}

/** With the server's own tools where the machine has them; else the same rows by SQL. */
async function dumpDatabase(): Promise<Dump> {
  const [server] = await sql<{ major: number }>(
    `select current_setting('server_version_num')::integer / 10000 as major`,
  );
  const tools = spawnSync('pg_dump', ['--version'], { encoding: 'utf8' });
  const major = Number(/\d+/.exec(tools.stdout ?? '')?.[0] ?? 0);
  return major >= (server?.major ?? Number.POSITIVE_INFINITY) ? dumpByTools() : dumpByRows();
}

async function dumpByTools(): Promise<Dump> {
  const file = backup('portal.dump');
  const run = (program: string, args: readonly string[]) => {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  };
  const url = () => stack?.env.DATABASE_URL ?? '';
  run('pg_dump', ['--format=custom', '--schema=portal', `--file=${file}`, url()]);
  return {
    restore: async () => run('pg_restore', ['--clean', '--if-exists', '--no-owner', `--dbname=${url()}`, file]),
  };
}

async function dumpByRows(): Promise<Dump> {
  const tables = await sql<{ name: string }>(
    `select format('portal.%I', table_name) as name from information_schema.tables where table_schema = 'portal'
     and table_name not like 'migrations%'`,
  );
  const rows = new Map<string, unknown>();
  for (const { name } of tables) {
    const [all] = await sql<{ rows: unknown }>(`select coalesce(jsonb_agg(t), '[]') as rows from ${name} t`);
    rows.set(name, all?.rows);
  }
  return {
    async restore() {
      expect(await cli('migrate')).toMatchObject({ code: 0 });
      for (const [name, all] of rows) {
        await sql(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1::jsonb)`, [
          JSON.stringify(all),
        ]);
      }
    },
  };
}

describe('back-up and restore', () => {
  it('of the stores one by one, taken while the portal works, lose nothing that was saved', async () => {
    await start();
    const saved = await exportedOrder();
    const dump = await dumpDatabase();
    const after = await exportedOrder();
    await cp(path.join(dataDir(), 'eventstoredb'), backup('eventstoredb'), { recursive: true });
    await cp(path.join(dataDir(), 'secrets.json'), backup('secrets.json'));
    const keys = await sql<{ rows: unknown }>(`select jsonb_agg(k) as rows from portal.personal_keys k`);
    const lost = await exportedOrder();
    await stop();

    for (const part of outside) await cp(path.join(dataDir(), part), backup(part), { recursive: true });
    await rm(dataDir(), { recursive: true });

    await mkdir(dataDir());
    await copyCluster(dataDir());
    await cp(backup(), dataDir(), { recursive: true });
    await start(['postgres', 'redis', 'eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail']);
    await dump.restore();
    await sql(
      `insert into portal.personal_keys select * from jsonb_populate_recordset(null::portal.personal_keys, $1::jsonb)
       on conflict (id) do nothing`,
      [JSON.stringify(keys[0]?.rows)],
    );
    await stop();
    await start();
    // The portal itself fills what is missing from its start on; until it has, nobody else can.
    await until('there is something to read', () => api(`/orders/${saved.id}`), 60_000);
    const rebuilt = await until('the rebuild is the operator’s', async () => {
      const asked = await cli('projections', 'rebuild', 'all');
      return !asked.stderr.includes('is being rebuilt already') && asked;
    });
    expect(rebuilt, rebuilt.stdout + rebuilt.stderr).toMatchObject({ code: 0 });

    const verdict = await cli('audit', 'verify');
    expect(verdict, verdict.stdout + verdict.stderr).toMatchObject({ code: 0 });
    for (const order of [saved, after]) {
      expect(await api(`/orders/${order.id}`)).toMatchObject({
        customer: order.customer,
        extensivOrderId: order.extensivOrderId,
      });
    }
    // What was ordered after the back-up is known to the warehouse alone; nothing was exported twice.
    const ledger = await control<{ orders: { order_number: string }[] }>(standIn('extensiv'), 'GET', '/ledger');
    expect(ledger.orders.map(({ order_number: number }) => number).sort()).toEqual(
      [saved, after, lost].map(({ orderNumber }) => orderNumber).sort(),
    );
  }, 240_000);

  it('of the whole folder at rest bring back all of it', async () => {
    const order = await exportedOrder();
    await stop();
    await rm(backup(), { recursive: true });
    await copyFolder(dataDir(), backup());
    await rm(dataDir(), { recursive: true });
    await copyFolder(backup(), dataDir());
    await start();
    const verdict = await cli('audit', 'verify');
    expect(verdict, verdict.stdout + verdict.stderr).toMatchObject({ code: 0 });
    expect(await api(`/orders/${order.id}`)).toMatchObject({ orderNumber: order.orderNumber });
  }, 120_000);
});
