import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asSku } from '../../../src/domain/shared/ids.js';
import { clockAheadBy } from '../../support/clock.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { type Bench, failure, orderRequest, startBench } from './support.js';

const knownSku = asSku('VTH-HON-0001');
const tokenRoute = 'POST /oauth/token';
const tokenKey = 'extensiv:access_token';

let stack: TestStack;
let bench: Bench;

beforeAll(async () => {
  stack = await startTestStack(['redis']);
});
afterAll(() => stack.stop());
beforeEach(async () => {
  bench = await startBench(stack.env.REDIS_URL!);
});
afterEach(() => bench.close());

/** A process of its own that is ready to ask for a SKU. @returns what makes it ask, and resolves with the answer's SKU */
async function lookUp(sku: string): Promise<() => Promise<string>> {
  const program = fileURLToPath(new URL('./programs/look-up.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, bench.sim.url, stack.env.REDIS_URL!, sku], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  await once(lines, 'line');
  return async () => {
    child.stdin.write('go\n');
    const [line] = await once(lines, 'line');
    return String(line);
  };
}

describe('the access token', () => {
  it('is fetched once, kept in Redis for 3540 seconds and used by every client', async () => {
    await bench.warehouse.inventoryItem(knownSku);
    await bench.warehouse.inventoryItem(knownSku);
    await bench.client().warehouse.inventoryItem(knownSku);
    expect((await bench.counts())[tokenRoute]).toBe(1);
    const ttl = await bench.redis.ttl(tokenKey);
    expect(ttl).toBeGreaterThan(3530);
    expect(ttl).toBeLessThanOrEqual(3540);
    expect(bench.records.counts.get('portal_extensiv_token_refreshes_total result=success')).toBe(1);
  });

  it('is kept a minute less than it lives, when that is short', async () => {
    const short = await startBench(stack.env.REDIS_URL!, {}, { tokenTtlSeconds: 600 });
    await short.warehouse.inventoryItem(knownSku);
    const ttl = await short.redis.ttl(tokenKey);
    expect(ttl).toBeGreaterThan(530);
    expect(ttl).toBeLessThanOrEqual(540);
    await short.close();
  });

  it.each([
    ['text', { expires_in: '600' }, 540],
    ['a minute and a half', { expires_in: 90 }, 30],
    ['null', { expires_in: null }, 3540],
    ['nothing', {}, 3540],
  ])('may have a lifetime of %s', async (_name, lifetime, seconds) => {
    const body = { access_token: 'odd', token_type: 'Bearer', ...lifetime };
    await bench.fault({ match: { path: '/oauth/token' }, times: 1, fault: { status: 200, body } });
    // The warehouse did not issue this token; an answer before it looks keeps it from being renewed.
    await bench.fault({ match: { path: '^/api/v1/inventory/' }, times: 1, fault: { status: 404, body: {} } });
    await bench.warehouse.inventoryItem(knownSku);
    const ttl = await bench.redis.ttl(tokenKey);
    expect(ttl).toBeGreaterThan(seconds - 10);
    expect(ttl).toBeLessThanOrEqual(seconds);
  });

  it('is fetched once by many calls at once, of one client and of several', async () => {
    const connections = Array.from({ length: 3 }, () => new Redis(stack.env.REDIS_URL!));
    const clients = connections.map((redis) => bench.client({ redis }).warehouse);
    // A slow token request leaves time for everyone to want one.
    await bench.fault({ match: { path: '/oauth' }, fault: { delayMs: 200 } });
    const items = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 10 }, () => client.inventoryItem(knownSku))),
    );
    expect(items.every((item) => item?.sku === knownSku)).toBe(true);
    expect((await bench.counts())[tokenRoute]).toBe(1);
    for (const redis of connections) redis.disconnect();
  });

  it('is fetched once by two processes that want it at the same moment', async () => {
    await bench.fault({ match: { path: '/oauth' }, fault: { delayMs: 500 } });
    const processes = [await lookUp(knownSku), await lookUp(knownSku)];
    expect(await Promise.all(processes.map((go) => go()))).toEqual([knownSku, knownSku]);
    expect((await bench.counts())[tokenRoute]).toBe(1);
  });

  it('is renewed once when the warehouse revokes it under many calls', async () => {
    const clients = [bench.warehouse, bench.client().warehouse, bench.client().warehouse];
    await bench.warehouse.inventoryItem(knownSku);
    await bench.control('POST', '/tokens/revoke');
    const items = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 10 }, () => client.inventoryItem(knownSku))),
    );
    expect(items.every((item) => item?.sku === knownSku)).toBe(true);
    expect((await bench.counts())[tokenRoute]).toBe(2);
    expect(bench.records.captured).toEqual([]);
  });

  it('is not dropped by a client that was refused an older one', async () => {
    await bench.redis.set(tokenKey, 'an-old-token', 'EX', 1000);
    await bench.warehouse.inventoryItem(knownSku);
    const renewed = await bench.redis.get(tokenKey);
    expect(renewed).not.toBe('an-old-token');
    await bench.client().warehouse.inventoryItem(knownSku);
    expect(await bench.redis.get(tokenKey)).toBe(renewed);
  });

  it('is fetched again when the endpoint fails at first', async () => {
    await bench.fault([
      { match: { path: '/oauth' }, times: 1, fault: { status: 503 } },
      { match: { path: '/oauth' }, times: 1, fault: { reset: true } },
      { match: { path: '/oauth' }, times: 1, fault: { truncate: true } },
    ]);
    expect(await bench.warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect((await bench.counts())[tokenRoute]).toBe(4);
  });

  it('is fetched by another process when the one that was about to has died', async () => {
    await bench.redis.set(`${tokenKey}:lock`, 'a-process-that-died', 'PX', 300);
    expect(await bench.warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect((await bench.counts())[tokenRoute]).toBe(1);
  });
});

describe('bad credentials', () => {
  it('are told as such, reported once and not tried again at once', async () => {
    const { warehouse, records } = bench.client({ clientSecret: 'wrong-secret' });
    const calls = await Promise.all([1, 2, 3].map(() => failure(warehouse.inventoryItem(knownSku))));
    expect(calls.map(({ kind }) => kind)).toEqual(Array(3).fill('bad-credentials'));
    expect(await failure(warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'bad-credentials' });
    expect(await bench.counts()).toEqual({ [tokenRoute]: 1 });
    expect(records.captured).toHaveLength(1);
    expect(records.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(records.counts.get('portal_extensiv_token_refreshes_total result=denied')).toBe(1);
  });

  it('are what a second 401 in a row means: no loop of refreshes', async () => {
    await bench.fault({ match: { path: '/api/v1/inventory' }, fault: { status: 401 } });
    expect(await failure(bench.warehouse.inventoryItem(knownSku))).toMatchObject({
      kind: 'bad-credentials',
      details: { route: '/api/v1/inventory/{sku}', status: 401 },
    });
    for (let call = 0; call < 5; call += 1) await failure(bench.warehouse.inventoryItem(knownSku));
    expect(await bench.counts()).toEqual({ [tokenRoute]: 2, 'GET /api/v1/inventory/{sku}': 2 });
    expect(bench.records.captured).toHaveLength(1);
    expect(await bench.redis.get(tokenKey)).toBeNull();
  });
});

describe('credentials refused for a moment', () => {
  it('are tried again after a second, and the calls go on', async () => {
    await bench.fault({ match: { path: '/api/v1/inventory' }, times: 2, fault: { revokeTokens: true } });
    expect(await failure(bench.warehouse.inventoryItem(knownSku))).toMatchObject({ kind: 'bad-credentials' });
    await expect
      .poll(() => bench.warehouse.inventoryItem(knownSku).catch(() => null), { timeout: 5_000 })
      .not.toBeNull();
    expect(bench.records.captured).toHaveLength(1);
    expect(bench.records.logs.map(({ message }) => message)).toContain('the warehouse takes our credentials again');
  });

  it('are tried again in time when the clock is put back meanwhile', async () => {
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      await bench.fault({ match: { path: '/api/v1/inventory' }, times: 2, fault: { revokeTokens: true } });
      expect(await failure(bench.warehouse.inventoryItem(knownSku))).toMatchObject({ kind: 'bad-credentials' });
      clock.putAheadBy(0);
      await expect
        .poll(() => bench.warehouse.inventoryItem(knownSku).catch(() => null), { timeout: 5_000 })
        .not.toBeNull();
    } finally {
      clock.restore();
    }
  });

  it('are left alone for longer each time, and reported once', async () => {
    await bench.fault({ match: { path: '/api/v1/inventory' }, times: 4, fault: { revokeTokens: true } });
    const asked = async () => (await bench.counts())['GET /api/v1/inventory/{sku}'];
    await failure(bench.warehouse.inventoryItem(knownSku));
    // That it was refused again is seen later than it was.
    let askedAgain = 0;
    await until('it is refused again', async () => {
      askedAgain = Date.now();
      await failure(bench.warehouse.inventoryItem(knownSku));
      return (await asked()) === 4;
    });
    await until('it is taken', () => bench.warehouse.inventoryItem(knownSku));
    expect(Date.now() - askedAgain).toBeGreaterThan(1_500);
    expect(bench.records.captured).toHaveLength(1);
  });
});

describe('without Redis', () => {
  it('keeps the token in memory, and the calls go on', async () => {
    const redis = new Redis({ port: 1, host: '127.0.0.1', maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    const { warehouse } = bench.client({ redis });
    expect(await warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect(await warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect((await bench.counts())[tokenRoute]).toBe(1);
    await bench.control('POST', '/tokens/revoke');
    expect(await warehouse.inventoryItem(knownSku)).not.toBeNull();
    expect((await bench.counts())[tokenRoute]).toBe(2);
    redis.disconnect();
  });

  it('shares the token again once Redis is back', async () => {
    await stack.kill('redis');
    expect(await bench.warehouse.inventoryItem(knownSku)).not.toBeNull();
    await stack.start('redis');
    // An unreachable Redis is left alone for two seconds.
    await expect
      .poll(
        async () => {
          await bench.warehouse.inventoryItem(knownSku);
          return bench.redis.get(tokenKey);
        },
        { timeout: 10_000, interval: 200 },
      )
      .not.toBeNull();
  });
});

describe('secrets', () => {
  it('appear in no log line, metric or report, whatever fails', async () => {
    const { warehouse, records } = bench.client({ timeoutMs: 100 });
    await warehouse.inventoryItem(knownSku);
    const token = await bench.redis.get(tokenKey);
    const faults = [{ status: 500 }, { status: 400 }, { reset: true }, { truncate: true }, { delayMs: 300 }];
    for (const fault of faults) {
      await bench.fault({ match: { path: '/api' }, fault });
      await failure(warehouse.inventoryItem(knownSku));
      await failure(warehouse.createOrder(orderRequest(knownSku)));
      await bench.control('DELETE', '/faults');
    }
    await bench.control('POST', '/tokens/revoke');
    await bench.fault({ match: { path: '/oauth' }, fault: { status: 500, body: { error: 'oops' } } });
    await failure(warehouse.inventoryItem(knownSku));
    const text = records.text();
    expect(records.captured.length).toBeGreaterThan(10);
    for (const secret of [token, 'portal-secret', 'Bearer', 'ada@example.com', '1 Main St']) {
      expect(text).not.toContain(secret);
    }
  });
});
