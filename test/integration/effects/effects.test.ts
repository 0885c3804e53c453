import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJobQueues, type JobQueues } from '../../../src/adapters/queue/queues.js';
import { startWorker } from '../../../src/adapters/queue/worker.js';
import { createRedis } from '../../../src/adapters/redis/client.js';
import { EventStoreUnavailable } from '../../../src/commands/event-store.js';
import { PaymentsError } from '../../../src/commands/ports.js';
import {
  type Effect,
  EffectImpossible,
  type EffectKind,
  EffectPostponed,
  type EffectRequest,
  effectKinds,
} from '../../../src/processes/effects/effect.js';
import { createPerformer, type EffectHandler } from '../../../src/processes/effects/performer.js';
import { createRelay, jobIdOf, type Relay } from '../../../src/processes/effects/relay.js';
import { createEffectStore, type EffectStore } from '../../../src/processes/effects/store.js';
import { clockAheadBy } from '../../support/clock.js';
import type { TestStack } from '../../support/stack.js';
import { startTestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { createWorld, type World } from '../projections/support/world.js';

/** Not three times a whole number: a worker that has died is looked for three times while a lock lasts. */
const lockMs = 2_000;
const hourMs = 60 * 60 * 1_000;

/** Effects as in the portal, on real servers; what they do is up to each test. */
let stack: TestStack;
let world: World;
let queues: JobQueues;
let redis: Redis;
let store: EffectStore;
let relay: Relay;
let now: number;
let perform: EffectHandler['perform'];
let givenUp: string[];
/** As by a worker, without a queue. */
let performer: ReturnType<typeof createPerformer>;
/** Without it an effect that fails for good is an alert. */
let handlers: Record<EffectKind, EffectHandler>;
const closing: (() => Promise<unknown> | undefined)[] = [];

beforeAll(async () => {
  stack = await startTestStack(['postgres', 'redis', 'eventstoredb']);
}, 120_000);
afterAll(() => stack?.stop());

beforeEach(async () => {
  world = await createWorld(stack);
  const { logger, metrics, reporter } = world;
  const url = stack.env.REDIS_URL ?? '';
  const [producer, consumer] = [createRedis({ url, role: 'producer' }), createRedis({ url, role: 'queue' })];
  for (const redis of [producer, consumer]) redis.on('error', () => undefined);
  redis = producer;
  queues = createJobQueues(producer, { exportAttempts: 3, exportBackoffMs: 30, effectBackoffMs: 1_000 });
  store = createEffectStore(world.db);
  now = Date.now();
  givenUp = [];
  perform = async () => undefined;
  const clock = { now: () => new Date(now) };
  relay = createRelay({ store, queue: queues, clock, logger, metrics, lookEveryMs: 60_000 });
  const handler: EffectHandler = {
    perform: (effect, context) => perform(effect, context),
    giveUp: async (effect, reason) => void givenUp.push(`${effect.key}: ${reason}`),
  };
  handlers = Object.fromEntries(effectKinds.map((kind) => [kind, handler])) as typeof handlers;
  performer = createPerformer({ store, handlers, logger, reporter });
  const workers = (['effects', 'order-processing'] as const).map((queue) =>
    startWorker({ queue, redis: consumer, concurrency: 4, lockMs, perform: performer, logger, metrics }),
  );
  closing.push(
    () => Promise.all(workers.map((worker) => worker.close())),
    () => relay.stop(),
    () => queues.close(),
    async () => {
      for (const redis of [producer, consumer]) redis.disconnect();
    },
    () => world.close(),
  );
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const key = (kind: EffectKind) => `${kind}:${randomUUID()}`;
const request = (kind: EffectKind, name: string, more: Partial<EffectRequest> = {}): EffectRequest => ({
  key: name,
  kind,
  subject: name.slice(kind.length + 1),
  payload: { correlationId: randomUUID() },
  causedBy: randomUUID(),
  ...more,
});
const became = (name: string, status: Effect['status']) =>
  until(`${name} is ${status}`, async () => {
    const effect = await store.get(name);
    return effect?.status === status && effect;
  });

describe('an effect', () => {
  it('is performed once, however often it is asked for and handed over', async () => {
    const done: string[] = [];
    perform = async (effect) => void done.push(effect.key);
    const wanted = key('packed');
    await Promise.all(Array.from({ length: 10 }, () => store.request([request('packed', wanted)])));
    await Promise.all([relay.handMissing(), relay.handMissing(), relay.handMissing()]);
    await became(wanted, 'done');
    await store.request([request('packed', wanted)]);
    expect(await relay.handMissing()).toBe(0);
    expect(done).toEqual([wanted]);
  });

  it('that waits is listed before those whose time has not come', async () => {
    const subject = randomUUID();
    const later = (hours: number) => ({ subject, dueAt: new Date(Date.now() + hours * hourMs).toISOString() });
    const [waits, soon, late] = [key('notify'), key('reservation-expiry'), key('reservation-expiry')];
    await store.request([request('notify', waits, { subject })]);
    await store.request([request('reservation-expiry', late, later(2))]);
    await store.request([request('reservation-expiry', soon, later(1))]);
    const open = await store.list({ status: 'open', subject, limit: 2 });
    expect(open.map((effect) => effect.key)).toEqual([waits, soon]);
  });

  it('is looked for among those that are open, however many are done', async () => {
    const [done, open] = [34_000, 6_000];
    await world.db.raw(
      `insert into portal.effects (key, kind, subject, payload, caused_by, status, due_at)
       select 'reservation-expiry:' || gen_random_uuid(), 'reservation-expiry', n, '{}', gen_random_uuid(),
         case when n > ? then 'open' else 'done' end, now() + case when n > ? then 1 else -1 end * interval '1 hour'
       from generate_series(1, ?::integer) n`,
      [done, done, done + open],
    );
    await world.db.raw('analyze portal.effects');
    const statements: { sql: string; bindings: string[] }[] = [];
    world.db.on('query', (statement) => statements.push(statement));
    expect(await store.due({ now: new Date(), horizonMs: 0, after: null, limit: 500 })).toEqual([]);
    const [{ sql, bindings }] = statements as [(typeof statements)[0]];
    const { rows } = await world.db.raw(`explain (analyze, format json) ${sql.replace(/\$\d+/g, '?')}`, bindings);
    const seen = JSON.stringify(rows).matchAll(/"Rows Removed by Filter":\s*(\d+)/g);
    expect([...seen].map(([, count]) => Number(count)).filter((count) => count > 1)).toEqual([open]);
  });

  it('runs again after a failure, until it succeeds', async () => {
    let runs = 0;
    perform = async () => {
      runs += 1;
      if (runs < 3) throw new Error('not yet');
    };
    const wanted = key('export');
    await store.request([request('export', wanted)]);
    await relay.handMissing();
    expect(await became(wanted, 'done')).toMatchObject({ attempts: 2, lastError: null });
    expect(givenUp).toEqual([]);
  });

  it('that is due later, and fails then, has waited for neither: only for a worker', async () => {
    const runs: number[] = [];
    perform = async () => {
      runs.push(Date.now());
      if (runs.length === 1) throw new Error('not yet');
    };
    const waits: number[] = [];
    vi.spyOn(world.metrics, 'observe').mockImplementation((name, seconds) => {
      if (name === 'portal_job_wait_seconds') waits.push(seconds);
    });
    const wanted = key('export');
    const due = now + 3_000;
    await store.request([request('export', wanted, { dueAt: new Date(due).toISOString() })]);
    await relay.handMissing();
    await became(wanted, 'done');
    expect(runs).toEqual([expect.any(Number), expect.any(Number)]);
    expect(runs[0], 'not before its time').toBeGreaterThan(due - 100);
    expect(waits).toEqual([expect.any(Number)]);
    expect(waits[0]).toBeLessThan(2);
  });

  it('is given up after its last attempt: recorded, kept as a failed job, and not taken up by itself', async () => {
    perform = async () => {
      throw new Error('the warehouse burnt down');
    };
    const wanted = key('export');
    await store.request([request('export', wanted)]);
    await relay.handMissing();
    expect(await became(wanted, 'failed')).toMatchObject({ attempts: 3, lastError: 'the warehouse burnt down' });
    expect(givenUp).toEqual([`${wanted}: the warehouse burnt down`]);
    const queue = queues.queues.find(({ name }) => name === 'order-processing')!;
    const failed = await until('the job is kept as failed', async () =>
      (await queue.getFailed()).find((job) => job.data.key === wanted),
    );
    expect(failed.attemptsMade).toBe(3);
    const counted = (name: string) => world.counts.get(`${name} {"queue":"order-processing"}`);
    const ends = () => [counted('portal_job_retries_total'), counted('portal_jobs_failed_total')];
    await expect.poll(ends).toEqual([2, 1]);
    expect(await relay.handMissing()).toBe(0);

    perform = async () => undefined;
    expect(await store.retry(wanted)).toBe(true);
    expect(await relay.handMissing()).toBe(1);
    await became(wanted, 'done');
  });

  it('is taken over from a worker that has died', async () => {
    const wanted = key('notify');
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let runs = 0;
    perform = async () => {
      runs += 1;
      if (runs > 1) return;
      // A lock that is gone cannot be renewed: to the others this worker is dead.
      await redis.del(`bull:effects:${jobIdOf({ key: wanted, generation: 0 })}:lock`);
      await woken;
    };
    await store.request([request('notify', wanted)]);
    await relay.handMissing();
    await became(wanted, 'done');
    expect(runs).toBe(2);
    wake();
  });

  it('that is impossible is given up at once', async () => {
    perform = async () => {
      throw new EffectImpossible('refused, connection terminated');
    };
    const wanted = key('export');
    await store.request([request('export', wanted)]);
    await relay.handMissing();
    expect(await became(wanted, 'failed')).toMatchObject({ attempts: 1 });
    expect(givenUp).toHaveLength(1);
    await expect.poll(() => world.counts.get('portal_jobs_failed_total {"queue":"order-processing"}')).toBe(1);
  });

  it('that is postponed comes back, and no attempt is counted, more often than it has attempts', async () => {
    let runs = 0;
    perform = async () => {
      runs += 1;
      if (runs <= 5) throw new EffectPostponed(20, 'an earlier request may still be on its way');
    };
    const wanted = key('export');
    await store.request([request('export', wanted)]);
    await relay.handMissing();
    expect(await became(wanted, 'done')).toMatchObject({ attempts: 0 });
    expect(runs).toBe(6);
  });

  it('that is postponed tells what it waits for, and is as old as before, until it is done', async () => {
    perform = async () => {
      throw new EffectPostponed(60_000, 'an earlier request may still be on its way');
    };
    const [wanted, other] = [key('export'), key('export')];
    await store.request([request('export', wanted), request('export', other)]);
    const before = await store.get(wanted);
    const run = { id: 'one', data: { key: wanted }, attempt: 1, lastAttempt: false };
    await expect(performer(run)).rejects.toBeInstanceOf(EffectPostponed);
    const lastError = 'an earlier request may still be on its way';
    expect(await store.get(wanted)).toEqual({ ...before, lastError });
    expect(await store.get(other)).toMatchObject({ lastError: null });
    perform = async () => undefined;
    await performer(run);
    // As by a worker that has lost its job to another one.
    await store.postponed({ key: wanted, generation: 0 }, 'what is over');
    await store.postponed({ key: other, generation: 1 }, 'what was not opened');
    expect(await store.get(wanted)).toMatchObject({ status: 'done', lastError: null });
    expect(await store.get(other)).toMatchObject({ lastError: null });
  });

  it.each([
    ['after a failure', () => new Error('not yet'), 1],
    ['until another time', () => new EffectPostponed(1_000, 'not yet'), 0],
  ])(
    'that pauses %s goes on after its pause when the clock that has set it is put back',
    async (_why, reason, attempts) => {
      const clock = clockAheadBy(hourMs);
      closing.push(async () => clock.restore());
      // Before its pause is over, the clock is put back while it waits.
      clock.stop();
      now = Date.now();
      let runs = 0;
      perform = async () => {
        runs += 1;
        if (runs === 1) throw reason();
      };
      const wanted = key('packed');
      await store.request([request('packed', wanted)]);
      expect(await relay.handMissing()).toBe(1);
      const queue = queues.queues.find(({ name }) => name === 'effects')!;
      const pausing = async () => (await queue.getDelayed()).some(({ data }) => data.key === wanted);
      await until('it pauses', pausing);
      clock.putAheadBy(0);
      now = Date.now();
      await relay.handMissing();
      expect(await became(wanted, 'done')).toMatchObject({ attempts });
      expect(runs).toBe(2);
    },
  );

  it.each([
    ['the event store', () => new EventStoreUnavailable('14 UNAVAILABLE')],
    ['PostgreSQL', () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
    [
      'a free connection',
      () => Object.assign(new Error('Timeout acquiring a connection'), { name: 'KnexTimeoutError' }),
    ],
  ])('that lacks %s even at its last attempt waits, and is not given up', async (_what, failure) => {
    perform = async () => {
      throw failure();
    };
    const wanted = key('export');
    await store.request([request('export', wanted)]);
    const last = { id: 'last', data: { key: wanted }, attempt: 3, lastAttempt: true };
    await expect(performer(last)).rejects.toBeInstanceOf(EffectPostponed);
    // Nor where that cannot be written down, as without PostgreSQL.
    const postponed = () => Promise.reject(failure());
    const cutOff = createPerformer({ ...world, store: { ...store, postponed }, handlers });
    await expect(cutOff(last)).rejects.toBeInstanceOf(EffectPostponed);
    expect(await store.get(wanted)).toMatchObject({ status: 'open', attempts: 0, lastError: failure().message });
    expect(givenUp).toEqual([]);
  });

  it('that an outside party cannot be reached for uses up its attempts', async () => {
    perform = async () => {
      throw new PaymentsError('connection refused', false, 'ECONNREFUSED');
    };
    const wanted = key('refund');
    await store.request([request('refund', wanted)]);
    const run = performer({ id: 'last', data: { key: wanted }, attempt: 12, lastAttempt: true });
    await expect(run).rejects.toBeInstanceOf(PaymentsError);
    expect((await store.get(wanted))?.status).toBe('failed');
    expect(givenUp).toEqual([`${wanted}: connection refused`]);
  });

  it('that nobody records the end of owes the operators an alert when it has failed for good', async () => {
    handlers.release = { perform: () => Promise.reject(new EffectImpossible('there is no such reservation')) };
    const wanted = request('release', key('release'));
    await store.request([wanted]);
    const run = performer({ id: 'only', data: { key: wanted.key }, attempt: 1, lastAttempt: false });
    await expect(run).rejects.toBeInstanceOf(EffectImpossible);
    expect(await store.get(`alert:${wanted.key}:g0`)).toMatchObject({
      kind: 'alert',
      subject: wanted.subject,
      status: 'open',
      payload: {
        correlationId: wanted.payload.correlationId,
        alertKind: 'effect-failed',
        alertSubject: `effect ${wanted.key} failed`,
        facts: { reason: 'there is no such reservation' },
      },
    });
    handlers.alert = { perform: () => Promise.reject(new EffectImpossible('there is no mail server')) };
    const told = performer({ id: 'told', data: { key: `alert:${wanted.key}:g0` }, attempt: 1, lastAttempt: false });
    await expect(told).rejects.toBeInstanceOf(EffectImpossible);
    expect(await store.list({ kind: 'alert', limit: 2 }), 'no alert of an alert').toHaveLength(1);
    const facts = { reason: 'of somebody else' };
    const others = request('alert', key('alert'), { payload: { correlationId: 'c', facts } });
    const untried = request('notify', key('notify'), { subject: wanted.subject });
    await store.request([others, untried]);
    await store.eraseErrors(wanted.subject);
    const erased = [await store.get(wanted.key), await store.get(`alert:${wanted.key}:g0`)];
    expect(JSON.stringify(erased)).not.toContain('no such reservation');
    expect(await store.get(others.key)).toMatchObject({ payload: { facts } });
    expect(await store.get(untried.key)).toMatchObject({ lastError: null });
  });

  it('that is closed, or read from an older event store, is not performed, whatever job there is for it', async () => {
    const done: string[] = [];
    perform = async (effect) => void done.push(effect.key);
    const [failed, discarded, held] = [key('packed'), key('notify'), key('export')];
    await store.request([request('packed', failed), request('notify', discarded), request('export', held)]);
    await store.failed({ key: failed, generation: 0 }, 'for good');
    await store.discard(discarded);
    const rewound = { name: 'effects', generation: 1, version: 1, rewound_since: new Date() };
    await world.db('portal.projection_checkpoints').insert(rewound);
    expect(await relay.handMissing()).toBe(0);
    const runJob = (name: string) => performer({ id: name, data: { key: name }, attempt: 1, lastAttempt: false });
    await runJob(held);
    await world.db('portal.projection_checkpoints').update({ rewound_since: null });
    for (const name of [failed, discarded]) await runJob(name);
    expect(done).toEqual([]);
    expect(await relay.handMissing()).toBe(1);
    await became(held, 'done');
    expect([(await store.get(failed))?.status, (await store.get(discarded))?.status]).toEqual(['failed', 'discarded']);
  });

  it('that is due later waits in PostgreSQL until its time comes near', async () => {
    const done: string[] = [];
    perform = async (effect) => void done.push(effect.key);
    const wanted = key('reservation-expiry');
    const dueAt = new Date(now + 3_600_000).toISOString();
    await store.request([request('reservation-expiry', wanted, { dueAt })]);
    expect(await relay.handMissing()).toBe(0);
    expect(await world.redis.keys(`*${wanted.replaceAll(':', '.')}*`)).toEqual([]);
    now += 3_600_000;
    expect(await relay.handMissing()).toBe(1);
    await became(wanted, 'done');
    expect(done).toEqual([wanted]);
  });

  it('opens again when an operator asks for it, at once and with all its attempts', async () => {
    const dueAt = new Date(now + hourMs).toISOString();
    const [failed, discarded, old] = [key('packed'), key('reservation-expiry'), key('packed')];
    await store.request([request('packed', failed), request('packed', old)]);
    await store.request([request('reservation-expiry', discarded, { dueAt })]);
    await store.attemptFailed({ key: failed, generation: 0 }, 'for good');
    await store.failed({ key: failed, generation: 0 }, 'for good');
    expect(await store.discard(failed)).toBe(true);
    expect(await store.retry(failed)).toBe(true);
    await store.failed({ key: failed, generation: 1 }, 'for good');
    await store.discard(discarded);
    await world.db('portal.effects').update({ updated_at: new Date(now - hourMs) });
    for (const name of [failed, discarded]) expect(await store.retry(name)).toBe(true);
    expect(await store.retry(old)).toBe(false);
    // What a nudge of the relay looks for.
    const lately = { now: new Date(now), horizonMs: 0, after: null, limit: 10, changedWithinMs: hourMs / 2 };
    expect(await store.due(lately)).toMatchObject([
      { key: failed, attempts: 0, generation: 2 },
      { key: discarded, attempts: 0, generation: 1 },
    ]);
  });

  it('opens again when another event asks for it, and not when the same event is read twice', async () => {
    let runs = 0;
    perform = async () => {
      runs += 1;
    };
    const wanted = key('release');
    const first = request('release', wanted, { reopen: true });
    await store.request([first]);
    await relay.handMissing();
    await became(wanted, 'done');
    await store.request([first]);
    expect((await store.get(wanted))?.status).toBe('done');
    const past = { attempts: 2, last_error: 'not yet', updated_at: new Date(now - hourMs) };
    await world.db('portal.effects').where({ key: wanted }).update(past);
    const dueAt = new Date(now - 1_000).toISOString();
    const second = request('release', wanted, { reopen: true, dueAt });
    await store.request([second]);
    const opened = { status: 'open', generation: 1, attempts: 0, lastError: null };
    const { payload, causedBy } = second;
    const lately = { now: new Date(now), horizonMs: 0, after: null, limit: 1, changedWithinMs: hourMs / 2 };
    expect(await store.due(lately)).toMatchObject([{ ...opened, payload, causedBy, dueAt }]);
    expect(await relay.handMissing()).toBe(1);
    await became(wanted, 'done');
    await store.request([second]);
    expect((await store.get(wanted))?.status).toBe('done');
    expect(runs).toBe(2);
  });

  it.each([
    ['performed', async () => undefined],
    [
      'given up',
      async () => {
        throw new EffectImpossible('never');
      },
    ],
  ])('opened again while it is being %s is not closed with that, but runs once more', async (_how, end) => {
    const wanted = key('release');
    let runs = 0;
    perform = async () => {
      runs += 1;
      if (runs > 1) return;
      await store.request([request('release', wanted, { reopen: true })]);
      await end();
    };
    await store.request([request('release', wanted, { reopen: true })]);
    await relay.handMissing();
    await until('it has run', () => runs === 1);
    await until('its job has ended', async () => {
      const id = jobIdOf({ key: wanted, generation: 0 });
      return (await queues.states('effects', [id])).get(id) === 'ended';
    });
    expect(await store.get(wanted)).toMatchObject({ status: 'open', generation: 1, attempts: 0 });
    expect(await relay.handMissing()).toBe(1);
    await became(wanted, 'done');
    expect(runs).toBe(2);
  });
});

describe('a schedule', () => {
  it('goes on when the clock that has planned its next run is put back', async () => {
    const everyMs = 60_000;
    const clock = clockAheadBy(hourMs);
    closing.push(async () => clock.restore());
    await queues.schedule('status-polling', everyMs);
    expect(await queues.isScheduled('status-polling', everyMs)).toBe(true);
    await queues.schedule('status-polling', everyMs);
    clock.putAheadBy(0);
    expect(await queues.isScheduled('status-polling', everyMs)).toBe(false);
    await queues.schedule('status-polling', everyMs);
    expect(await queues.isScheduled('status-polling', everyMs)).toBe(true);
    const queue = queues.queues.find(({ name }) => name === 'status-polling')!;
    const [scheduler] = await queue.getJobSchedulers();
    expect(scheduler?.next).toBeLessThanOrEqual(Date.now() + everyMs);
  });

  it('goes on when Redis has lost its next run and nothing else', async () => {
    const everyMs = 60_000;
    await queues.schedule('status-polling', everyMs);
    const queue = queues.queues.find(({ name }) => name === 'status-polling')!;
    await redis.del(queue.toKey('wait'), queue.toKey('delayed'));
    expect(await queues.isScheduled('status-polling', everyMs)).toBe(false);
    await queues.schedule('status-polling', everyMs);
    expect(await queues.isScheduled('status-polling', everyMs)).toBe(true);
  });
});

describe('the relay', () => {
  it('tells for how long nothing has been done about what is due', async () => {
    const [waits, asked, given] = [key('export'), key('release'), key('packed')];
    const due = (hours: number) => ({ dueAt: new Date(now + hours * hourMs).toISOString() });
    await store.request([
      request('export', waits),
      request('notify', key('notify'), due(-2)),
      request('reservation-expiry', key('reservation-expiry'), due(1)),
      request('release', asked, { reopen: true }),
      request('packed', given),
    ]);
    await store.failed({ key: given, generation: 0 }, 'for good');
    await world.db('portal.effects').update({ created_at: new Date(now - hourMs) });
    await store.request([request('release', asked, { reopen: true })]);
    const open = [...(await store.openByKind())];
    const hours = open.map(([kind, { oldestSeconds }]) => [kind, Math.round((oldestSeconds * 1_000) / hourMs)]);
    expect(Object.fromEntries(hours)).toEqual({ export: 1, notify: 2, release: 0, 'reservation-expiry': 0 });
    expect(await store.unsettled(hourMs / 2)).toEqual({
      overdue: ['export', 'notify'].map((kind) => ({ kind, count: 1 })),
      failed: [{ kind: 'packed', count: 1 }],
    });
  });

  it('tells what is open also while Redis is away, which is when it grows', async () => {
    await store.request([request('packed', key('packed'))]);
    redis.disconnect();
    const told = vi.spyOn(world.metrics, 'set');
    await expect(relay.handMissing()).rejects.toThrow();
    expect(told).toHaveBeenCalledWith('portal_effects_open', 1, { kind: 'packed' });
  });

  it('makes jobs again for what no job carries, and only for that', async () => {
    let open = false;
    perform = async () => {
      if (!open) throw new EffectPostponed(50, 'closed');
    };
    const wanted = [key('packed'), key('export'), key('notify')];
    await store.request([request('packed', wanted[0]!), request('export', wanted[1]!), request('notify', wanted[2]!)]);
    expect(await relay.handMissing()).toBe(3);
    expect(await relay.handMissing()).toBe(0);
    await world.redis.flushall();
    // Not open yet: an attempt that was under way when its job went must not close its effect before the look.
    expect(await relay.handMissing()).toBe(3);
    open = true;
    for (const name of wanted) await became(name, 'done');
  });

  it('makes a job again that Redis still has, and has in no list any more', async () => {
    const dueAt = new Date(Date.now() + 30_000).toISOString();
    await store.request([request('packed', key('packed'), { dueAt })]);
    expect(await relay.handMissing()).toBe(1);
    await redis.del('bull:effects:delayed');
    expect(await relay.handMissing()).toBe(1);
    expect(await relay.handMissing()).toBe(0);
  });

  it('hands over more than it reads at once', async () => {
    const dueAt = new Date(now + 30_000).toISOString();
    const names = Array.from({ length: 501 }, () => key('reservation-expiry'));
    await store.request(names.map((name) => request('reservation-expiry', name, { dueAt })));
    expect(await relay.handMissing()).toBe(names.length);
    expect(await relay.handMissing()).toBe(0);
  });

  it('does not say that the queue is away when it is a job that has gone', async () => {
    const told = vi.spyOn(world.logger, 'warn');
    const messages = () => told.mock.calls.map(([, message]) => message);
    perform = async () => void (await world.redis.flushall());
    await store.request([request('packed', key('packed'))]);
    await relay.handMissing();
    await until('the worker finds its job gone', () => messages().some((message) => message?.startsWith('a job went')));
    expect(messages()).not.toContain('the job queue is not reachable');
    told.mockRestore();
  });

  it('says once that the queue is away, however often it is nudged meanwhile', async () => {
    const told = vi.spyOn(world.logger, 'warn');
    const looks = vi.spyOn(store, 'due');
    redis.disconnect();
    relay.start();
    await store.request([request('packed', key('packed'))]);
    for (let nudges = 1; nudges <= 3; nudges += 1) {
      relay.nudge();
      await until('it has looked', () => looks.mock.calls.length >= nudges);
    }
    await relay.stop();
    const messages = told.mock.calls.map(([, message]) => message);
    expect(messages.filter((message) => message?.includes('handed to the queue'))).toHaveLength(1);
    told.mockRestore();
  });

  it('takes up an open effect whose job has ended without closing it', async () => {
    const wanted = key('packed');
    await store.request([request('packed', wanted)]);
    await relay.handMissing();
    await became(wanted, 'done');
    // As a process leaves it that dies between the last line of a job and the row.
    await world.db('portal.effects').where({ key: wanted }).update({ status: 'open' });
    await until('the job has ended', async () => (await relay.handMissing()) === 1);
    expect(await became(wanted, 'done')).toMatchObject({ generation: 1 });
    await store.request([request('packed', wanted, { reopen: true })]);
    expect(await store.nextGeneration({ key: wanted, generation: 1 }), 'somebody else was first').toBeNull();
  });

  it('hands over what was requested a moment ago when it is nudged', async () => {
    relay.start();
    await relay.stop();
    relay.start();
    const wanted = key('packed');
    await store.request([request('packed', wanted)]);
    relay.nudge();
    await became(wanted, 'done');
  });
});
