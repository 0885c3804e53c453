import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createQueueBoard } from '../../../src/adapters/queue/board.js';
import { createJobQueues } from '../../../src/adapters/queue/queues.js';
import { createRedis } from '../../../src/adapters/redis/client.js';
import { createRateCounter } from '../../../src/adapters/redis/rate-counter.js';
import type { RateCounter } from '../../../src/commands/ports.js';
import { buildApp } from '../../../src/http/app.js';
import { type AppOptions, queueBoardPath } from '../../../src/http/options.js';
import { openAuthenticator } from '../../../src/http/security/principal.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, orderBody, placeOrder, toPaid } from '../../support/orders.js';
import { patientRedis } from '../../support/redis.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { testTokens } from '../../support/tokens.js';
import { until } from '../../support/until.js';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(overrides: Partial<AppOptions> = {}) {
  const portal = memoryPortal({ authenticate: testTokens(), ...overrides });
  const app = await buildApp(portal.options);
  apps.push(app);
  const ask = (url: string, headers: Record<string, string> = {}, more: Partial<InjectOptions> = {}) =>
    app.inject({ url, headers: { authorization: 'Bearer operator', ...headers }, ...more });
  return { portal, app, ask };
}

let stack: TestStack;
let redis: Redis;
beforeAll(async () => {
  stack = await startTestStack(['redis']);
  redis = patientRedis(stack.env.REDIS_URL!);
});
afterEach(async () => {
  await redis.flushall().catch(() => undefined);
});
afterAll(async () => {
  redis?.disconnect();
  await stack?.stop();
});

describe('rate limits', () => {
  const limited = (perMinute: number, anonymousPerMinute: number) => ({
    rateLimits: { counter: createRateCounter(redis), perMinute, anonymousPerMinute },
  });
  const ready = () => until('Redis is connected', () => redis.status === 'ready');

  it('are counted by credential, over all processes, and announced', async () => {
    await ready();
    const [one, other] = [await start(limited(3, 0)), await start(limited(3, 0))];
    const left = [];
    for (const { ask } of [one, other, one]) left.push((await ask('/api/v1/products')).headers['ratelimit-remaining']);
    expect(left).toEqual(['2', '1', '0']);
    const refused = await other.ask('/api/v1/products');
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate-limited']);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '0' });
    expect((await one.ask('/api/v1/products', { authorization: 'Bearer admin' })).statusCode).toBe(200);
  });

  it('are exact when many requests come at once, in two processes', async () => {
    await ready();
    const portals = [await start(limited(10, 0)), await start(limited(10, 0))];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => portals[index % 2]!.ask('/api/v1/products')),
    );
    const passed = answers.filter(({ statusCode }) => statusCode === 200);
    expect(passed.map(({ headers }) => Number(headers['ratelimit-remaining'])).sort((a, b) => a - b)).toEqual([
      ...Array(10).keys(),
    ]);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(30);
  });

  it('hold nobody for longer than a minute when the clock of Redis was put back', async () => {
    await ready();
    const counter = createRateCounter(redis);
    const count = async () => counter.count('somebody', 60_000, 0);
    await count();
    // What an hour back leaves of the time of day at which the window ends.
    await redis.pexpire('portal:rate:somebody', 3_660_000);
    const { leftMs } = await count();
    expect(leftMs).toBeLessThanOrEqual(60_000);
    expect(await redis.pttl('portal:rate:somebody')).toBeLessThanOrEqual(60_000);
  });

  it('make nobody wait who is far from one, and count everybody all the same', async () => {
    await ready();
    const [here, there] = [createRateCounter(redis), createRateCounter(redis)];
    const count = (counter: RateCounter, ahead: number) => counter.count('somebody', 60_000, ahead);
    expect(await count(here, 50)).toMatchObject({ count: 1 });
    const told = Array.from({ length: 49 }, () => count(here, 50));
    expect(told.map((one) => (one instanceof Promise ? 'waits' : one.count))).toEqual(
      Array.from({ length: 49 }, (_, index) => index + 2),
    );
    // The rest are counted with those before them, and know of each other.
    expect(await Promise.all([count(here, 50), count(here, 50)])).toMatchObject([{ count: 51 }, { count: 52 }]);
    expect(await count(there, 0)).toMatchObject({ count: 53 });
  });

  it('know in a moment of those who did not wait', async () => {
    await ready();
    const [here, there] = [createRateCounter(redis), createRateCounter(redis)];
    await here.count('one', 60_000, 50);
    for (let more = 0; more < 10; more += 1) here.count('one', 60_000, 50);
    await until('they are counted', async () => (await redis.get('portal:rate:one')) === '11');
    const counted = await there.count('one', 60_000, 50);
    expect(counted).toMatchObject({ count: 12 });
    expect(counted.leftMs).toBeGreaterThan(50_000);
  });

  it('hold for callers without a valid credential by address, before they can guess on', async () => {
    await ready();
    const { app, ask } = await start(limited(100, 2));
    const guess = (remoteAddress: string) =>
      ask('/api/v1/orders', { authorization: 'Bearer guess' }, { remoteAddress });
    const statuses = [];
    for (const address of ['10.0.0.7', '10.0.0.7', '10.0.0.7', '10.0.0.8']) {
      statuses.push((await guess(address)).statusCode);
    }
    expect(statuses).toEqual([401, 401, 429, 401]);
    expect((await ask('/api/v1/orders', {}, { remoteAddress: '10.0.0.7' })).statusCode, 'a valid one').toBe(200);
    // One subscriber has a whole IPv6 network.
    for (const address of ['2001:db8::1', '2001:db8::2']) await guess(address);
    expect((await guess('2001:db8::3')).statusCode).toBe(429);
    expect(await redis.keys('*10.0*'), 'no address is kept in Redis').toEqual([]);
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      for (let i = 0; i < 3; i += 1) expect((await app.inject(url)).statusCode).toBe(200);
    }
    const webhook = { method: 'POST', url: '/api/v1/webhooks/stripe', payload: '{}' } as const;
    for (let i = 0; i < 3; i += 1) {
      const headers = { 'stripe-signature': 'good', 'content-type': 'application/json' };
      expect((await app.inject({ ...webhook, headers })).statusCode).toBe(200);
    }
  });

  it('let everything pass while Redis is away, say so once, and hold again afterwards', async () => {
    await ready();
    const { portal, ask } = await start(limited(1, 1));
    expect((await ask('/api/v1/products')).statusCode).toBe(200);
    expect((await ask('/api/v1/products')).statusCode).toBe(429);
    await stack.kill('redis');
    await until('requests pass', async () => (await ask('/api/v1/products')).statusCode === 200);
    for (let i = 0; i < 5; i += 1) {
      const answer = await ask('/api/v1/products');
      expect([answer.statusCode, answer.headers['ratelimit-limit']]).toEqual([200, undefined]);
    }
    const told = portal.logs.filter(({ message }) => message?.startsWith('requests cannot be counted'));
    expect(told).toHaveLength(1);
    expect(portal.increments).toContainEqual({
      name: 'portal_rate_limit_checks_total',
      labels: { result: 'unchecked' },
    });
    await stack.start('redis');
    await until('limits hold again', async () => (await ask('/api/v1/products')).statusCode === 429);
  });
});

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization, if-match',
    },
  } as const;

  it('get no permission unless one is configured', async () => {
    const { app, ask } = await start();
    const origin = 'https://shop.example';
    const answer = await app.inject({
      ...preflight,
      url: '/api/v1/orders',
      headers: { ...preflight.headers, origin },
    });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([405, undefined]);
    expect((await ask('/api/v1/products', { origin })).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('of a configured one may call, and only these', async () => {
    const { app, ask } = await start({ corsOrigins: ['https://shop.example'] });
    const permission = (origin: string) =>
      app.inject({
        ...preflight,
        url: `/api/v1/orders/${exampleId(1)}/status`,
        headers: { ...preflight.headers, origin },
      });
    const given = await permission('https://shop.example');
    expect([given.statusCode, given.body]).toEqual([204, '']);
    expect(given.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': expect.stringMatching(/If-Match.*Traceparent/),
    });
    expect(given.headers['access-control-allow-credentials']).toBeUndefined();
    expect((await permission('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();

    const answer = await ask('/api/v1/products', { origin: 'https://shop.example' });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-expose-headers': expect.stringContaining('X-Event-Position'),
      vary: expect.stringMatching(/authorization.*Origin/),
    });
    const refused = await ask('/api/v1/orders', { origin: 'https://shop.example', authorization: '' });
    expect(refused.headers['access-control-allow-origin'], 'a page can read why').toBe('https://shop.example');
  });

  it('can read every header that the API documents', async () => {
    const { app, ask } = await start({ corsOrigins: ['https://shop.example'] });
    const { paths } = (await app.inject('/openapi.json')).json();
    const documented = Object.values<object>(paths)
      .flatMap((item) => Object.values<{ responses: Record<string, { headers?: object }> }>(item as never))
      .flatMap(({ responses }) => Object.values(responses).flatMap(({ headers = {} }) => Object.keys(headers)));
    expect(documented).toContain('Idempotency-Replayed');
    const answer = await ask('/api/v1/products', { origin: 'https://shop.example' });
    const exposed = String(answer.headers['access-control-expose-headers']).split(/, */);
    expect([...new Set(documented)].filter((name) => !exposed.includes(name))).toEqual([]);
  });

  it('change nothing about unknown addresses and methods', async () => {
    const { app } = await start({ corsOrigins: ['https://shop.example'] });
    const status = async (method: 'GET' | 'OPTIONS' | 'DELETE', url: string) =>
      (await app.inject({ method, url })).statusCode;
    expect([await status('GET', '/nowhere'), await status('OPTIONS', '/nowhere')]).toEqual([404, 404]);
    expect([await status('OPTIONS', '/healthz'), await status('DELETE', '/healthz')]).toEqual([405, 405]);
  });

  it('reach an open portal from a configured origin only', async () => {
    const authenticate = openAuthenticator(['https://shop.example']);
    const from = (origin: string) => authenticate({ headers: { 'sec-fetch-site': 'cross-site', origin } });
    expect([await from('https://shop.example'), await from('https://evil.example')]).toEqual([
      expect.objectContaining({ subject: 'local' }),
      null,
    ]);
  });
});

it('an open portal answers to loopback hosts only, whatever a proxy says', async () => {
  const { ask } = await start({ loopbackHostsOnly: true, trustProxy: ['127.0.0.1'] });
  const status = async (host: string, more = {}) => (await ask('/api/v1/products', { host, ...more })).statusCode;
  expect(await status('127.0.0.1:3001')).toBe(200);
  expect(await status('localhost:3001')).toBe(200);
  const foreign = await ask('/api/v1/orders', { host: 'rebound.example:3001' });
  expect([foreign.statusCode, foreign.json().code]).toEqual([421, 'misdirected-request']);
  expect(await status('rebound.example', { 'x-forwarded-host': 'localhost' })).toBe(421);
});

describe('compression', () => {
  const url = `/api/v1/orders/${exampleId(1)}`;
  const withOrder = async () => {
    const started = await start();
    started.portal.addOrder(exampleId(1), toPaid);
    return started;
  };

  it('is for who asks, and for what is worth it', async () => {
    const { ask } = await withOrder();
    const plain = await ask(url);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await ask(url, { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('accept-encoding'),
    });
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
    const best = await ask(url, { 'accept-encoding': 'gzip, deflate, br' });
    expect(best.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(best.rawPayload).toString()).toBe(plain.body);
    const small = await ask('/healthz', { 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  it('gives each coding a tag of its own, and takes every one of them back', async () => {
    const { ask } = await withOrder();
    const tags = [];
    for (const coding of ['identity', 'gzip', 'br']) {
      tags.push((await ask(url, { 'accept-encoding': coding })).headers.etag);
    }
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) {
      const answer = await ask(url, { 'accept-encoding': 'gzip', 'if-none-match': tag as string });
      expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', tag]);
    }
  });

  it('is not taken from a client: a body comes as it is', async () => {
    const { ask } = await start();
    const answer = await ask(
      '/api/v1/orders',
      { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      { method: 'POST', payload: JSON.stringify(orderBody()) },
    );
    expect(answer.statusCode).toBe(201);
    expect(answer.json().order.customer).toEqual(placeOrder.customer);
  });
});

describe('the queue board', () => {
  const settings = { exportAttempts: 1, exportBackoffMs: 1, effectBackoffMs: 1 };
  const basic = (password: string) => `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  async function startBoard() {
    const producer = createRedis({ url: stack.env.REDIS_URL!, role: 'producer' });
    await until('Redis is connected', () => producer.status === 'ready');
    const queues = createJobQueues(producer, settings);
    closing.push(async () => {
      await queues.close();
      producer.disconnect();
    });
    const started = await start({ queueBoard: createQueueBoard(queues.queues, queueBoardPath) });
    return { ...started, queues };
  }

  it('opens in a browser that logs in with a token, and runs under a policy of its own', async () => {
    const { ask } = await startBoard();
    const challenged = await ask('/admin/queues', { authorization: '' });
    expect([challenged.statusCode, challenged.json().code]).toEqual([401, 'unauthenticated']);
    expect(challenged.headers['www-authenticate']).toMatch(/^Basic realm=/);
    const page = await ask('/admin/queues', { authorization: basic('operator') });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect(page.body).toContain('<base href="/admin/queues/"');
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self'; .*frame-ancestors 'none'/);
    const script = /static\/js\/main\.\w+\.js/.exec(page.body)?.[0];
    expect((await ask(`/admin/queues/${script}`, { authorization: basic('operator') })).statusCode).toBe(200);
    const elsewhere = await ask('/api/v1/products', { authorization: basic('operator') });
    expect([elsewhere.statusCode, elsewhere.headers['www-authenticate']]).toEqual([401, 'Bearer realm="portal"']);
    expect(elsewhere.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('is for operators, every part of it', async () => {
    const { app, ask } = await startBoard();
    const paths = app.routePolicies().filter(({ url }) => url.startsWith(queueBoardPath));
    expect(paths.length).toBeGreaterThan(5);
    expect(new Set(paths.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
    for (const { url } of paths) {
      const at = url.replace('*', 'favicon-32x32.png').replace(/:\w+/g, 'effects');
      expect((await ask(at, { authorization: basic('buyer') })).statusCode, url).toBe(403);
      expect((await ask(at, { authorization: basic('wrong') })).statusCode, url).toBe(401);
    }
  });

  it('shows jobs, which hold keys only, and changes nothing', async () => {
    const { ask, queues } = await startBoard();
    await queues.add('effects', [{ id: 'notify.o1.paid-g0', data: { key: 'notify:o1:paid' }, delayMs: 60_000 }]);
    const shown = await ask('/admin/queues/api/queues?activeQueue=effects&status=delayed&jobsPerPage=1000000');
    const [effects] = shown.json().queues.filter(({ name }: { name: string }) => name === 'effects');
    expect(effects).toMatchObject({ readOnlyMode: true, counts: { delayed: 1 } });
    expect(effects.jobs).toEqual([
      expect.objectContaining({ id: 'notify.o1.paid-g0', data: { key: 'notify:o1:paid' } }),
    ]);
    for (const action of ['effects/notify.o1.paid-g0/promote', 'effects/empty', 'effects/obliterate', 'pause']) {
      const answer = await ask(`/admin/queues/api/queues/${action}`, {}, { method: 'PUT' });
      expect([404, 405]).toContain(answer.statusCode);
    }
    expect(await queues.states('effects', ['notify.o1.paid-g0'])).toEqual(new Map([['notify.o1.paid-g0', 'live']]));
  });
});
