import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { partNames } from '../../../embedded/stack/index.js';
import { programPath } from '../../../embedded/stack/project.js';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { createMasterKeys } from '../../../src/adapters/postgres/personal-keys/master-keys.js';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import { judgeClocks } from '../../../src/cli/doctor/clocks.js';
import { sealStream } from '../../../src/commands/aggregates.js';
import type { HealthReport } from '../../../src/http/options.js';
import { portalCli, portalProgram } from '../../support/cli.js';
import { listen } from '../../support/listen.js';
import { bareEnvironment, startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly mend: string | null;
}

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'der' })
  .toString('base64');

let stack: TestStack;
let db: pg.Client;
beforeAll(async () => {
  stack = await startTestStack(partNames, {
    env: { AUTH_MODE: 'open', PORT: '0', LOG_DIR: '', AUDIT_SIGNING_KEY: signingKey },
  });
  db = new pg.Client({ connectionString: stack.env.DATABASE_URL });
  await db.connect();
  await until('the installation is in order', async () => (await doctor()).code === 0);
}, 150_000);
afterAll(async () => {
  await db?.end();
  await stack?.stop();
});

/** The doctor's verdict on the stack, with some settings of its own. */
async function doctor(env: NodeJS.ProcessEnv = {}, args: readonly string[] = ['--json'], run = portalCli) {
  const done = await run(['doctor', ...args, '--data-dir', stack.dataDir], env);
  const findings: Finding[] = args.includes('--json') ? done.json().findings : [];
  return { ...done, findings, of: (check: string) => findings.find((one) => one.check === check) };
}

const settingsWith = (change: NodeJS.ProcessEnv) => ({ ...stack.env, ...change });

describe('the doctor', () => {
  it('finds a healthy installation in order, in words and as JSON', async () => {
    const { code, findings, of } = await doctor();
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    const clocks = ['postgresql', 'redis queues', 'redis cache', 'warehouse', 'stripe'].map(
      (name) => `${name} [+-]\\d\\.\\d s`,
    );
    expect(of('clocks')?.detail, 'asked of every server').toMatch(new RegExp(`^${clocks.join(', ')}$`));
    expect(findings.map(({ check }) => check)).toEqual([
      'configuration',
      'log folder',
      'token claims',
      'event store',
      'postgresql',
      'redis queues',
      'redis cache',
      'warehouse token',
      'stripe',
      'mail server',
      'delivery partner',
      'token issuer',
      'error tracker',
      'trace collector',
      'postgresql writes',
      'clocks',
      'migrations',
      'personal keys',
      'projections',
      'effects',
      'signing key',
    ]);
    const table = await doctor({}, []);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^postgresql +ok +answers, version/m);
    expect(table.stdout).toContain('Everything is in order.');
    expect(table.stdout).not.toContain('\u001b');
    const coloured = await doctor({ FORCE_COLOR: '1' }, [], portalProgram);
    expect(coloured.stdout, 'colours are for terminals').not.toContain('\u001b');
  });

  it('names each neighbour that refuses, what to do, and no secret', async () => {
    const secrets = ['sk_test_wrongWRONG', 'wrong-client-secret', 'hidden-mail-password'];
    const env = {
      STRIPE_SECRET_KEY: secrets[0],
      EXTENSIV_CLIENT_SECRET: secrets[1],
      SMTP_URL: `smtp://portal:${secrets[2]}@127.0.0.1:1`,
      DELIVERY_PARTNER_URL: 'http://127.0.0.1:1',
    };
    const broken = await doctor(env);
    expect(broken.code).toBe(1);
    for (const check of ['stripe', 'warehouse token', 'mail server', 'delivery partner']) {
      expect(broken.of(check), check).toMatchObject({ state: 'failed', mend: expect.stringMatching(/\w{4}/) });
    }
    expect(broken.of('postgresql')).toMatchObject({ state: 'ok' });
    const table = await doctor(env, []);
    expect(table.stdout).toMatch(/^ +stripe: Check STRIPE_SECRET_KEY/m);
    for (const secret of secrets) expect(broken.stdout + table.stdout + table.stderr).not.toContain(secret);
  });

  it('finds a delivery partner that fails', async () => {
    const partner = await listen(createHttpServer((_request, answer) => answer.writeHead(503).end()));
    const { code, of } = await doctor({ DELIVERY_PARTNER_URL: partner.url });
    await partner.close();
    expect([code, of('delivery partner')]).toMatchObject([1, { state: 'failed', detail: 'answers 503' }]);
  });

  it('tells stores that are away, and skips what needs them', async () => {
    const database = new URL(stack.env.DATABASE_URL ?? '');
    database.port = '1';
    const away = await doctor(
      settingsWith({
        DATABASE_URL: database.href,
        EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
        REDIS_URL: 'redis://127.0.0.1:1',
        REDIS_CACHE_URL: 'redis://127.0.0.1:1',
      }),
    );
    expect(away.code).toBe(1);
    for (const check of ['postgresql', 'event store', 'redis queues', 'redis cache']) {
      expect(away.of(check), check).toMatchObject({ state: 'failed' });
    }
    for (const check of ['migrations', 'projections', 'effects', 'clocks']) {
      expect(away.of(check), check).toMatchObject({ state: 'skipped', detail: expect.stringContaining('postgresql') });
    }
    expect(away.stdout).not.toContain(database.password);
  });

  it('finds personal data under another master key than the one given, and a key that is to be changed', async () => {
    const given = stack.env.PRIVACY_MASTER_KEY ?? '';
    const other = randomBytes(32).toString('base64');
    const wrong = await doctor({ PRIVACY_MASTER_KEY: other });
    expect(wrong.of('personal keys')).toMatchObject({
      state: 'failed',
      mend: expect.stringContaining('PRIVACY_MASTER_KEY'),
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).not.toContain(other);
    expect((await doctor({ PRIVACY_MASTER_KEY: `${given},${other}` })).of('personal keys')).toMatchObject({
      state: 'ok',
    });
    const id = randomUUID();
    const { wrapped, master } = createMasterKeys([given]).wrap(randomBytes(32), id);
    await db.query(`insert into portal.personal_keys (id, subject, wrapped, master) values ($1, 'somebody', $2, $3)`, [
      id,
      wrapped,
      master,
    ]);
    const changing = await doctor({ PRIVACY_MASTER_KEY: `${other},${given}` });
    await db.query(`delete from portal.personal_keys where subject = 'somebody'`);
    expect(changing.of('personal keys')).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('rotate-master-key'),
    });
  });

  it('names a key of personal data that cannot be opened', async () => {
    const id = randomUUID();
    await db.query(
      `insert into portal.personal_keys (id, subject, wrapped, master)
       select $1, 'somebody', wrapped, master from portal.personal_index_key`,
      [id],
    );
    const { of } = await doctor();
    await db.query(`delete from portal.personal_keys where subject = 'somebody'`);
    expect(of('personal keys')).toMatchObject({
      state: 'failed',
      detail: `1 key of personal data cannot be opened: ${id}`,
      mend: expect.stringContaining('privacy lost'),
    });
  });

  it('takes a password as it stands, be it not encoded as a URL wants it', async () => {
    const { code, of, stdout } = await doctor({ SMTP_URL: 'smtp://portal:hidden%mail@127.0.0.1:1' });
    expect(code).toBe(1);
    expect(of('mail server')).toMatchObject({ state: 'failed' });
    expect(stdout).not.toContain('hidden%mail');
  });

  it('names every problem of the configuration', async () => {
    const { code, findings } = await doctor({
      STATUS_POLL_INTERVAL_SECONDS: 'often',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    expect(findings.map(({ check, detail }) => `${check}: ${detail.split(' ')[0]}`)).toEqual([
      'configuration: LOG_LEVEL',
      'configuration: STATUS_POLL_INTERVAL_SECONDS',
    ]);
  });

  it('finds a database that takes no writes', async () => {
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL });
    await client.connect();
    const database = new URL(stack.env.DATABASE_URL ?? '').pathname.slice(1);
    await client.query(`alter database ${database} set default_transaction_read_only = on`);
    const { code, of } = await doctor();
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter database ${database} reset default_transaction_read_only`);
    await client.end();
    expect(code).toBe(1);
    expect(of('postgresql writes')).toMatchObject({
      state: 'failed',
      detail: 'takes no writes: the database is set to read-only',
      mend: expect.stringContaining('Free space'),
    });
  });

  it('finds a Redis that would lose jobs, and lets the queues warn of it once', async () => {
    const redis = new Redis(stack.env.REDIS_URL ?? '');
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const { code, of, stderr } = await doctor({}, ['--json'], portalProgram);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
    expect(code).toBe(1);
    expect(of('redis queues')).toMatchObject({ state: 'failed', detail: expect.stringContaining('allkeys-lru') });
    expect(stderr.match(/Eviction policy/g)).toHaveLength(1);
  });

  it('finds a Redis that is full, as the portal does', async () => {
    const redis = new Redis(stack.env.REDIS_URL ?? '');
    await redis.config('SET', 'maxmemory', '1mb');
    const { code, of } = await doctor();
    const ready = (await (await fetch(`${stack.urls.portal}/readyz`)).json()) as { checks: object[] };
    await redis.config('SET', 'maxmemory', '0');
    redis.disconnect();
    const full = { detail: expect.stringContaining('is full') };
    expect([code, of('redis queues')]).toMatchObject([1, { state: 'failed', ...full }]);
    expect(ready).toMatchObject({ ready: true });
    expect(ready.checks).toContainEqual({ name: 'redis queues', ok: false, ...full });
  });

  it('finds a Redis that takes no writes, as the portal does', async () => {
    const redis = new Redis(stack.env.REDIS_URL ?? '');
    await redis.replicaof('127.0.0.1', 1);
    const { code, of } = await doctor();
    const words = /^takes no writes: READONLY/;
    // Between two connections there is none.
    const ready = await until('the portal tells it of both', async () => {
      const report = (await (await fetch(`${stack.urls.portal}/readyz`)).json()) as HealthReport;
      return report.checks.filter(({ ok, detail }) => !ok && words.test(detail)).length === 2 && report.ready;
    });
    await redis.replicaof('NO', 'ONE');
    redis.disconnect();
    expect(ready).toBe(true);
    expect(code).toBe(1);
    for (const name of ['redis queues', 'redis cache'])
      expect(of(name)).toMatchObject({ state: 'failed', detail: expect.stringMatching(words) });
  });

  it('finds a log folder that cannot be written, and makes none that can', async () => {
    const file = path.join(stack.dataDir, 'a-file');
    await writeFile(file, '');
    await mkdir(path.join(stack.dataDir, 'blocked', 'error.log'), { recursive: true });
    for (const dir of [path.join(file, 'logs'), file, '/proc/portal/logs', path.join(stack.dataDir, 'blocked')]) {
      expect(() => createLogger({ level: 'info', dir, pretty: false }), dir).toThrow();
      const { code, of } = await doctor({ LOG_DIR: dir });
      expect([code, of('log folder')], dir).toMatchObject([
        1,
        { state: 'failed', mend: expect.stringContaining('LOG_DIR') },
      ]);
    }
    const later = path.join(stack.dataDir, 'not-yet', 'logs');
    expect((await doctor({ LOG_DIR: later })).of('log folder')).toMatchObject({ state: 'ok' });
    expect(existsSync(path.dirname(later))).toBe(false);
    expect((await doctor({ LOG_DIR: 'none' })).of('log folder')).toMatchObject({ state: 'ok', detail: 'console only' });
  });

  it('finds that the disk of the log folder is full', async ({ skip }) => {
    const dir = path.join(stack.dataDir, 'full');
    await mkdir(dir);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', dir], { stdio: 'ignore' });
    } catch {
      skip('a small file system can only be mounted as root');
    }
    onTestFinished(() => void execFileSync('umount', [dir]));
    const before = await doctor({ LOG_DIR: dir });
    await writeFile(path.join(dir, 'ballast'), Buffer.alloc(4_096));
    const { code, of } = await doctor({ LOG_DIR: dir });
    expect(before.of('log folder')).toMatchObject({ state: 'ok' });
    expect([code, of('log folder')]).toMatchObject([
      0,
      { state: 'warning', detail: expect.stringContaining('is full') },
    ]);
  });

  it('finds a token issuer that does not answer, or publishes no key the portal can use', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const good = { ...publicKey.export({ format: 'jwk' }), kid: 'one' };
    const secret = privateKey.export({ format: 'jwk' });
    const unusable = [{ ...good, use: 'enc' }, { ...good, alg: 'ES512' }, { kty: 'oct', k: 'c2VjcmV0' }, secret];
    let keys: object[] = unusable;
    const issuer = await listen(createHttpServer((_request, answer) => answer.end(JSON.stringify({ keys }))));
    const settings = { AUTH_MODE: 'token', AUTH_JWKS_URL: `${issuer.url}/keys` };
    const without = await doctor(settings);
    keys = [...unusable, good];
    const published = await doctor(settings);
    await issuer.close();
    const away = await doctor(settings);
    expect([without.code, without.of('token issuer')]).toMatchObject([
      1,
      { state: 'failed', detail: 'the key set has no usable key among 4', mend: expect.stringContaining('ES256') },
    ]);
    expect(published.of('token issuer')).toMatchObject({ state: 'ok', detail: 'publishes 1 usable key' });
    expect([away.code, away.of('token issuer')]).toMatchObject([
      1,
      { state: 'failed', mend: expect.stringContaining('AUTH_JWKS_URL') },
    ]);
  });

  it('warns of tokens that are taken whoever made them, and for whomever', async () => {
    const settings = { AUTH_MODE: 'token', AUTH_JWT_SECRET: 'x'.repeat(32) };
    const { code, of } = await doctor(settings);
    expect([code, of('token claims')]).toMatchObject([
      0,
      { state: 'warning', mend: expect.stringContaining('AUTH_ISSUER and AUTH_AUDIENCE') },
    ]);
    const half = await doctor({ ...settings, AUTH_ISSUER: 'https://issuer.example', NODE_ENV: 'production' });
    expect(half.of('token claims')).toMatchObject({ state: 'warning', detail: 'any audience of a token is accepted' });
    expect(half.of('stripe')).toMatchObject({ state: 'warning', detail: 'accepts the key, which is a test key' });
    const whole = await doctor({ ...settings, AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'portal' });
    expect(whole.of('token claims')).toMatchObject({ state: 'ok' });
    expect((await doctor({ AUTH_MODE: 'token' })).of('token claims'), 'API keys alone').toMatchObject({ state: 'ok' });
  });

  it('warns of an error tracker and a collector that cannot be reached, and sends them nothing', async () => {
    let received = '';
    const server = await listen(createServer((socket) => socket.on('data', (bytes) => (received += bytes))));
    const { port, url } = server;
    const settings = {
      SENTRY_DSN: `http://hiddenpublickey@127.0.0.1:${port}/1`,
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
    };
    const there = await doctor(settings);
    await server.close();
    const away = await doctor(settings);
    for (const check of ['error tracker', 'trace collector']) {
      expect(there.of(check), check).toMatchObject({ state: 'ok' });
      expect(away.of(check), check).toMatchObject({
        state: 'warning',
        detail: expect.stringContaining(`127.0.0.1:${port}`),
        mend: expect.stringMatching(/SENTRY_DSN|OTEL_EXPORTER_OTLP_ENDPOINT/),
      });
    }
    expect([received, away.code]).toEqual(['', 0]);
    expect(away.stdout + there.stdout).not.toContain('hiddenpublickey');
  });

  it('has patience with a cache that is slow', async () => {
    const { hostname, port } = new URL(stack.env.REDIS_URL ?? '');
    let asked = false;
    const slow = await listen(
      createServer((near) => {
        const far = connect(Number(port), hostname);
        asked = true;
        near.pipe(far);
        far.on('data', (chunk) => setTimeout(() => near.write(chunk), 400));
        for (const socket of [near, far]) socket.on('error', () => undefined).on('close', () => near.destroy());
      }),
    );
    const { of } = await doctor(settingsWith({ REDIS_CACHE_URL: `redis://127.0.0.1:${slow.port}` }));
    await slow.close();
    const patient = { state: 'ok', detail: expect.stringMatching(/^answers, version \d/) };
    expect([asked, of('redis cache')]).toEqual([true, expect.objectContaining(patient)]);
  });

  it('finds that nobody works, parked streams, overdue effects and migrations of another release', async () => {
    // Nobody is there to settle what is overdue.
    await stack.kill('portal', 'SIGTERM');
    const nobody = 'no process with the role projections runs; no process with the role workers runs';
    expect((await doctor()).of('projections')).toMatchObject({ state: 'failed', detail: nobody });
    const { rows } = await db.query<{ name: string; live: number }>(
      `select name, live from portal.projection_generations where name = 'orders'`,
    );
    await db.query(
      `insert into portal.parked_streams (projection, generation, stream, first_revision, commit_position, prepare_position, event_id, event_type, error)
       values ('orders', $1, 'order-lost', 0, 0, 0, gen_random_uuid(), 'OrderPlaced', 'cannot be applied')`,
      [rows[0]?.live],
    );
    await db.query(
      `insert into portal.effects (key, kind, subject, payload, caused_by, created_at, due_at)
       values ('alert:late', 'alert', 'late', '{}', gen_random_uuid(), now() - interval '1 day', null),
              ('alert:later', 'alert', 'later', '{}', gen_random_uuid(), now() - interval '1 day', now() + interval '1 day')`,
    );
    await db.query(`insert into portal.migrations (name, batch, migration_time) values ('999-tomorrow', 9, now())`);
    // One of them was still reading a moment ago.
    await db.query(
      `update portal.projection_checkpoints set commit_position = null, prepare_position = null,
       updated_at = case name when 'brands' then now() - interval '2 minutes' else now() end
       where name in ('brands', 'products')`,
    );
    const { code, of } = await doctor();
    expect(code).toBe(1);
    expect(of('projections')).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(
        `^${nobody}; brands is \\d+ events behind and stands still; orders has 1 parked stream$`,
      ),
    });
    expect(of('effects')).toMatchObject({ state: 'failed', detail: expect.stringContaining('1 alert') });
    expect(of('migrations')).toMatchObject({ state: 'warning', detail: expect.stringContaining('999-tomorrow') });

    await db.query(`update portal.effects set status = 'failed' where key like 'alert:late%'`);
    await db.query(`delete from portal.migrations where name in ('001-projections', '999-tomorrow')`);
    const later = await doctor();
    expect(later.of('effects')).toMatchObject({ state: 'warning', detail: 'failed for good: 2 alert' });
    expect(later.of('migrations')).toMatchObject({ state: 'failed', detail: 'missing: 001-projections' });
  });
});

it('tells that the event store lacks what was read from it, and changes nothing about it', async () => {
  await stack.kill('portal', 'SIGTERM');
  await db.query(`update portal.projection_checkpoints set last_revision = last_revision + 1000`);
  const { of } = await doctor();
  expect(of('projections')).toMatchObject({ state: 'failed', mend: expect.stringContaining('projections reread') });
  const { rows } = await db.query('select distinct rewound_since from portal.projection_checkpoints');
  expect(rows).toEqual([{ rewound_since: null }]);
  await db.query(`update portal.projection_checkpoints set last_revision = last_revision - 1000`);
});

it('tells a last seal by a key that is not known, and one that was forged, after which nothing is sealed', async () => {
  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  expect(await portalCli(['audit', 'seal', '--data-dir', stack.dataDir])).toMatchObject({ code: 0 });
  expect((await doctor({ AUDIT_SIGNING_KEY: other })).of('signing key')).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('which is not known here'),
  });
  const store = createEventStore(stack.env.EVENTSTORE_URL ?? '');
  const last = (await store.last(sealStream))!;
  const forged = { ...last, id: randomUUID(), data: { ...(last.data as object), digest: '0'.repeat(64) } };
  await store.append(sealStream, [forged], last.revision);
  await store.close();
  expect((await doctor()).of('signing key')).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/^nothing is sealed: seal \d+ \(seal-all #\d+\) is not as it was signed$/),
  });
});

it('a sync that no worker begins is waited for, and says so', async () => {
  const args = ['inventory', 'sync', '--wait', '--data-dir', stack.dataDir];
  const waiting = spawn(process.execPath, [programPath('src/cli/main'), ...args], { env: bareEnvironment() });
  let said = '';
  waiting.stderr.on('data', (text) => {
    said += text;
  });
  await until('it has said so', async () => said !== '');
  expect(waiting.exitCode).toBeNull();
  waiting.kill();
  expect(said).toMatch(/^The sync [0-9a-f-]{36} is requested, and no worker has begun it; `doctor` tells/);
});

describe('clocks', () => {
  it('are judged by the one that is off most', () => {
    expect(judgeClocks(new Map([['postgresql', 120]]))).toMatchObject({ state: 'ok', detail: 'postgresql +0.1 s' });
    expect(
      judgeClocks(
        new Map([
          ['postgresql', 0],
          ['stripe', -4_000],
        ]),
      ),
    ).toMatchObject({ state: 'warning', detail: 'postgresql +0.0 s, stripe -4.0 s' });
    expect(judgeClocks(new Map([['redis', 90_000]]))).toMatchObject({ state: 'failed', detail: 'redis +90.0 s' });
  });
});
