import { execFile, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames } from '../../../embedded/stack/index.js';
import { programPath } from '../../../embedded/stack/project.js';
import { portalCli, portalProgram } from '../../support/cli.js';
import { call } from '../../support/json-http.js';
import { listen } from '../../support/listen.js';
import { orderBody } from '../../support/orders.js';
import { bareEnvironment, startTestStack, type TestStack } from '../../support/stack.js';

describe('the CLI beside a running installation', () => {
  let stack: TestStack;
  let order: { id: string; orderNumber: string };
  let skus: string[];

  beforeAll(async () => {
    stack = await startTestStack(partNames, {
      env: { AUTH_MODE: 'open', PORT: '0', LOG_DIR: '' },
    });
    const sync = await portal('inventory', 'sync', '--wait', '--json');
    expect(sync.json()).toMatchObject({ status: 'completed' });
    const { items } = (await api('/products?inStock=true&limit=1')) as { items: { sku: string }[] };
    skus = items.map(({ sku }) => sku);
    const placed = await api('/orders', { ...orderBody(), lineItems: [{ sku: skus[0]!, quantity: 1 }] });
    order = (placed as { order: typeof order }).order;
  }, 120_000);
  afterAll(() => stack?.stop());

  /** With nothing but the data folder to go by. */
  async function portal(...args: string[]) {
    return portalCli([...args, '--data-dir', stack.dataDir]);
  }

  async function api(url: string, body?: object): Promise<unknown> {
    const answer = await call(body ? 'POST' : 'GET', `${stack.urls.portal}/api/v1${url}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  }

  async function sql(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL });
    await client.connect();
    await client.query(text);
    await client.end();
  }

  it('takes no word on an export that the warehouse or the order contradicts', async () => {
    const there = ['reconcile', 'there', order.orderNumber, 'EXT-0'];
    expect((await portal(...there)).code, 'without a reason').toBe(2);
    const refused = await portal(...there, '--reason', 'by phone');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('the warehouse does not know EXT-0') });
    expect(await portal('reconcile', 'not-there', order.orderNumber, '--reason', 'by phone')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only a failed export can be retried'),
    });
    const closed = await portal('reconcile', 'close', order.orderNumber, '--reason', 'by phone');
    expect(closed).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed: ') });
  });

  it('keeps the settings it goes by to their owner', async () => {
    const settings = await readFile(path.join(stack.dataDir, 'portal.env'), 'utf8');
    expect(settings).toContain(`REDIS_URL=${stack.env.REDIS_URL}`);
    expect(settings).not.toMatch(/^PATH=/m);
  });

  it('tells its version, and the running portal tells its own', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    const { stdout, code } = await portalCli(['--version']);
    expect([code, stdout.trim()]).toEqual([0, version]);
    const metrics = await (await fetch(`${stack.urls.portal}/metrics`)).text();
    expect(metrics).toContain(`portal_build_info{version="${version}"} 1`);
  });

  it('tells how far the projections are', async () => {
    const { projections } = (await portal('projections', 'status', '--json')).json();
    expect(projections.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['orders', 'products', 'brands', 'payouts', 'syncs', 'effects']),
    );
    const table = await portal('projections', 'status');
    expect(table.stdout).toMatch(/^orders +1 /m);
    expect(table.stdout).not.toContain('\u001b');
  });

  it('traces an order to its lots, and a lot back to the order', async () => {
    const customer = { email: orderBody().customer.email };
    const { lots, ...facts } = (await portal('trace', 'order', order.orderNumber, '--json')).json();
    expect(facts).toMatchObject({ orderId: order.id, orderNumber: order.orderNumber, customer });
    expect(lots).toMatchObject([{ sku: skus[0], quantity: 1 }]);
    const [{ batchNumber }] = lots;
    const lot = (await portal('trace', 'lot', batchNumber, '--json')).json();
    expect(lot).toMatchObject({ products: [{ sku: skus[0] }], orders: [{ orderNumber: order.orderNumber, customer }] });
    const traced = await portal('trace', 'lot', batchNumber.toLowerCase());
    expect(traced.stdout).toMatch(new RegExp(`^${order.orderNumber} .* ${orderBody().customer.email} `, 'm'));
  });

  it('seals on demand, and holds the store to a digest and a key that were kept elsewhere', async () => {
    const { last } = (await portal('audit', 'seal', '--json')).json();
    const verify = (...more: string[]) => portal('audit', 'verify', '--json', ...more);
    expect(await verify('--digest', last.digest)).toMatchObject({ code: 0 });
    const gone = await verify(
      '--digest',
      last.digest.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0')),
    );
    expect([gone.code, gone.json().findings]).toMatchObject([1, [{ kind: 'event', what: 'truncated' }]]);
    const foreign = path.join(stack.dataDir, 'foreign.pem');
    await writeFile(foreign, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await verify('--key', foreign)).toMatchObject({ code: 1 });
    const nowhere = await verify('--stream', 'order-nowhere');
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no stream order-nowhere') });
    expect(nowhere.json().error).toMatchObject({ message: 'there is no stream order-nowhere', exitCode: 1 });
  });

  it('finds a changed row, and a rebuild mends it', async () => {
    expect(await portal('audit', 'verify')).toMatchObject({ code: 0 });
    await sql(`update "read".orders set status = 'delivered' where order_id = '${order.id}'`);
    const verdict = await portal('audit', 'verify', '--json');
    expect(verdict.code).toBe(1);
    expect(verdict.json().findings).toMatchObject([{ table: 'orders', key: order.id, columns: ['status'] }]);
    expect(await portal('projections', 'rebuild', 'orders', '--check')).toMatchObject({ code: 1 });
    const rebuilt = (await portal('projections', 'rebuild', 'orders', '--json')).json();
    expect(rebuilt.outcomes).toMatchObject([{ projection: 'orders', switched: true, comparison: { differing: 1 } }]);
    expect(await portal('audit', 'verify')).toMatchObject({ code: 0 });
    expect(await portal('projections', 'rollback', 'orders')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says when the cache may go on showing what was switched off', async () => {
    const withoutRedis = { ...stack.env, REDIS_URL: 'redis://127.0.0.1:1' };
    const { code, stderr } = await portalCli(['projections', 'rebuild', 'lots'], withoutRedis);
    expect(code).toBe(0);
    expect(stderr).toContain('The cache could not be emptied');
  });

  it('says in --json too which server does not answer, and what to do', async () => {
    const database = new URL(stack.env.DATABASE_URL ?? '');
    database.port = '1';
    const away = await portalCli(['effects', 'list', '--json'], { ...stack.env, DATABASE_URL: database.href });
    expect(away.code).toBe(1);
    expect(away.json()).toEqual({
      error: {
        message: expect.stringContaining('PostgreSQL (DATABASE_URL) does not answer: '),
        code: 'ECONNREFUSED',
        hint: expect.stringContaining('npm start'),
        exitCode: 1,
      },
    });
    expect(away.stderr).toBe(`${away.json().error.message}\n${away.json().error.hint}\n`);
  });

  it('tells the life of an order by its number, and what changed in it', async () => {
    const history = await portal('order', 'history', order.orderNumber);
    expect(history.stdout).toMatch(/#0 .* OrderPlaced .* by operator:local/);
    expect(history.stdout).toContain('hash chain holds');
    expect(history.stdout).toContain('then awaiting_payment');
    const past = await portal('order', 'show', order.id, '--as-of', '0', '--json');
    expect(past.json()).toMatchObject({ id: order.id, revision: 0, status: 'awaiting_payment' });
    const { changes } = (await portal('order', 'diff', order.id, '--from', '0', '--to', '1', '--json')).json();
    expect(changes).toContainEqual(expect.objectContaining({ path: 'paymentIntentId', from: null }));
    const whole = (await portal('order', 'diff', order.id, '--json')).json();
    const { changes: told } = (await api(`/orders/${order.id}/diff`)) as { changes: unknown };
    expect(whole.changes, 'as over HTTP, since it was placed').toEqual(told);
    expect(whole.from.revision).toBe(0);
    const nowhere = '00000000-0000-4000-8000-000000000000';
    for (const [id, asOf, why] of [
      [order.id, '999', `the order ${order.id} has not come to revision 999`],
      [order.id, '2020-01-01', `the order ${order.id} was not placed yet at 2020-01-01T00:00:00.000Z`],
      [nowhere, '0', `there is no order ${nowhere}`],
    ] as const) {
      expect(await portal('order', 'show', id, '--as-of', asOf)).toMatchObject({ code: 1, stderr: `${why}\n` });
    }
  });

  it('lists, discards and retries effects, each recorded with its reason', async () => {
    const { effects } = (await portal('effects', 'list', '--order', order.orderNumber, '--json')).json();
    expect((await portal('effects', 'list', '--order', order.id, '--json')).json().effects).toEqual(effects);
    expect(await portal('effects', 'list', '--order', 'VL-0'), 'a slip of the pen owes nothing').toMatchObject({
      code: 1,
      stderr: 'there is no order VL-0\n',
    });
    const { key } = effects.find(({ kind }: { kind: string }) => kind === 'reservation-expiry');
    expect((await portal('effects', 'discard', key)).code, 'without a reason').toBe(2);
    expect(await portal('effects', 'discard', key, '--reason', 'held by phone')).toMatchObject({ code: 0 });
    expect((await portal('effects', 'discard', key, '--reason', 'again')).stderr).toContain('is discarded');
    const list = async (...more: string[]) => (await portal('effects', 'list', '--order', order.id, ...more)).stdout;
    expect(await list('--status', 'discarded')).toMatch(new RegExp(`^${key} +discarded `, 'm'));
    // The key of an order begins those of its reservations.
    expect([await list(), await list('--status', 'discarded', '--kind', 'export')]).toEqual([
      expect.not.stringMatching(new RegExp(`^${key} `, 'm')),
      'No effect is like that.\n',
    ]);
    expect((await portal('effects', 'retry', key)).stdout).toBe(`${key} is open now.\n`);
    expect(await list()).toMatch(new RegExp(`^${key} +open `, 'm'));
    expect(await portal('effects', 'retry', 'no-such-key')).toMatchObject({ code: 1 });
    const lines = (await portal('audit', 'export')).stdout.trim().split('\n');
    const recorded = lines.map((line) => JSON.parse(line)).filter(({ stream }) => stream.startsWith('operations-'));
    expect(recorded).toMatchObject([
      {
        type: 'EffectDiscarded',
        data: { key, reason: 'held by phone' },
        metadata: { actor: expect.stringMatching(/^operator:/) },
      },
      { type: 'EffectRetried', data: { key, reason: 'tried again by an operator' } },
    ]);
  });

  it('says of what is not there that it is not', async () => {
    const nowhere = '00000000-0000-4000-8000-000000000000';
    for (const [args, what] of [
      [['order', 'history', nowhere], 'order'],
      [['trace', 'order', nowhere], 'order'],
      [['mail', 'preview', 'shipped', '--order', nowhere], 'order'],
      [['audit', 'dossier', nowhere, '--out', path.join(stack.dataDir, 'nowhere')], 'order'],
      [['trace', 'lot', nowhere], 'lot'],
    ] as const) {
      const run = await portal(...args);
      expect(run, args.join(' ')).toMatchObject({ code: 1, stdout: '', stderr: `there is no ${what} ${nowhere}\n` });
    }
    const never = await portal('order', 'show', order.id, '--as-of', 'never');
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('neither a revision nor a date') });
    const reread = await portal('projections', 'reread', '--reason', 'x');
    expect(reread).toMatchObject({ code: 1, stderr: expect.stringContaining('there is nothing to do') });
    const unsigned = await portalCli(['audit', 'seal'], { ...stack.env, AUDIT_SIGNING_KEY: '' });
    expect(unsigned).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing can be signed') });
  });

  it('exports events, and verifies an export without a server', async () => {
    const { stdout } = await portal('audit', 'export', '--order', order.orderNumber);
    const file = path.join(stack.dataDir, 'export.jsonl');
    await writeFile(file, stdout);
    expect(await portalCli(['audit', 'verify', '--file', file])).toMatchObject({ code: 0 });
    await writeFile(file, stdout.replace(/"total":\d+/, '"total":1'));
    const verdict = await portalCli(['audit', 'verify', '--file', file, '--json']);
    expect(verdict.code).toBe(1);
    expect(verdict.json().findings).toMatchObject([{ stream: `order-${order.id}`, revision: 0, reason: 'hash' }]);
    expect((await portalCli(['audit', 'verify', '--file', file])).stdout).toContain(
      `order-${order.id} #0 OrderPlaced `,
    );
    const csv = (await portal('audit', 'export', '--order', order.id, '--format', 'csv')).stdout;
    expect(csv.split('\n')[0]).toContain('recorded_at,stream,revision');
    const sku = ['--sku', skus[0]!];
    const both = (await portal('audit', 'export', '--order', order.id, ...sku)).stdout.trim().split('\n');
    const positions = both.map((line) => Number(JSON.parse(line).position.split('/')[0]));
    expect(new Set(both.map((line) => JSON.parse(line).stream)).size).toBe(2);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(await portal('audit', 'export', '--to', '2020-01-01')).toMatchObject({ code: 0, stdout: '' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const [option, name, what] of [
      ['--order', nobody, 'order'],
      ['--sku', 'NO-SUCH-SKU', 'SKU'],
    ] as const) {
      const out = path.join(stack.dataDir, `no-${what}.jsonl`);
      const refused = await portal('audit', 'export', option, name, '--out', out);
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`no ${what} ${name}`) });
      expect(existsSync(out)).toBe(false);
    }
    for (const period of [
      ['--from', '2026-02-30'],
      ['--from', '2026-03-02', '--to', '2026-03-01'],
    ]) {
      expect(await portal('audit', 'export', ...period), period.join(' ')).toMatchObject({ code: 2, stdout: '' });
    }
  });

  it('says what a signed export is of and when it was made: one of less, put in its place, is sound as well', async () => {
    const saysOf = async (...filter: string[]) => {
      const file = path.join(stack.dataDir, 'march.jsonl');
      const made = (await portal('audit', 'export', ...filter, '--out', file, '--json')).json();
      const checked = await portalCli(['audit', 'verify', '--file', file]);
      expect(checked.code).toBe(0);
      const { createdAt, filter: told } = (await portalCli(['audit', 'verify', '--file', file, '--json'])).json()
        .export;
      expect([createdAt, told]).toEqual([made.createdAt, made.filter]);
      return checked.stdout.split('\n')[0]?.replace(made.createdAt, 'then');
    };
    expect(await saysOf()).toBe('Export of all streams; made then');
    expect(await saysOf('--order', order.id, '--sku', skus[0]!)).toBe(
      `Export of order ${order.id} and SKU ${skus[0]}; made then`,
    );
    expect(await saysOf('--from', '2026-03-01', '--to', '2026-04-01')).toBe(
      'Export of all streams, recorded from 2026-03-01T00:00:00.000Z on and before 2026-04-01T00:00:00.000Z; made then',
    );
  });

  it('writes the dossier of an order, the signatures of its seals checked with the key of the portal', async () => {
    expect(await portal('audit', 'seal')).toMatchObject({ code: 0 });
    const folder = path.join(stack.dataDir, 'dossier');
    const { checks, manifest } = (await portal('audit', 'dossier', order.id, '--out', folder, '--json')).json();
    const { detail } = checks.find(({ name }: { name: string }) => name === 'Seals');
    expect(detail).not.toContain('not checked');

    const keys = path.join(stack.dataDir, 'audit-key.json');
    await writeFile(keys, await (await fetch(`${stack.urls.portal}/.well-known/audit-key`)).text());
    for (const option of ['--key', '--keys']) {
      const checked = await portalCli(['audit', 'dossier', '--check', folder, option, keys]);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('signature valid')]);
      expect(checked.stdout).toContain(`as of ${manifest.collectedAt}`);
    }
    const nothing = await portalCli(['audit', 'dossier', '--check', folder, '--key', `${keys}.none`]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining(`--key ${keys}.none: ENOENT`)]);
  });

  it('records keys and replays as what an operator did, before they take effect', async () => {
    const made = await portal('keys', 'create', '--role', 'auditor', '--name', 'Yearly audit');
    const [, id = '', token = ''] = /^Key (\w+) for Yearly audit: auditor\n(\S+)\n$/.exec(made.stdout) ?? [];
    expect([token, made.stderr]).toEqual([expect.stringMatching(/^vlk_/), expect.stringContaining('Keep the token')]);
    expect((await portal('keys', 'create', '--role', 'auditor,operator', '--json')).json()).toMatchObject({
      name: expect.stringMatching(/^auditor, operator of \d{4}-\d\d-\d\d$/),
    });
    const owners = ['--customer', 'c-17', '--brand', 'vital-hemp'];
    const both = await portal('keys', 'create', '--role', 'buyer, brand', ...owners, '--json');
    expect(both.json()).toMatchObject({ roles: ['buyer', 'brand'], customerId: 'c-17', brandId: 'vital-hemp' });
    expect(both.stderr).toContain('There is no brand vital-hemp yet');
    const known = await portal('keys', 'create', '--role', 'brand', '--brand', 'vitalhemp', '--json');
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(await portal('keys', 'revoke', id)).toMatchObject({ code: 0 });
    for (const not of [id, 'evt_cli']) expect(await portal('keys', 'revoke', not)).toMatchObject({ code: 1 });

    await sql(
      `insert into portal.webhooks (event_id, type, payload, raw, status, created_at) values
       ('evt_cli', 'charge.pending', '{"email": "ada@example.com"}', '', 'ignored', now()),
       ('evt_cli_parked', 'charge.pending', '{}', '', 'parked', now())`,
    );
    const ignored = (await portal('webhooks', 'list', '--status', 'ignored', '--json')).json().webhooks;
    expect(new Set(ignored.map(({ status }: { status: string }) => status))).toEqual(new Set(['ignored']));
    expect(ignored[0]).toMatchObject({ eventId: 'evt_cli', type: 'charge.pending' });
    expect(ignored[0], 'customers’ data are not shown by the way').not.toHaveProperty('payload');
    expect(await portal('webhooks', 'replay', 'evt_cli')).toMatchObject({ code: 0 });
    expect((await portal('webhooks', 'replay', '--parked', '--json')).json()).toEqual({ replayed: 1 });
    const exported = (await portal('audit', 'export')).stdout;
    const told = exported
      .split('\n')
      .filter((line) => line.includes('"operations-') && (line.includes(id) || line.includes('evt_cli')))
      .map((line) => JSON.parse(line).type);
    expect(told).toEqual(['ApiKeyCreated', 'ApiKeyRevoked', 'WebhookReplayed', 'WebhookReplayed']);
    expect(exported).not.toContain('Yearly audit');
    expect(exported).not.toContain(token);
  });

  it('makes no key that has expired already, and tells keys that open nothing from those that do', async () => {
    const create = (expires: string) => portal('keys', 'create', '--role', 'auditor', '--expires', expires, '--json');
    const before = (await portal('keys', 'list', '--json')).json().keys;
    const exported = (await portal('audit', 'export')).stdout;
    for (const past of ['2020-01-01', new Date(Date.now() - 1_000).toISOString()]) {
      const refused = await create(past);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--expires must be in the future/) });
    }
    expect((await portal('keys', 'list', '--json')).json().keys).toEqual(before);
    expect((await portal('audit', 'export')).stdout).toBe(exported);

    const { id: valid } = (await create('2999-01-01')).json();
    const { id: expired } = (await create('2999-01-02')).json();
    const { id: revoked } = (await create('2999-01-03')).json();
    await sql(`update portal.api_keys set expires_at = now() where id in ('${expired}', '${revoked}')`);
    expect(await portal('keys', 'revoke', revoked)).toMatchObject({ code: 0 });
    const { keys } = (await portal('keys', 'list', '--json')).json();
    const states = Object.fromEntries(keys.map((key: { id: string; state: string }) => [key.id, key.state]));
    expect(states).toMatchObject({ [valid]: 'valid', [expired]: 'expired', [revoked]: 'revoked' });
    const table = (await portal('keys', 'list')).stdout;
    expect(table).toMatch(new RegExp(`^${expired} +expired `, 'm'));
    expect(table).toMatch(new RegExp(`^${revoked} +revoked `, 'm'));
  });

  it('is the same as a program of its own, whose output is whole when piped', async () => {
    const args = ['audit', 'export', '--data-dir', stack.dataDir];
    const { code, stdout, stderr } = await portalProgram(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(10_000);
    expect(stdout).toBe((await portalCli(args)).stdout);
    const missing = ['order', 'show', '00000000-0000-4000-8000-000000000000', '--data-dir', stack.dataDir];
    expect(await portalProgram(missing)).toMatchObject({ code: 1, stdout: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once by %s, also as the first process of a container', async (signal, status) => {
    const silent = createServer();
    const { port, close } = await listen(silent);
    const env = { ...bareEnvironment(), ...stack.env, DATABASE_URL: `postgres://portal@127.0.0.1:${port}/portal` };
    const asked = once(silent, 'connection') as Promise<[Socket]>;
    const cli = spawn(process.execPath, [programPath('src/cli/main'), 'projections', 'status'], {
      env,
      stdio: 'ignore',
    });
    const ended = once(cli, 'exit');
    const [socket] = await asked;
    socket.on('error', () => undefined);
    cli.kill(signal);
    expect(await ended).toEqual([status, null]);
    await close();
  });

  it('waits for a slow reader: what is piped arrives to its last line', async () => {
    const args = ['audit', 'export', '--data-dir', stack.dataDir];
    // A shell reads byte by byte, so that the pipe is full all the time.
    const slowly = '"$@" | while IFS= read -r line; do printf "%s\\n" "$line"; done';
    const command = ['-c', slowly, 'sh', process.execPath, programPath('src/cli/main'), ...args];
    const { stdout } = await promisify(execFile)('sh', command, { env: bareEnvironment(), maxBuffer: 64 * 1024 ** 2 });
    expect(stdout).toBe((await portalCli(args)).stdout);
  });

  it('ends in peace when its reader leaves early', async () => {
    const args = [programPath('src/cli/main'), 'audit', 'export', '--data-dir', stack.dataDir];
    const child = spawn(process.execPath, args, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('lists webhooks, and refuses to replay what is not there', async () => {
    expect((await portal('webhooks', 'list', '--json')).json()).toHaveProperty('webhooks');
    expect(await portal('webhooks', 'replay', 'evt_none')).toMatchObject({ code: 1 });
    expect(await portal('webhooks', 'replay')).toMatchObject({ code: 2 });
  });
});

describe('the CLI asked or configured wrongly', () => {
  it.each([
    [['projections', 'nonsense']],
    [['no-such-group']],
    [['effects', 'list', '--status', 'odd']],
    [['projections', 'status', '--data-dir', '/nonexistent']],
  ])('%j ends with 2 and says why', async (args) => {
    const { code, stdout, stderr } = await portalCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it.each([
    [['projections', 'nonsense'], "unknown command 'nonsense'", 'Add --help for the options.'],
    [['no-such-group'], "unknown command 'no-such-group'", 'Add --help for the options.'],
    [['doktor'], "unknown command 'doktor'", '(Did you mean doctor?)'],
    [['effects'], 'a command is missing', 'Add --help for the commands.'],
    [['effects', 'discard', 'key'], "required option '--reason <text>' not specified", 'Add --help for the options.'],
    [['webhooks', 'replay'], 'name one webhook, or --parked', null],
    [['keys', 'create', '--role', 'auditor,buyer'], 'a buyer needs --customer', null],
    [['keys', 'create', '--role', 'brand'], 'a brand needs --brand', null],
    [['privacy', 'erase', 'c-17', '--reason', 'x'], 'add --yes to erase for good', null],
    [['audit', 'dossier', '--out', 'dossier'], 'name an order and a folder with --out', null],
    [['audit', 'verify', '--file', 'x.jsonl', '--stream', 'order-x'], '--stream does not go with --file', null],
    [['audit', 'verify', '--file', 'no-such.jsonl'], '--file no-such.jsonl: there is no such file', null],
    [['audit', 'verify', '--digest', '4be1'], 'It must be 64 hexadecimal characters', 'Add --help for the options.'],
    [['projections', 'status', '--data-dir', '/dev/null'], 'cannot read /dev/null/portal.env: ENOTDIR', null],
  ])('%j with --json is one document, and the same words as without it', async (args, message, hint) => {
    const plain = await portalCli(args);
    for (const asked of [
      [...args, '--json'],
      ['--json', ...args],
    ]) {
      const run = await portalCli(asked);
      expect(run).toMatchObject({ code: 2, stderr: plain.stderr });
      expect(run.json()).toEqual({
        error: { message: expect.stringContaining(message), hint, code: run.json().error.code, exitCode: 2 },
      });
    }
  });

  it('names each problem of the configuration in --json', async () => {
    const unset = (await portalCli(['effects', 'list', '--json', '--data-dir', '/nonexistent'])).json().error;
    expect(unset).toMatchObject({ exitCode: 2, hint: expect.stringContaining('portal.env') });
    expect(unset.problems).toContain('EVENTSTORE_URL is missing');
  });

  it('says where settings could have come from, once', async () => {
    const { stderr } = await portalCli(['projections', 'status', '--data-dir', '/nonexistent']);
    expect(stderr).toContain('EVENTSTORE_URL is missing');
    expect(stderr).toMatch(/portal\.env .*--data-dir/);
    const { code, stdout } = await portalCli(['doctor', '--data-dir', '/nonexistent']);
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => line.startsWith('  configuration: '))).toHaveLength(1);
  });

  it.each([
    ['/nonexistent/below/x', 'there is no folder /nonexistent/below'],
    ['/dev/null/x', 'there is no folder /dev/null'],
    ['src', `${path.resolve('src')} is a folder`],
  ])('names the folder that an export to %s lacks, and no name of its own', async (out, why) => {
    const refused = await portalCli(['audit', 'export', '--out', out]);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: `--out ${out}: ${why}\n` });
  });

  it('shows a mail before anybody gets it', async () => {
    const mail = (await portalCli(['mail', 'preview', 'shipped', '--json'])).json();
    expect(mail.subject).toContain('is on its way');
    expect(mail.text).toContain('Tracking number: ');
    expect(mail.html).toContain('<html');
    expect(await portalCli(['mail', 'preview', 'no-such-mail'])).toMatchObject({ code: 2 });
  });

  it('erases nobody whose name is not typed again at a terminal', async () => {
    const typing = (line: string) => Object.assign(Readable.from([`${line}\n`]), { isTTY: true });
    const erase = (line: string) =>
      portalCli(['privacy', 'erase', 'c-17', '--reason', 'x', '--data-dir', '/nonexistent'], {}, typing(line));
    const asked = expect.stringContaining('Type c-17 again to erase this customer: ');
    const refused = await erase('c-71');
    expect(refused).toMatchObject({ code: 1, stderr: asked });
    expect(refused.stderr).toMatch(/nothing was erased\n$/);
    expect(await erase('c-17 '), 'it goes on to look for its settings').toMatchObject({ code: 2, stderr: asked });
  });

  it('completes commands and options in bash', async () => {
    const { stdout: script } = await portalCli(['completion', 'bash']);
    const completed = (typed: readonly (readonly string[])[]) => {
      const asks = typed.map((words) => {
        const quoted = words.map((word) => `'${word}'`).join(' ');
        return `COMP_WORDS=(portal ${quoted}); COMP_CWORD=${words.length}; COMPREPLY=(); _portal; echo "\${COMPREPLY[@]}"`;
      });
      const { stdout } = spawnSync('bash', ['-c', [script, ...asks].join('\n')], { encoding: 'utf8' });
      return stdout.split('\n').map((line) => line.trim());
    };
    const examples: [typed: string[], completed: string | RegExp][] = [
      [['do'], 'doctor'],
      [['--json', 'audit', ''], /^verify export .*--data-dir/],
      [['audit', 'verify', '--f'], '--file'],
      // A value is no command.
      [['--data-dir', 'X', 'projections', 're'], 'rebuild reread retry'],
      [['--data-dir', '=', 'X', 'projections', 're'], 'rebuild reread retry'],
      [['audit', '--data-dir', 'X', 'verify', '--f'], '--file'],
      [['audit', 'dossier', '--check', 'verify', '--k'], '--key'],
      [['keys', 'create', '--role', 'a'], 'auditor admin'],
      [['keys', 'create', '--role', '='], /^buyer /],
      [['effects', 'list', '--kind', 'export', '--status', 'd'], 'done discarded'],
      [['audit', 'export', '--format', ''], 'jsonl csv'],
      // Files, which the shell itself completes.
      [['audit', 'export', '--out', ''], ''],
      [['mail', 'preview', 'ship'], 'shipped'],
    ];
    const answers = completed(examples.map(([typed]) => typed));
    for (const [index, [typed, wanted]] of examples.entries()) {
      const expected = typeof wanted === 'string' ? wanted : expect.stringMatching(wanted);
      expect(answers[index], typed.join(' ')).toEqual(expected);
    }
    for (const shell of ['zsh', 'fish']) {
      const other = (await portalCli(['completion', shell])).stdout;
      expect(other).toContain('audit verify');
      expect(other).toContain(`'keys create --role'`);
    }
    expect(await portalCli(['completion', 'cmd'])).toMatchObject({ code: 2 });
  });

  it('tells its exit code as a program of its own', async () => {
    expect(await portalProgram(['no-such-group'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('unknown command'),
    });
    expect(await portalProgram(['--help'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('has examples for every command', async () => {
    const { stdout } = await portalCli(['projections', 'rebuild', '--help']);
    expect(stdout).toContain('npm run portal -- projections rebuild orders');
    expect(stdout).toContain('--json');
  });
});
