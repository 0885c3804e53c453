import { stat } from 'node:fs/promises';
import type { Knex } from 'knex';
import { expect, it } from 'vitest';
import { assertTakesWrites } from '../../src/adapters/postgres/writable.js';
import { createMetrics } from '../../src/adapters/telemetry/metrics.js';
import type { Portal } from '../../src/compose.js';
import { createHealth, tellWorking } from '../../src/health.js';
import type { ProjectorHealth } from '../../src/projections/runtime/health.js';

const redis = { status: 'ready', ping: async () => 'PONG' };

function healthWith(answer: () => Promise<unknown>, rows: object[] = []) {
  const api = { raw: async () => ({ ...((await answer()) as object), rows }) };
  const portal = {
    eventStore: { head: answer },
    pools: { api },
    assertTakesWrites: () => assertTakesWrites(api as unknown as Knex),
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

it('is not ready while the database can only be read', async () => {
  const readOnly = (read_only: string) => healthWith(async () => null, [{ read_only }])();
  expect((await readOnly('on')).checks).toContainEqual({
    name: 'postgresql',
    ok: false,
    detail: expect.stringContaining('it takes no writes'),
  });
  expect((await readOnly('off')).checks).toContainEqual({ name: 'postgresql', ok: true, detail: 'answers' });
});

it('tells in the metrics whether anybody gets on with a projector, also where nobody runs it', async () => {
  const metrics = createMetrics();
  const told = async (state: ProjectorHealth['state']) => {
    const health = () => ({ state, checkpoint: null, lagEvents: null, lastProgressAt: null, broken: {} });
    tellWorking(metrics, [{ name: 'read models', projector: { health } }]);
    const text = await metrics.render();
    expect(text).toContain('portal_projector_working{projector="effects"} 0');
    return /portal_projector_working\{projector="read models"\} (\d)/.exec(text)?.[1];
  };
  expect([await told('catching-up'), await told('live')]).toEqual(['1', '1']);
  expect([await told('stalled'), await told('standby')]).toEqual(['0', '0']);
});
