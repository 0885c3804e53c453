import { type StdioOptions, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { build } from 'esbuild';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger, type LoggerOptions, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';

let dir: string;
let printed: string[];
let opened: PortalLogger[];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'portal-logs-'));
  printed = [];
  opened = [];
});
afterEach(() => {
  vi.useRealTimers();
  for (const logger of opened) logger.close();
  rmSync(dir, { recursive: true, force: true });
});

function logger(options: Partial<LoggerOptions> = {}): PortalLogger {
  const created = createLogger({
    level: 'info',
    dir,
    pretty: false,
    console: { write: (line) => void printed.push(line) },
    ...options,
  });
  opened.push(created);
  return created;
}

type Line = Record<string, unknown>;
const lines = (name: string): Line[] =>
  readFileSync(path.join(dir, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('files', () => {
  it('are made with the folders above them, or the logger says at once why not', () => {
    logger({ dir: path.join(dir, 'a', 'b') }).info('here');
    expect(readdirSync(path.join(dir, 'a', 'b'))).toContain('combined.log');
    writeFileSync(path.join(dir, 'file'), '');
    expect(() => logger({ dir: path.join(dir, 'file', 'logs') })).toThrow(/EACCES|ENOTDIR/);
    // Nobody can make folders there; root is told otherwise than any other account.
    if (existsSync('/proc/self')) expect(() => logger({ dir: '/proc/none/logs' })).toThrow(/ENOENT|EACCES/);
  });

  it('are for the portal’s account and its group alone, also after they were rotated', () => {
    const log = logger({ maxFileBytes: 200 });
    for (let n = 0; n < 5; n += 1) log.warn({ n }, 'a line that fills the file');
    for (const name of ['combined.log', 'combined.log.1', 'error.log', 'exceptions.log']) {
      expect(statSync(path.join(dir, name)).mode & 0o777 & 0o027, name).toBe(0);
    }
  });

  it('hold everything in combined.log and errors alone in error.log', () => {
    const log = logger();
    log.debug({}, 'too detailed');
    log.info({ orderId: 'o-1' }, 'order exported');
    log.error({ err: new Error('boom') }, 'Extensiv failed');

    expect(lines('combined.log').map(({ msg }) => msg)).toEqual(['order exported', 'Extensiv failed']);
    expect(lines('error.log')).toMatchObject([
      { level: 'error', msg: 'Extensiv failed', err: { type: 'Error', message: 'boom', stack: expect.any(String) } },
    ]);
    expect(printed).toHaveLength(2);
  });

  it('are not made without a folder', () => {
    logger({ dir: null }).error({}, 'only printed');
    expect(printed).toHaveLength(1);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('are rotated by size, and old ones fall out', async () => {
    const log = logger({ maxFileBytes: 500 });
    for (let number = 0; number < 200; number += 1) {
      log.info({ number }, 'a line of about a hundred characters');
      await nextTurn();
    }

    const files = readdirSync(dir).filter((name) => name.startsWith('combined.log'));
    expect(files.sort()).toEqual(['combined.log', ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `combined.log.${n}`)]);
    const newest = [...lines('combined.log.1'), ...lines('combined.log')];
    expect(newest.at(-1)).toMatchObject({ number: 199 });
    for (const name of files) expect(readFileSync(path.join(dir, name)).length).toBeLessThan(1_000);
  });

  it('are begun anew when somebody else has moved, emptied or removed them', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const log = logger();
    const file = path.join(dir, 'error.log');
    log.error('before');
    renameSync(file, `${file}-moved`);
    vi.advanceTimersByTime(1_000);
    log.error('moved');
    expect([lines('error.log-moved'), lines('error.log')]).toMatchObject([[{ msg: 'before' }], [{ msg: 'moved' }]]);
    truncateSync(file);
    log.error('emptied');
    expect(lines('error.log')).toMatchObject([{ msg: 'emptied' }]);
    rmSync(dir, { recursive: true });
    vi.advanceTimersByTime(1_000);
    log.error('removed');
    expect(lines('error.log')).toMatchObject([{ msg: 'removed' }]);
  });

  it('go on where they cannot be rotated', () => {
    const log = logger({ maxFileBytes: 200 });
    mkdirSync(path.join(dir, 'error.log.9', 'in the way'), { recursive: true });
    for (const number of [1, 2, 3]) log.error({ number }, 'a line of about a hundred characters, and some more');
    expect(lines('error.log')).toMatchObject([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });
});

describe('what must not be written', () => {
  it('is replaced by key, at any depth and in child bindings', () => {
    const secret = 'Zebra';
    logger()
      .child({ stripeSignature: secret })
      .child({ token: secret })
      .info({
        authorization: secret,
        request: { headers: { cookie: secret, 'stripe-signature': secret, 'x-api-key': secret } },
        order: { customer: { name: secret }, a: { b: { c: [{ shippingAddress: secret, phone: secret }] } } },
        clientSecret: secret,
        client_secret: secret,
        access_token: secret,
        email: secret,
        orderId: 'o-1',
      });
    expect(printed.join('')).not.toContain(secret);
    expect(printed.join('')).toContain('o-1');
  });

  it('is replaced inside texts', () => {
    logger().warn(
      { url: 'postgres://portal:hunter22@db/portal', err: new Error('no user jane@example.com') },
      'Bearer abcdefgh12345 for joe@example.com, sk_live_12345, pi_1_secret_9',
    );
    const text = printed.join('');
    for (const secret of ['hunter22', 'jane@', 'joe@', 'abcdefgh12345', 'sk_live_12345', 'secret_9']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('db/portal');
  });

  it('is not carried by the errors of HTTP clients', () => {
    const error = Object.assign(new Error('Request failed with status code 500', { cause: new Error('reset') }), {
      config: { headers: { Authorization: 'Zebra' }, data: 'Zebra' },
      request: { body: 'Zebra' },
      response: { data: 'Zebra' },
      status: 500,
      code: 'ERR_BAD_RESPONSE',
    });
    logger().error({ err: error }, 'failed');
    expect(printed.join('')).not.toContain('Zebra');
    expect(lines('error.log')).toMatchObject([
      { err: { status: 500, code: 'ERR_BAD_RESPONSE', cause: { message: 'reset' } } },
    ]);
  });

  it('is not in what Fastify logs of a request', async () => {
    const app = Fastify({ loggerInstance: logger() });
    app.get('/orders', () => ({}));
    await app.inject({ url: '/orders?q=Zebra', headers: { authorization: 'Bearer Zebra', cookie: 'Zebra' } });
    await app.close();
    expect(printed.join('')).toContain('/orders');
    expect(printed.join('')).not.toContain('Zebra');
  });

  it('does not break on cycles, big integers and depth', async () => {
    const loop: Record<string, unknown> = {};
    loop.itself = loop;
    logger().info({ position: 12n, at: new Date(0), raw: Buffer.from('x'), loop }, 'odd');
    await nextTurn();
    expect(lines('combined.log')).toMatchObject([
      { position: '12', at: '1970-01-01T00:00:00.000Z', raw: '[1 bytes]', loop: { itself: '[circular]' } },
    ]);
  });
});

describe('an uncaught exception', () => {
  it.each([
    ['thrown', `setTimeout(() => { throw new Error('nobody caught this'); });`, 'uncaughtException'],
    ['rejected', `Promise.reject(new Error('nobody caught this'));`, 'unhandledRejection'],
  ])('that was %s ends the process and is in exceptions.log', async (_, code, origin) => {
    const ended = await run(`endOnCrash({ logger: log }); log.info({}, 'before'); ${code}`);
    expect(ended.status).toBe(1);
    expect(lines('combined.log')).toMatchObject([{ msg: 'before' }, { level: 'fatal' }]);
    expect(lines('exceptions.log')).toMatchObject([{ origin, err: { message: 'nobody caught this' } }]);
  });

  it('is nowhere printed as it is', async () => {
    const said = 'boom for jane@example.com at redis://:hunter2@cache:6379 password=hunter2';
    const ended = await run(`endOnCrash({ logger: log }); setTimeout(() => { throw new Error('${said}'); });`);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('boom for [redacted]');
    const everywhere = [ended.stdout, ended.stderr, readFileSync(path.join(dir, 'exceptions.log'), 'utf8')].join('\n');
    expect(everywhere).not.toMatch(/jane@|hunter2/);
  });

  it('is reported before the process ends, however long it takes', async () => {
    const reporter = `{
      capture: (error, { origin }) => log.info({ origin }, 'captured ' + error.message),
      flush: () => new Promise((resolve) => setTimeout(() => { log.info({}, 'flushed'); resolve(true); }, 300)),
    }`;
    const ended = await run(
      `endOnCrash({ logger: log, reporter: ${reporter} }); setTimeout(() => { throw new Error('x'); });`,
    );
    expect(ended.status).toBe(1);
    expect(lines('combined.log').map(({ msg }) => msg)).toEqual(['uncaught exception', 'captured x', 'flushed']);
  });

  it('loses no line when the process ends at once', async () => {
    const ended = await run(`for (let n = 0; n < 1000; n++) log.info({ n }, 'line'); process.exit(3);`);
    expect(ended.status).toBe(3);
    expect(lines('combined.log')).toHaveLength(1000);
    expect(existsSync(path.join(dir, 'exceptions.log'))).toBe(true);
  });

  it.each([
    ['after a warning', `log.warn({}, 'line'); process.kill(process.pid, 'SIGKILL');`],
    ['once it waits for anything', `setImmediate(() => setTimeout(() => process.kill(process.pid, 'SIGKILL')));`],
  ])('loses no line when the process is killed %s', async (_, code) => {
    const ended = await run(`for (let n = 0; n < 999; n++) log.info({ n }, 'line'); log.info({}, 'line'); ${code}`);
    expect(ended.signal).toBe('SIGKILL');
    const written = lines('combined.log');
    expect(written.length).toBeGreaterThanOrEqual(1000);
    expect(ended.stdout.split('\n').filter(Boolean)).toHaveLength(written.length);
  });
});

it.runIf(existsSync('/dev/full'))(
  'outlives a disk without room, and keeps little of what it could not write',
  async () => {
    symlinkSync('/dev/full', path.join(dir, 'combined.log'));
    const full = openSync('/dev/full', 'w');
    const ended = await run(
      `endOnCrash({ logger: log });
     const { setFlagsFromString } = require('node:v8');
     setFlagsFromString('--expose-gc');
     const held = () => { require('node:vm').runInNewContext('gc')(); return process.memoryUsage().heapUsed; };
     const before = held();
     for (let n = 0; n < 60_000; n++) log.info({}, 'a line '.repeat(200));
     setImmediate(() => log.error({ heldMegabytes: (held() - before) / 2 ** 20 }, 'still here'));`,
      { stdio: ['ignore', full, full] },
    );
    closeSync(full);
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(lines('error.log')).toEqual([expect.objectContaining({ msg: 'still here' })]);
    expect(lines('error.log')[0]?.heldMegabytes).toBeLessThan(20);
  },
);

it('prints lines for people when asked to, and JSON otherwise', async () => {
  const pretty = await run(`log.info({ orderId: 'o-1', email: 'jane@example.com' }, 'order placed');`, {
    pretty: true,
  });
  expect(pretty.stdout).toMatch(/INFO.*: order placed\n\s+orderId: "o-1"\n\s+email: "\[redacted\]"/);
  const plain = await run(`log.info({}, 'order placed');`);
  expect(JSON.parse(plain.stdout)).toMatchObject({ level: 'info', msg: 'order placed' });
});

/** Runs a process of its own with a `log` that writes to `dir`. */
const run = async (code: string, { stdio = 'pipe', ...settings }: { pretty?: boolean; stdio?: StdioOptions } = {}) => {
  const bundle = path.join(dir, 'logger.cjs');
  await build({
    stdin: {
      contents: `export * from './logger.js'; export * from './crash.js';`,
      resolveDir: 'src/adapters/telemetry',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: bundle,
    logLevel: 'error',
  });
  const script = path.join(dir, 'crash.cjs');
  writeFileSync(
    script,
    `const { createLogger, endOnCrash } = require(${JSON.stringify(bundle)});\nconst log = createLogger(${JSON.stringify({ level: 'info', dir, pretty: false, ...settings })});\n${code}`,
  );
  return spawnSync(process.execPath, [script], { encoding: 'utf8', stdio });
};
