import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { asExtensivOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { clockAheadBy, timePasses } from '../../support/clock.js';
import { collect } from '../../support/collect.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { type Bench, failure, orderRequest, startBench } from './support.js';

const knownSku = asSku('VTH-HON-0001');
const itemRoute = 'GET /api/v1/inventory/{sku}';

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

it('a warehouse on this machine is not asked for at a proxy for the web', async () => {
  vi.stubEnv('no_proxy', 'elsewhere.example');
  vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
  try {
    const { warehouse } = bench.client({ maxRetries: 0 });
    expect(await warehouse.inventoryItem(knownSku)).toMatchObject({ sku: knownSku });
    expect(process.env.no_proxy).toContain('elsewhere.example');
  } finally {
    vi.unstubAllEnvs();
  }
});

describe('the circuit breaker', () => {
  const breaker = { failures: 3, halfOpenAfterMs: 60_000 };
  const becomesHalfOpen = () => onTestFinished(timePasses(breaker.halfOpenAfterMs).restore);

  it('opens after failures in a row, says busy meanwhile, and closes after a probe that succeeds', async () => {
    const { warehouse, records } = bench.client({ breaker, maxRetries: 0 });
    await bench.fault({ match: { path: '/api' }, times: 3, fault: { status: 500 } });
    for (let call = 0; call < 3; call += 1)
      expect(await failure(warehouse.inventoryItem(knownSku))).toMatchObject({ kind: 'unknown' });
    expect(await failure(warehouse.inventoryItem(knownSku))).toMatchObject({ kind: 'busy' });
    // An order that was never sent was definitely not created.
    expect(await failure(warehouse.createOrder(orderRequest(knownSku)))).toMatchObject({ kind: 'busy' });
    expect((await bench.counts())[itemRoute]).toBe(3);
    becomesHalfOpen();
    expect(await warehouse.inventoryItem(knownSku)).toMatchObject({ sku: knownSku });
    expect(await warehouse.createOrder(orderRequest(knownSku))).toMatchObject({ adopted: false });
    expect(records.captured.filter(({ context }) => context.circuit === 'opened')).toHaveLength(1);
  });

  it('closes again in time when the clock is put back meanwhile', async () => {
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      const { warehouse } = bench.client({ breaker, maxRetries: 0 });
      await bench.fault({ match: { path: '/api' }, times: 3, fault: { status: 500 } });
      for (let call = 0; call < 3; call += 1) await failure(warehouse.inventoryItem(knownSku));
      clock.putAheadBy(0);
      expect(await failure(warehouse.inventoryItem(knownSku))).toMatchObject({ kind: 'busy' });
      becomesHalfOpen();
      expect(await warehouse.inventoryItem(knownSku)).toMatchObject({ sku: knownSku });
    } finally {
      clock.restore();
    }
  });

  it('sends one probe at a time while half open', async () => {
    const { warehouse } = bench.client({ breaker, maxRetries: 0 });
    await bench.fault({ match: { path: '/api' }, fault: { status: 500 } });
    for (let call = 0; call < 3; call += 1) await failure(warehouse.inventoryItem(knownSku));
    becomesHalfOpen();
    await Promise.all(Array.from({ length: 6 }, () => failure(warehouse.inventoryItem(knownSku))));
    expect((await bench.counts())[itemRoute]).toBe(4);
  });

  it('is not opened by refusals: the warehouse is well', async () => {
    const { warehouse } = bench.client({ breaker, maxRetries: 0 });
    for (const status of [400, 404, 429, 409, 400, 429]) {
      await bench.fault({ match: { path: '/api' }, times: 1, fault: { status } });
      await warehouse.inventoryItem(knownSku).catch(() => null);
    }
    expect(await warehouse.inventoryItem(knownSku)).toMatchObject({ sku: knownSku });
  });
});

describe('the request budget', () => {
  it('keeps the rate, and lets an export pass a queue of others', async () => {
    const { warehouse } = bench.client({ budget: { perSecond: 50, burst: 1 } });
    await warehouse.inventoryItem(knownSku);
    await bench.control('DELETE', '/ledger');
    const startedAt = Date.now();
    // None is let through before all of them wait, however late Redis tells each the token.
    const stopped = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const others = Array.from({ length: 20 }, () => warehouse.inventoryItem(knownSku));
    const polls = Array.from({ length: 5 }, () => warehouse.orderStatus(asExtensivOrderId('EXT-1')));
    const all = Promise.all([...others, ...polls, warehouse.createOrder(orderRequest(knownSku))]);
    await bench.redis.ping();
    stopped.mockRestore();
    await all;
    const { requests } = await bench.control<{ requests: { route: string }[] }>('GET', '/ledger');
    const sent = requests.map(({ route }) => route);
    expect(sent.indexOf('/api/v1/orders')).toBeLessThanOrEqual(2);
    expect(sent.lastIndexOf('/api/v1/orders/{id}/status')).toBeLessThan(15);
    // 26 requests at 50 a second.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(480);
  });

  it('does not let a slow catalogue hold up an export', async () => {
    await bench.warehouse.inventoryItem(knownSku);
    await bench.fault({ match: { path: '/api/v1/inventory' }, fault: { delayMs: 2_000 } });
    const slow = Array.from({ length: 10 }, () => bench.warehouse.inventoryItem(knownSku).catch(() => null));
    const exported = bench.warehouse.createOrder(orderRequest(knownSku)).then(() => 'the export');
    expect(await Promise.race([exported, ...slow])).toBe('the export');
    await bench.control('DELETE', '/faults');
    await Promise.all(slow);
  });
});

describe('a process that stops', () => {
  it('does not wait for the next repeat', async () => {
    const stop = new AbortController();
    const { warehouse } = bench.client({ signal: stop.signal });
    await bench.fault({ match: { path: '/api' }, fault: { status: 429 }, retryAfter: 60 });
    const outcome = failure(warehouse.inventoryItem(knownSku));
    await expect.poll(async () => (await bench.counts())[itemRoute]).toBe(1);
    const startedAt = Date.now();
    stop.abort();
    expect(await outcome).toMatchObject({ kind: 'busy' });
    expect(Date.now() - startedAt, 'far sooner than the repeat').toBeLessThan(10_000);
  });

  it('ends a list that is being read', async () => {
    const stop = new AbortController();
    const { warehouse, records } = bench.client({ signal: stop.signal });
    await bench.fault({ match: { path: '/api' }, fault: { delayMs: 60_000 } });
    const outcome = failure(collect(warehouse.inventory()));
    await expect.poll(async () => (await bench.counts())['GET /api/v1/inventory']).toBe(1);
    stop.abort();
    expect(await outcome).toMatchObject({ kind: 'unknown' });
    expect(records.captured).toEqual([]);
  });
});

describe('what is observed', () => {
  it('is every request with its route, status, duration and attempt', async () => {
    await bench.fault({ match: { path: '/api' }, times: 1, fault: { status: 503 } });
    await bench.fault({ match: { path: '/api' }, times: 1, fault: { reset: true } });
    await bench.warehouse.inventoryItem(knownSku);
    const { counts, logs } = bench.records;
    const labels = 'method=GET route=/api/v1/inventory/{sku}';
    for (const status of ['503', 'network', '200']) {
      expect(counts.get(`portal_extensiv_requests_total ${labels} status=${status}`)).toBe(1);
    }
    expect(counts.get(`portal_extensiv_request_duration_seconds ${labels}`)).toBe(3);
    const lines = logs.filter(({ message, facts }) => message === 'Extensiv request' && facts.method === 'GET');
    expect(lines.map(({ facts }) => [facts.route, facts.status, facts.attempt])).toEqual([
      ['/api/v1/inventory/{sku}', '503', 1],
      ['/api/v1/inventory/{sku}', 'network', 2],
      ['/api/v1/inventory/{sku}', '200', 3],
    ]);
    expect(lines.every(({ facts }) => typeof facts.durationMs === 'number')).toBe(true);
  });
});
