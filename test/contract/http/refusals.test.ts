import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRateCounter } from '../../../src/adapters/redis/rate-counter.js';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import { problems } from '../../../src/http/problems/catalogue.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exchange } from '../../support/raw-http.js';
import { patientRedis } from '../../support/redis.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { testTokens } from '../../support/tokens.js';
import { until } from '../../support/until.js';
import { type Answered, document, operations, undocumentedIn } from './documented.js';

/** What a request is refused with before its operation sees it, or by who may see it: on a real socket, as documented. */
const names = [...operations.keys()];
const guarded = names.filter((name) => operations.get(name)?.security?.length);

const apps: FastifyInstance[] = [];
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
});

async function listen(overrides: Partial<AppOptions>): Promise<number> {
  const app = await buildApp(memoryPortal(overrides).options);
  apps.push(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

async function answered(port: number, bytes: string): Promise<Answered> {
  const { answer } = await exchange(port, bytes);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), contentType, body };
}

function requestOf(name: string, headers: string[], host = '127.0.0.1'): string {
  const [method, path = ''] = name.split(' ');
  return [
    `${method} ${path.replace(/\{\w+\}/g, 'x')} HTTP/1.1`,
    ...(host === '' ? [] : [`Host: ${host}`]),
    ...headers,
    '\r\n',
  ].join('\r\n');
}

/** The statuses of one request to each operation, and what none of them should show. */
async function refuse(asked: readonly string[], send: (name: string) => Promise<Answered>) {
  const answers = await Promise.all(asked.map(async (name) => ({ name, answer: await send(name) })));
  const faults = answers.flatMap(({ name, answer }) => {
    const fault = undocumentedIn(name, answer);
    return fault === null ? [] : [`${name} ${fault}`];
  });
  return { statuses: [...new Set(answers.map(({ answer }) => answer.status))], faults };
}

describe('an open portal documents its refusal of', () => {
  let port: number;
  beforeAll(async () => {
    port = await listen({ loopbackHostsOnly: true, limits: { requestMs: 500 } });
  });
  const close = 'Connection: close';

  it.each<[string, number, (name: string) => string]>([
    ['a request without a host', 400, (name) => requestOf(name, [close], '')],
    ['a request that never ends', 408, (name) => requestOf(name, ['X-A: 1']).trimEnd()],
    ['a foreign host', 421, (name) => requestOf(name, [close], 'rebound.example')],
    ['headers that are too large', 431, (name) => requestOf(name, [`X-A: ${'x'.repeat(20_000)}`])],
  ])('%s on every operation', async (_what, status, bytes) => {
    const found = await refuse(names, (name) => answered(port, bytes(name)));
    expect(found).toEqual({ statuses: [status], faults: [] });
  });
});

describe('a portal with credentials documents its refusal of', () => {
  let stack: TestStack;
  let redis: ReturnType<typeof patientRedis>;
  beforeAll(async () => {
    stack = await startTestStack(['redis']);
    redis = patientRedis(stack.env.REDIS_URL!);
    await until('Redis is connected', () => redis.status === 'ready');
  });
  afterAll(async () => {
    redis?.disconnect();
    await stack?.stop();
  });
  const ask = (port: number, credential: string) => (name: string) =>
    answered(port, requestOf(name, ['Connection: close', `Authorization: Bearer ${credential}`]));

  it('none, and of one that lacks the right', async () => {
    const port = await listen({ authenticate: testTokens() });
    expect(await refuse(guarded, ask(port, 'nobody'))).toEqual({ statuses: [401], faults: [] });
    const forBuyers = /Needs `[^`]+`: [^.]*\bbuyer\b/;
    const forOthers = guarded.filter((name) => !forBuyers.test(operations.get(name)?.description ?? ''));
    expect(forOthers.length).toBeGreaterThan(10);
    expect(await refuse(forOthers, ask(port, 'buyer'))).toEqual({ statuses: [403], faults: [] });
  });

  it('a caller that asks too often', async () => {
    const rateLimits = { counter: createRateCounter(redis), perMinute: 1, anonymousPerMinute: 1 };
    const port = await listen({ authenticate: testTokens(), rateLimits });
    await ask(port, 'operator')('GET /api/v1/brands');
    expect(await refuse(guarded, ask(port, 'operator'))).toEqual({ statuses: [429], faults: [] });
  });
});

it('the document names every code that a problem can have', () => {
  expect(document.components.schemas.Problem?.properties?.code?.enum).toEqual(Object.keys(problems));
});
