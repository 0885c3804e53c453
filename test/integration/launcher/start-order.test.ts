import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bareEnvironment, startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(['postgres', 'redis', 'eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail'], {
    programs: ['postgres'],
  });
}, 60_000);
afterAll(() => stack?.stop());

let portal: ChildProcess | undefined;
afterEach(async () => {
  if (portal?.exitCode !== null) return;
  portal.kill('SIGTERM');
  await once(portal, 'exit');
});

/** A portal as a container runs it. @returns its log as it grows, and its exit status */
function startPortal(env: NodeJS.ProcessEnv = {}) {
  portal = spawn('node', ['dist/src/main.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...bareEnvironment(), ...stack.env, AUTH_MODE: 'open', LOG_DIR: 'none', PORT: '0', ...env },
  });
  let output = '';
  portal.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  return {
    logged: (text: string) => until(text, () => output.includes(text)),
    exit: once(portal, 'exit'),
    url: () => urlIn(output),
  };
}

const urlIn = (log: string) => /"url":"([^"]+)"/.exec(log)?.[1] ?? '';

async function readiness(url: string): Promise<{ checks: unknown[] }> {
  return (await (await fetch(`${url}/readyz`)).json()) as { checks: unknown[] };
}

/** The first process of a container is ended by no signal that it does not handle itself. */
it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('takes a %s while it waits', async (signal) => {
  const { logged, exit } = startPortal({ DATABASE_URL: 'postgres://portal@127.0.0.1:1/portal' });
  await logged('waiting for PostgreSQL');
  portal?.kill(signal);
  expect(await exit).toEqual([0, null]);
  await logged('stopped while it was starting');
});

it('waits for PostgreSQL and for Redis, starts when both are there, and stops in order when Redis is gone', async () => {
  await Promise.all([stack.kill('postgres'), stack.kill('redis')]);
  const { logged, exit } = startPortal();
  await logged('waiting for PostgreSQL');
  await stack.start('postgres');
  await logged('waiting for Redis');
  await stack.start('redis');
  await logged('portal started');

  await stack.kill('redis');
  try {
    await logged('the job queue is not reachable');
    portal?.kill('SIGTERM');
    await logged('"msg":"stopped"');
    expect(await exit).toEqual([0, null]);
  } finally {
    await stack.start('redis');
  }
});

it('stops in order when the terminal that it runs on is closed', async () => {
  const { logged, exit } = startPortal();
  await logged('portal started');
  portal?.kill('SIGHUP');
  expect(await exit).toEqual([0, null]);
  await logged('"stopped"');
});

it('does not wait for a PostgreSQL that refuses its password', async () => {
  const url = new URL(stack.env.DATABASE_URL ?? '');
  url.password = 'wrong';
  const { logged, exit } = startPortal({ DATABASE_URL: url.href });
  await logged('the portal could not start');
  expect((await exit)[0]).toBe(1);
});

it('does not wait for a Redis that may evict jobs', async () => {
  const redis = new Redis(stack.env.REDIS_URL ?? '');
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  try {
    const { logged, exit } = startPortal();
    await logged('the queues need noeviction');
    expect((await exit)[0]).toBe(1);
  } finally {
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
  }
});

it('stops in order while Redis has never been there', async () => {
  const { logged, exit } = startPortal({ ROLES: 'api,projections', REDIS_URL: 'redis://127.0.0.1:1' });
  await logged('portal started');
  portal?.kill('SIGTERM');
  await logged('"msg":"stopped"');
  expect(await exit).toEqual([0, null]);
});

it('works in no other database of Redis than the one it was given', async () => {
  const redis = new Redis(stack.env.REDIS_URL ?? '');
  const [, databases] = (await redis.config('GET', 'databases')) as string[];
  const { logged, url } = startPortal({ ROLES: 'api', REDIS_URL: `${stack.env.REDIS_URL}/${databases}` });
  await logged('Redis does not give the database that its URL names');
  await logged('portal started');
  const { checks } = await readiness(url());
  expect(checks).toContainEqual({ name: 'redis queues', ok: false, detail: 'no connection' });
  redis.disconnect();
});
