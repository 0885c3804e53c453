import { stat } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import type { Knex } from 'knex';
import { expect, it, vi } from 'vitest';
import { type WatchedEventStore, watchAppends } from '../../src/adapters/eventstore/watch-appends.js';
import { createMetrics } from '../../src/adapters/telemetry/metrics.js';
import { type EventStore, EventStoreUnavailable } from '../../src/commands/event-store.js';
import { createWriteChecks } from '../../src/compose/writes.js';
import type { Portal } from '../../src/compose.js';
import { createHealth, tellWorking } from '../../src/health.js';
import type { ProjectorHealth } from '../../src/projections/runtime/health.js';

const redis = { status: 'ready', setrange: async () => 0 };

function healthWith(answer: (sql?: string) => Promise<unknown>, appendFailure: () => string | null = () => null) {
  const events = { appendFailure } as WatchedEventStore;
  const db = { transaction: async () => undefined } as unknown as Knex;
  const portal = {
    eventStore: { head: answer },
    writes: createWriteChecks({ events, db, cache: redis as unknown as Redis }),
    pools: { api: { raw: async (sql: string) => ({ rows: [], ...((await answer(sql)) as object) }) } },
    projections: { names: [] },
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

it('is not ready while rows are missing that the events tell of', async () => {
  const filling = async (sql?: string) => ({ rows: sql?.includes('filling_since') ? [{ name: 'orders' }] : [] });
  const { ready, checks } = await healthWith(filling)();
  expect(ready).toBe(false);
  const detail = 'orders: rows are missing until they are filled from the events';
  expect(checks).toContainEqual({ name: 'first fill', ok: false, detail });
});

it.each([
  [
    'a server that refuses',
    Object.assign(new Error('select 1 - too many clients'), { severity: 'FATAL' }),
    'too many clients',
  ],
  ['none of its addresses that answers', new AggregateError([]), 'AggregateError'],
])('tells the reason alone of %s', async (_name, error, detail) => {
  const { checks } = await healthWith(() => Promise.reject(error))();
  expect(checks[1]).toEqual({ name: 'postgresql', ok: false, detail });
});

it('tells that the event store takes nothing, until it does or nobody has tried for a while', async () => {
  let full = true;
  const append = async () => {
    if (full) throw new EventStoreUnavailable('the disk is full');
    return { revision: 0n, position: { commit: 1n, prepare: 1n } };
  };
  const store = watchAppends({ append } as unknown as EventStore);
  const health = healthWith(async () => ({}), store.appendFailure);
  const told = async () => (await health()).checks.find(({ name }) => name === 'eventstoredb writes');
  const works = { name: 'eventstoredb writes', ok: true, detail: 'answers' };
  const fails = { name: 'eventstoredb writes', ok: false, detail: 'the disk is full' };

  expect(await told()).toEqual(works);
  await expect(store.append('s', [], 'no_stream')).rejects.toThrow(EventStoreUnavailable);
  expect(await told()).toEqual(fails);
  expect(await health()).toMatchObject({ ready: true });
  full = false;
  await store.append('s', [], 'no_stream');
  expect(await told()).toEqual(works);
  full = true;
  await expect(store.append('s', [], 'no_stream')).rejects.toThrow(EventStoreUnavailable);
  const later = performance.now() + 61_000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  expect(store.appendFailure()).toBeNull();
  vi.restoreAllMocks();
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
