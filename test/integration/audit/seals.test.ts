import { jsonEvent } from '@eventstore/db-client';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { createOwnerLock } from '../../../src/adapters/postgres/owner-lock.js';
import { segmentLimits } from '../../../src/audit/register.js';
import { sealNow, startSealSchedule } from '../../../src/audit/seal-schedule.js';
import { SealBroken, type SealDeps, sealLog } from '../../../src/audit/sealer.js';
import { sealIn, sealType, signedPart } from '../../../src/audit/seals.js';
import { sealStream } from '../../../src/commands/aggregates.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import { type EventStore, formatPosition } from '../../../src/commands/event-store.js';
import type { LogSealed } from '../../../src/domain/seal/events.js';
import { collect } from '../../support/collect.js';
import { testDatabase } from '../../support/database.js';
import { connect, hostEventStore } from '../../support/eventstoredb.js';
import { newEvents } from '../../support/new-events.js';
import { newSigningKey, sealerContext, sealerOf } from '../../support/seals.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { loggerTo, noMetrics } from '../../support/telemetry.js';
import { until } from '../../support/until.js';

const logged: string[] = [];
const logger = loggerTo(({ message = '' }) => void logged.push(message));

describe('sealing the log', () => {
  let stack: TestStack;
  let eventStore: EventStore;
  let db: Knex;
  const ownerLock = () => createOwnerLock({ url: stack.env.DATABASE_URL ?? '', applicationName: 'test' });

  beforeAll(async () => {
    stack = await startTestStack(['postgres', 'eventstoredb'], { programs: ['eventstoredb'] });
    eventStore = createEventStore(stack.env.EVENTSTORE_URL ?? '');
    db = testDatabase(stack);
    await migrate(db);
  });
  afterAll(async () => {
    await db?.destroy();
    await eventStore?.close();
    await stack?.stop();
  });

  const tails = new Map<string, { revision: bigint; hash: string }>();
  async function record(stream: string, count: number, store = eventStore): Promise<void> {
    const tail = tails.get(stream);
    const events = envelope(
      Array.from({ length: count }, (_, n) => ({ type: 'OrderExpired', data: { n } })),
      {
        commandId: sealerContext().correlationId,
        context: sealerContext(),
        recordedAt: '2026-03-01T09:00:00.000Z',
        prevHash: tail?.hash ?? null,
      },
    );
    const { revision } = await store.append(stream, events, tail?.revision ?? 'no_stream');
    tails.set(stream, { revision, hash: events.at(-1)!.metadata.hash });
  }

  async function seals(store = eventStore): Promise<LogSealed[]> {
    return (await collect(store.readStream(sealStream))).map((event) => sealIn(event)!);
  }

  /** Every event is under one seal, and each seal goes on from the one before. */
  function expectUnbroken(found: readonly LogSealed[], events: number): void {
    expect(found.map(({ number }) => number)).toEqual(found.map((_, index) => index + 1));
    expect(found.reduce((sum, seal) => sum + seal.events, 0)).toBe(events);
    let before: LogSealed | null = null;
    for (const seal of found) {
      expect(seal.previousDigest).toBe(before?.digest ?? null);
      expect(seal.eventsBefore).toBe(before ? before.eventsBefore + before.events : 0);
      before = seal;
    }
  }

  const key = newSigningKey();
  const deps = (store = eventStore): SealDeps => sealerOf(store, key);
  const scheduled = (
    sealer: ReturnType<typeof sealerOf>,
    intervalSeconds: number,
    onBroken: (error: SealBroken) => void = () => undefined,
  ) =>
    startSealSchedule({
      ...sealer,
      db,
      ownerLock: ownerLock(),
      logger,
      metrics: noMetrics,
      onBroken,
      context: sealerContext,
      intervalSeconds,
    });

  it('covers what was recorded since the last seal, and nothing twice', async () => {
    await record('order-a', 3);
    await record('inventory-s', 2);
    expect(await sealLog(deps(), sealerContext())).toMatchObject({ seals: 1, events: 5 });
    expect(await sealLog(deps(), sealerContext())).toMatchObject({ seals: 0, events: 0 });
    await record('order-a', 1);
    expect(await sealLog(deps(), sealerContext())).toMatchObject({ seals: 1, events: 1, last: { number: 2 } });
    const [first, second] = await seals();
    expect(first).toMatchObject({
      streams: [
        { stream: 'order-a', from: 0 },
        { stream: 'inventory-s', from: 0 },
      ],
      order: [0, 0, 0, 1, 1],
    });
    expect(second).toMatchObject({ streams: [{ stream: 'order-a', from: 3 }], order: [0] });
    expect(deps().verifier.verify(signedPart(second!), second!.signature)).toBe('valid');
  });

  it('keeps each seal small however much was recorded', async () => {
    // An append takes a mebibyte at most.
    for (let part = 0; part < 8; part += 1) await record('order-long', segmentLimits.events / 8);
    await record('order-longer', 10);
    expect(await sealLog(deps(), sealerContext())).toMatchObject({ seals: 2, events: segmentLimits.events + 10 });
  });

  it('makes one chain of seals when two seal at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      await record('order-b', 5);
      const runs = await Promise.all([1, 2, 3].map(() => sealLog(deps(), sealerContext())));
      expect(runs.reduce((sum, run) => sum + run.events, 0)).toBe(5);
    }
    expectUnbroken(await seals(), 6 + segmentLimits.events + 10 + 20);
  });

  it('seals the same events again after a crash before the append, and no event twice after one behind it', async () => {
    await record('order-c', 4);
    const before = (await seals()).length;
    const lost = async () => {
      throw new Error('killed');
    };
    await expect(sealLog(deps({ ...eventStore, append: lost }), sealerContext())).rejects.toThrow('killed');
    expect(await seals()).toHaveLength(before);
    const tooLate: EventStore['append'] = async (...args) => {
      await eventStore.append(...args);
      throw new Error('killed');
    };
    await expect(sealLog(deps({ ...eventStore, append: tooLate }), sealerContext())).rejects.toThrow('killed');
    expect(await sealLog(deps(), sealerContext())).toMatchObject({ seals: 0 });
    expectUnbroken(await seals(), 6 + segmentLimits.events + 10 + 20 + 4);
  });

  it('goes on under a new key', async () => {
    await record('order-d', 1);
    expect(await sealLog(sealerOf(eventStore), sealerContext())).toMatchObject({ seals: 1 });
  });

  it('seals by the clock, once for all processes, and catches up after the event store was away', async () => {
    const sealer = sealerOf(eventStore);
    const schedule = () => scheduled(sealer, 1);
    const schedules = [schedule(), schedule()];
    try {
      await stack.kill('eventstoredb');
      await until('the sealer has noticed', () => logged.includes('the log could not be sealed; it is tried again'));
      await stack.start('eventstoredb');
      await until(
        'the event store is back',
        () =>
          record('order-e', 7).then(
            () => true,
            () => false,
          ),
        30_000,
      );
      const head = async () => {
        for await (const event of eventStore.readStream('order-e', { fromRevision: 6n }))
          return formatPosition(event.position);
        return null;
      };
      const due = await head();
      await until('it is sealed', async () => (await seals()).at(-1)?.upTo === due, 30_000);
    } finally {
      await Promise.all(schedules.map((each) => each.stop()));
    }
    expectUnbroken(await seals(), 6 + segmentLimits.events + 10 + 20 + 4 + 1 + 7);
  });

  it('does not wait for the time of a seal that was made by a clock that was ahead', async () => {
    const hours = 3 * 60 * 60 * 1000;
    const ahead = { ...deps(), clock: { now: () => new Date(Date.now() + hours) } };
    await record('order-clock', 1);
    await sealLog(ahead, sealerContext());
    await record('order-clock', 1);
    const before = (await seals()).length;
    const schedule = scheduled(deps(), 3_600);
    try {
      await until('it is sealed', async () => (await seals()).length > before);
    } finally {
      await schedule.stop();
    }
  });

  it('tells operators when a seal that it made is gone, and goes on sealing', async () => {
    const told: SealBroken[] = [];
    await db.raw(`insert into portal.seal_witness values (true, 1, 'of another seal', now())
      on conflict (only_one) do update set number = excluded.number, digest = excluded.digest`);
    const before = (await seals()).length;
    await record('order-f', 3);
    const schedule = scheduled(sealerOf(eventStore), 1, (error) => void told.push(error));
    try {
      await until('operators are told', () => told.length > 0);
    } finally {
      await schedule.stop();
    }
    expect(told[0]?.message).toBe('seal 1 was made and is gone from the event store; what came after it is sealed');
    expect((await seals()).length).toBe(before + 1);
  });

  it('goes on behind what somebody else has written among the seals, and tells operators once', async () => {
    const other = await hostEventStore();
    const store = createEventStore(other.url);
    const client = connect(other.url);
    const told: string[] = [];
    await db.raw('delete from portal.seal_witness');
    const sealer = sealerOf(store, key);
    const ofOrder = (revision: bigint | 'no_stream') => store.append('order-stray', newEvents(1), revision);
    try {
      await ofOrder('no_stream');
      await sealLog(sealer, sealerContext());
      for (const type of ['Stray', sealType]) await client.appendToStream(sealStream, jsonEvent({ type, data: {} }));
      await ofOrder(0n);
      const schedule = scheduled(sealer, 1, ({ message }) => void told.push(message));
      await until('operators are told', () => told.length > 0).finally(() => schedule.stop());
      expect(told).toEqual(['seal-all #2 is no seal and not the portal’s; what came after it is sealed']);
      await ofOrder(1n);
      const next = await sealNow({ ...sealer, db, ownerLock: ownerLock() }, sealerContext());
      expect(next).toMatchObject({ seals: 1, events: 1, last: { number: 3, eventsBefore: 2 }, stray: null });
    } finally {
      await client.dispose();
      await store.close();
      await other.stop();
    }
  });

  it('builds nothing on a forged seal', async () => {
    const other = await hostEventStore();
    const store = createEventStore(other.url);
    try {
      const [seal] = await seals();
      const forged = { ...seal!, digest: '0'.repeat(64) };
      const [event] = envelope([{ type: 'LogSealed', data: forged }], {
        commandId: sealerContext().correlationId,
        context: sealerContext(),
        recordedAt: '2026-03-01T09:00:00.000Z',
        prevHash: null,
      });
      await store.append(sealStream, [event!], 'no_stream');
      await expect(sealLog(deps(store), sealerContext())).rejects.toThrow(SealBroken);
    } finally {
      await store.close();
      await other.stop();
    }
  });
});
