import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Portal } from '../../src/compose.js';
import { createHealth } from '../../src/health.js';

const redis = { status: 'ready', ping: async () => 'PONG' };

function healthWith(answer: () => Promise<unknown>) {
  const portal = {
    eventStore: { head: answer },
    pools: { api: { raw: async () => ({ ...((await answer()) as object), rows: [] }) } },
    redis: { cache: redis, producer: redis },
  };
  return createHealth(portal as unknown as Portal, []);
}

it('takes in an answer that came while the process itself was busy', async () => {
  const report = healthWith(() => stat('.'))();
  const busyUntil = Date.now() + 2_100;
  while (Date.now() < busyUntil);
  expect(await report).toMatchObject({ ready: true });
});

it('does not wait for a store that is silent', async () => {
  const silent = () => new Promise(() => undefined);
  const { ready, checks } = await healthWith(silent)();
  expect(ready).toBe(false);
  expect(checks[0]).toEqual({ name: 'eventstoredb', ok: false, detail: 'no answer within 2000 ms' });
});
