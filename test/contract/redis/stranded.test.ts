import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedis } from '../../../src/adapters/redis/client.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { openGate } from '../../support/tcp-gate.js';
import { until } from '../../support/until.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(['redis'], { programs: ['redis'] });
});
afterAll(() => stack?.stop());

it('a connection that leads nowhere is made anew', async () => {
  const url = new URL(stack.env.REDIS_URL ?? '');
  const target = { host: url.hostname, port: Number(url.port) };
  const gate = await openGate(() => target);
  url.host = `127.0.0.1:${gate.port}`;
  const clients = (['cache', 'feed'] as const).map((role) => createRedis({ url: url.href, role }));
  for (const redis of clients) {
    redis.on('error', () => undefined);
    if (redis.status === 'wait') void redis.connect();
    await once(redis, 'ready');
  }
  gate.strand();
  const answers = clients.map((redis) => until('Redis answers', async () => (await redis.ping()) === 'PONG', 10_000));
  await expect(Promise.all(answers)).resolves.toEqual([true, true]);
  for (const redis of clients) redis.disconnect();
  await gate.close();
});
