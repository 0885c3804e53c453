import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedis } from '../../../src/adapters/redis/client.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { addressOf, openGate } from '../../support/tcp-gate.js';
import { until } from '../../support/until.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(['redis'], { programs: ['redis'] });
});
afterAll(() => stack?.stop());

it('a connection that leads nowhere is made anew', async () => {
  const { REDIS_URL = '' } = stack.env;
  const gate = await openGate(() => addressOf(REDIS_URL));
  const url = gate.through(REDIS_URL);
  const clients = (['cache', 'feed'] as const).map((role) => createRedis({ url, role }));
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
