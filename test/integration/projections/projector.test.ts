import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  comparePositions,
  type EventStore,
  type RecordedEvent,
  type SubscriptionMessage,
} from '../../../src/commands/event-store.js';
import { openedEvents } from '../../../src/commands/privacy/opened-events.js';
import { catchUp } from '../../../src/projections/generations/catch-up.js';
import { NoSuchGeneration } from '../../../src/projections/generations/deps.js';
import { rebuildProjections } from '../../../src/projections/generations/rebuild.js';
import { switchTo } from '../../../src/projections/generations/switch.js';
import { applyBatch } from '../../../src/projections/runtime/apply-batch.js';
import { OwnershipLost } from '../../../src/projections/runtime/checkpoints.js';
import { notYetFull } from '../../../src/projections/runtime/first-fill.js';
import { lastEvents } from '../../../src/projections/runtime/last-event.js';
import { readLiveGeneration } from '../../../src/projections/runtime/live-generation.js';
import { parkWaiting } from '../../../src/projections/runtime/park-waiting.js';
import type { Projection } from '../../../src/projections/runtime/projection.js';
import { type Projector, startProjector } from '../../../src/projections/runtime/projector.js';
import type { ProjectorOptions } from '../../../src/projections/runtime/projector-options.js';
import { readAgain } from '../../../src/projections/runtime/read-again.js';
import { noteRewound } from '../../../src/projections/runtime/rewound.js';
import { loadSubject } from '../../../src/projections/runtime/subject.js';
import { createGeneration } from '../../../src/projections/runtime/tables.js';
import { retryParkedStream } from '../../../src/projections/runtime/take-up.js';
import { timePasses } from '../../support/clock.js';
import { collect } from '../../support/collect.js';
import { history, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { loggerTo } from '../../support/telemetry.js';
import { until } from '../../support/until.js';
import { createWorld, startServers, type World } from './support/world.js';

/** Counts events per stream; refuses those of a stream it is told to refuse. */
function counting(name: string, refuse: Set<string> = new Set()): Projection {
  return {
    name,
    version: 1,
    prefixes: ['order-'],
    rebuildable: true,
    tables: [
      {
        name,
        key: ['stream'],
        async create(tx, table) {
          await tx.raw(`create table ${table} (stream text primary key, events bigint)`);
        },
      },
    ],
    async apply(events, tx, tableName) {
      if (events.some(({ stream }) => refuse.has(stream))) throw new Error('cannot fold this');
      await tx.raw(
        `insert into ${tableName(name)} as t select stream, count(*) from unnest(?::text[]) as stream group by stream
         on conflict (stream) do update set events = t.events + excluded.events`,
        [events.map(({ stream }) => stream)],
      );
    },
  };
}

const scheduled = { type: 'DeliveryScheduled', data: { reference: 'r', scheduledAt: 'x' } } as const;

/** Refuses the deliveries of these streams alone. */
function refusing(name: string, refuse: ReadonlySet<string>): Projection {
  const projection = counting(name);
  return {
    ...projection,
    async apply(events, ...where) {
      const bad = events.find(({ stream, type }) => type === scheduled.type && refuse.has(stream));
      if (bad) throw new Error('cannot fold this');
      await projection.apply(events, ...where);
    },
  };
}

/** Brings all that is recorded together, in one batch: how fast a subscription catches up depends on the machine. */
function atOnce(eventStore: EventStore): EventStore {
  return {
    ...eventStore,
    async *subscribeToAll(options) {
      const missed: SubscriptionMessage[] = [];
      let caughtUp = false;
      for await (const message of eventStore.subscribeToAll(options)) {
        missed.push(message);
        caughtUp ||= message.kind === 'caught-up';
        if (caughtUp) yield* missed.splice(0);
      }
    },
  };
}

/** Keeps back the first of these messages, and all after it, until it is released. */
function withheld(eventStore: EventStore, isHeld: (message: SubscriptionMessage) => boolean) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held: EventStore = {
    ...eventStore,
    async *subscribeToAll(options) {
      for await (const message of eventStore.subscribeToAll(options)) {
        if (isHeld(message)) await released;
        yield message;
      }
    },
  };
  return { eventStore: held, release };
}

/** Long enough for a batch whose events have all arrived, on any machine. */
const oneBatch = { lingerMs: 500 };

/** The second subscription brings one event so long before the others that an ordinary batch would be cut behind it. */
function slowOnce(eventStore: EventStore) {
  let lives = 0;
  const slow: EventStore = {
    ...eventStore,
    async *subscribeToAll(options) {
      let isSlow = ++lives === 2;
      for await (const message of eventStore.subscribeToAll(options)) {
        yield message;
        if (isSlow) await sleep(1.2 * oneBatch.lingerMs);
        isSlow = false;
      }
    },
  };
  return { eventStore: slow, lives: () => lives };
}

describe('the projector', () => {
  let stack: TestStack;
  let world: World;
  const running: Projector[] = [];

  beforeAll(async () => {
    stack = await startServers({ programs: ['postgres', 'eventstoredb'] });
  });
  afterAll(async () => {
    await stack?.stop();
  });
  beforeEach(async () => {
    world = await createWorld(stack);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((projector) => projector.stop()));
    await world.close();
  });

  function start(projections: Projection[], options: Partial<ProjectorOptions> = {}): Projector {
    const projector = startProjector({ ...world, name: 'test', projections, ...options });
    running.push(projector);
    return projector;
  }

  async function count(db: Knex, name: string, stream: string): Promise<number> {
    const { rows } = await db
      .raw(`select events from "read"."${name}" where stream = ?`, [stream])
      .catch(() => ({ rows: [] }));
    return Number(rows[0]?.events ?? 0);
  }

  it('parks the stream of a poison event for that projection only, and takes it up again', async () => {
    const refuse = new Set([`order-bad-${world.databaseUrl.slice(-8)}`]);
    const [bad] = [...refuse] as [string];
    const good = bad.replace('bad', 'good');
    const parked: string[] = [];
    start([counting('picky', refuse), counting('tolerant')], { onParked: ({ stream }) => parked.push(stream) });
    await world.append(good, ...history(...toPaid));
    await world.append(bad, ...history(...toPaid));
    await world.append(good, scheduled);
    const length = history(...toPaid).length;

    await until('the others go on', async () => (await count(world.db, 'picky', good)) === length + 1);
    expect(await count(world.db, 'picky', bad)).toBe(0);
    await until('the other projection has it all', async () => (await count(world.db, 'tolerant', bad)) === length);
    expect(parked).toEqual([bad]);
    expect(world.captured).toHaveLength(1);
    const firstParked = [{ projection: 'picky', stream: bad, firstRevision: 0 }];
    expect(await world.projections.parked()).toMatchObject(firstParked);
    await world.append(bad, scheduled);
    await until('it has come by', async () => (await count(world.db, 'tolerant', bad)) === length + 1);
    expect(await world.projections.parked(), 'what comes later waits').toMatchObject(firstParked);

    refuse.clear();
    expect(await retryParkedStream(world, counting('picky'), bad)).toEqual({ outcome: 'applied', events: length + 1 });
    await world.append(bad, scheduled);
    await until('later events follow', async () => (await count(world.db, 'picky', bad)) === length + 2);
    expect(await world.projections.parked()).toEqual([]);

    refuse.add(bad);
    await world.append(bad, scheduled, scheduled);
    await until('they have come by', async () => (await count(world.db, 'tolerant', bad)) === length + 4);
    expect(await world.projections.parked()).toMatchObject([{ stream: bad, firstRevision: length + 2 }]);
    const skip = (by: Projection) => retryParkedStream(world, by, bad, { reason: 'lost' });
    expect(await skip(counting('picky', refuse))).toEqual({ outcome: 'parked', error: 'cannot fold this' });
    expect(await skip(counting('picky'))).toEqual({ outcome: 'applied', events: 0 });
    expect((await loadSubject(world.db, counting('tolerant'))).skipped).toEqual(new Set());
  });

  it('tries again what the database has refused for a while, and parks nothing', async () => {
    const projection = counting('unlucky');
    const { length } = history(...toPaid);
    // More than it would take to try every event alone.
    let deadlocks = 3 * length;
    const apply: Projection['apply'] = async (...what) => {
      deadlocks -= 1;
      if (deadlocks >= 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      await projection.apply(...what);
    };
    start([{ ...projection, apply }], { limits: { retryBaseMs: 1, retryMaxMs: 1 } });
    const stream = `order-unlucky-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    await until('it is applied', async () => (await count(world.db, 'unlucky', stream)) === length);
    expect(await world.projections.parked()).toEqual([]);
  });

  it('brings a projection that is new up to the others, which apply nothing twice', async () => {
    const stream = `order-new-${world.databaseUrl.slice(-8)}`;
    const { length } = history(...toPaid);
    const before = start([counting('known')]);
    await world.append(stream, ...history(...toPaid));
    await until('it is applied', async () => (await count(world.db, 'known', stream)) === length);
    await before.stop();
    await world.append(stream, scheduled);
    start([counting('known'), counting('new')]);
    await until('the new one has it all', async () => (await count(world.db, 'new', stream)) === length + 1);
    expect(await count(world.db, 'known', stream)).toBe(length + 1);
  });

  it('applies of a batch what a projection has not applied, and all of it to one that is behind', async () => {
    const stream = `order-behind-${world.databaseUrl.slice(-8)}`;
    const position = await world.append(stream, ...history(...toPaid));
    const [first, second, ...others] = (await collect(world.eventStore.readStream(stream))) as [
      RecordedEvent,
      RecordedEvent,
      ...RecordedEvent[],
    ];
    const [ahead, behind] = [counting('ahead'), counting('behind')];
    await applyBatch(world.db, [await loadSubject(world.db, ahead)], [first, second], second.position);
    const both = [await loadSubject(world.db, ahead), await loadSubject(world.db, behind)];
    for (const batch of [[first], [second, ...others]]) {
      await applyBatch(world.db, both, batch, batch.at(-1)!.position);
    }
    for (const { name } of [ahead, behind]) expect(await count(world.db, name, stream)).toBe(2 + others.length);

    // What passes it by is no reason to forget which event it has read last.
    const { commit, prepare } = position;
    await applyBatch(world.db, both, [], { commit: commit + 1n, prepare });
    const { revision, metadata } = others.at(-1)!;
    const last = { stream, revision, hash: metadata.hash };
    expect((await lastEvents(world.db)).map((read) => read.last)).toEqual([last, last]);
  });

  it('parks nothing when many streams fail at once, tells of it, and goes on when that is over', async () => {
    const bad = Array.from({ length: 12 }, (_, n) => `order-outage-${n}-${world.databaseUrl.slice(-8)}`);
    const refuse = new Set(bad);
    for (const stream of bad) await world.append(stream, ...history(...toPaid));
    // A batch that is full waits for nothing more.
    const { length: maxEvents } = await collect(world.eventStore.readAll({ prefixes: ['order-'] }));
    const limits = { ...oneBatch, maxEvents, lingerAfterPoisonMs: 600_000, retryBaseMs: 1 };
    const { eventStore: slow, lives } = slowOnce(atOnce(world.eventStore));
    let over = false;
    const eventStore: EventStore = {
      ...slow,
      subscribeToAll(options) {
        // Not in the midst of a batch, the rest of which would be few enough to be parked.
        if (over) refuse.clear();
        return slow.subscribeToAll(options);
      },
    };
    start([counting('wary', refuse)], { eventStore, limits });
    await until('it is reported', () => world.captured.length > 0);
    expect(world.captured).toEqual([expect.objectContaining({ name: 'TooManyPoisonEvents' })]);
    await until('it has tried all of them again', () => lives() > 2);
    expect(await world.projections.parked()).toEqual([]);

    over = true;
    const { length } = history(...toPaid);
    for (const stream of bad) {
      await until('every stream is applied', async () => (await count(world.db, 'wary', stream)) === length);
    }
    const [stream = ''] = bad;
    await world.append(stream, scheduled);
    await until('it is as quick as before', async () => (await count(world.db, 'wary', stream)) === length + 1);
  });

  it('names an event of many that fail at once, and goes on with the others when an operator has these parked', async () => {
    const bad = Array.from({ length: 12 }, (_, n) => `order-many-${n}-${world.databaseUrl.slice(-8)}`);
    const good = `order-fine-${world.databaseUrl.slice(-8)}`;
    for (const stream of [...bad, good]) await world.append(stream, ...history(...toPaid));
    const projection = counting('stuck', new Set(bad));
    const limits = { ...oneBatch, stallAfterMs: 200 };
    const projector = start([projection], { eventStore: atOnce(world.eventStore), limits });
    await until('it stands still and says why', () =>
      /^11 streams failed at once in stuck, the last by OrderPlaced #0 of order-many-/.test(
        projector.health().reason ?? '',
      ),
    );

    expect(await parkWaiting(world, projection)).toEqual(bad);
    const { length } = history(...toPaid);
    await until('the others go on', async () => (await count(world.db, 'stuck', good)) === length);
    expect((await world.projections.parked()).map(({ stream }) => stream).sort()).toEqual([...bad].sort());
    expect(await parkWaiting(world, projection), 'nothing that waits').toEqual([]);
  });

  it('applies what comes before an event that an operator has parked while it waits', async () => {
    const { length } = history(...toPaid);
    const streams = Array.from({ length: 12 }, (_, n) => `order-ahead-${n}-${world.databaseUrl.slice(-8)}`);
    for (const stream of streams) await world.append(stream, ...history(...toPaid), scheduled, scheduled);
    const refuse = new Set(streams);
    const projection = refusing('ahead', refuse);
    start([projection], { eventStore: atOnce(world.eventStore), limits: oneBatch });
    await until('it stands still', () => world.captured.length > 0);

    expect(await parkWaiting(world, projection)).toEqual(streams);
    for (const stream of streams) {
      await until('it goes on', async () => (await count(world.db, 'ahead', stream)) === length);
    }
    refuse.clear();
    const [skipped = '', ...retried] = streams;
    await retryParkedStream(world, projection, skipped, { reason: 'lost' });
    for (const stream of retried) await retryParkedStream(world, projection, stream);
    expect(await count(world.db, 'ahead', skipped)).toBe(length + 1);
    for (const stream of retried) expect(await count(world.db, 'ahead', stream)).toBe(length + 2);
  });

  it('leaves out an event that was parked and skipped before its turn', async () => {
    const { length } = history(...toPaid);
    const stream = `order-early-${world.databaseUrl.slice(-8)}`;
    const projection = refusing('early', new Set([stream]));
    const subjects = [await loadSubject(world.db, projection)];
    const position = await world.append(stream, ...history(...toPaid), scheduled);
    expect(await parkWaiting(world, projection)).toEqual([stream]);
    await retryParkedStream(world, projection, stream, { reason: 'lost' });

    const [first, ...others] = await collect(world.eventStore.readStream(stream));
    await applyBatch(world.db, subjects, [first!], first!.position);
    await applyBatch(world.db, subjects, others, position);
    expect(await world.projections.parked()).toEqual([]);
    expect(await count(world.db, 'early', stream)).toBe(length);
  });

  it('rebuilds a read model that has parked many streams, and parks them again', async () => {
    const refuse = new Set<string>();
    const projection = counting('worn', refuse);
    start([projection]);
    for (let n = 0; n < 12; n += 1) {
      const stream = `order-worn-${n}-${world.databaseUrl.slice(-8)}`;
      refuse.add(stream);
      await world.append(stream, ...history(...toPaid));
      await until('it is parked', async () => (await world.projections.parked()).length === n + 1);
    }
    const [outcome] = await rebuildProjections(world, [projection]);
    expect(outcome).toMatchObject({ switched: true });
    expect(await world.projections.parked()).toHaveLength(12);
  });

  it('keeps what an operator has taken up again, whatever generation goes live', async () => {
    const refuse = new Set(['order-bad']);
    const picky = counting('picky', refuse);
    start([picky]);
    // More than are read at once.
    const events = [...history(...toPaid), ...Array.from({ length: 500 }, () => scheduled)];
    const position = await world.append('order-bad', ...events);
    await until('all of it has come by', async () => {
      const live = await readLiveGeneration(world.db, picky.name);
      return live?.checkpoint && comparePositions(live.checkpoint, position) >= 0;
    });
    await world.db.transaction((tx) => createGeneration(tx, picky, 2));
    await catchUp(world, [{ projection: picky, generation: 2, until: position }], undefined, 100);

    refuse.clear();
    const all = { outcome: 'applied', events: events.length };
    expect(await retryParkedStream(world, picky, 'order-bad')).toEqual(all);
    for (const generation of [2, 1]) {
      await switchTo(world, picky, generation, () => undefined);
      expect(await world.projections.parked()).toEqual([]);
      expect(await count(world.db, 'picky', 'order-bad')).toBe(all.events);
    }
  });

  it('reads again what many streams had no keys for, and goes on when the keys are back', async () => {
    const streams = Array.from({ length: 12 }, (_, n) => `order-lost-${n}-${world.databaseUrl.slice(-8)}`);
    const lost = new Set(streams);
    for (const stream of streams) await world.append(stream, ...history(...toPaid));
    const eventStore = openedEvents(atOnce(world.eventStore), {
      open: async (events) =>
        events.map((event) => (lost.has(event.stream) ? { ...event, unreadable: 'its key is lost' } : event)),
    });
    const projection = counting('reader');
    const apply: Projection['apply'] = async (events, ...where) => {
      if (events.some(({ unreadable }) => unreadable)) throw new Error('it is not readable');
      await projection.apply(events, ...where);
    };
    start([{ ...projection, apply }], { eventStore, limits: oneBatch });
    await until('it is reported', () => world.captured.length > 0);

    lost.clear();
    for (const stream of streams) {
      await until('every stream is applied', async () => (await count(world.db, 'reader', stream)) > 0);
    }
    expect(await world.projections.parked()).toEqual([]);
  });

  it('steps down when somebody else has moved a checkpoint', async () => {
    const projection = counting('contested');
    const first = [await loadSubject(world.db, projection)];
    const second = [await loadSubject(world.db, projection)];
    const place = { stream: 'order-x', revision: 0n, position: { commit: 5n, prepare: 5n } };
    const event = { ...place, id: 'e', metadata: { hash: 'h' } } as RecordedEvent;
    await applyBatch(world.db, first, [event], event.position);
    await expect(applyBatch(world.db, second, [event], event.position)).rejects.toThrow(OwnershipLost);
    expect(await count(world.db, 'contested', 'order-x')).toBe(1);
  });

  it('is run by one process at a time; a standby takes over within ten seconds of a kill', async () => {
    const terms: string[] = [];
    // Once it is killed, it leaves the lock to the other.
    const a = start([counting('shared')], { onOwner: () => terms.push('a'), limits: { standbyMs: 60_000 } });
    await until('a owns it', () => a.health().state === 'live');
    const b = start([counting('shared')], { db: world.database(4), onOwner: () => terms.push('b') });
    await until('b looked', () => b.health().state === 'standby');

    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    const killedAt = Date.now();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%owner of projector%'
       and datname = current_database()`,
    );
    await client.end();
    const stream = `order-takeover-${world.databaseUrl.slice(-8)}`;
    await until('b owns it', () => terms.length === 2, 10_000);
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    expect(terms).toEqual(['a', 'b']);
    // The server frees the lock before the old owner has wound down; compare-and-set covers the moment in between.
    await until('a stands by', () => a.health().state === 'standby');
    await world.append(stream, ...history(...toPaid));
    const length = history(...toPaid).length;
    await until('all events are applied', async () => (await count(world.db, 'shared', stream)) >= length);
    expect(await count(world.db, 'shared', stream)).toBe(length);
  });

  it('asks for a rebuild of what an older version of the code has made, and of nothing else', async () => {
    const same = counting('same');
    const before = start([counting('evolving'), same]);
    const stream = `order-evolving-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    const length = history(...toPaid).length;
    await until('version 1 has it', async () => (await count(world.db, 'evolving', stream)) === length);
    await before.stop();

    const next = { ...counting('evolving'), version: 2 };
    const onOwner = vi.fn();
    const outdated: Projection[] = [];
    const lag = new Map<string | undefined, number>();
    const after = start([next, same], {
      onOwner,
      onBroken: (projections) => outdated.push(...projections),
      afterBatch: () => Promise.reject(new Error('the cache is away')),
      metrics: { ...world.metrics, set: (_name, events, labels) => lag.set(labels?.projection, events) },
    });
    await world.append(stream, scheduled, scheduled);
    await until('they have passed version 1 by', () => lag.get('evolving') === 2 && lag.get('same') === 0);
    await rebuildProjections(world, outdated);
    await until('version 2 is live', () => after.health().state === 'live');
    await world.append(stream, scheduled);
    await until('it goes on', async () => (await count(world.db, 'evolving', stream)) === length + 3);
    await until('nothing waits', () => lag.get('evolving') === 0);
    expect(await world.projections.status()).toMatchObject([
      { name: 'evolving', version: 2, generation: 2 },
      { name: 'same', version: 1, generation: 1 },
    ]);
    expect(onOwner, 'it was the owner all the time').toHaveBeenCalledOnce();
    expect(world.captured, 'and nothing has failed').toEqual([]);
  });

  it('subscribes again from its checkpoint after the event store was away', async () => {
    const projector = start([counting('faithful')]);
    await until('it is live', () => projector.health().state === 'live');
    await stack.kill('eventstoredb');
    await until('it notices', () => projector.health().state !== 'live');
    await stack.start('eventstoredb');
    const stream = `order-return-${world.databaseUrl.slice(-8)}`;
    await until('the store takes events', () =>
      world.append(stream, ...history(...toPaid)).then(
        () => true,
        () => false,
      ),
    );
    const { length } = history(...toPaid);
    await until('it goes on', async () => (await count(world.db, 'faithful', stream)) >= length);
    expect(await count(world.db, 'faithful', stream)).toBe(length);
  });

  it('tells of what lasts once in full, then now and then in a line', async () => {
    const stream = `order-rewound-${world.databaseUrl.slice(-8)}`;
    const before = start([counting('steady')]);
    await world.append(stream, ...history(...toPaid));
    await until('it is read', async () => (await count(world.db, 'steady', stream)) === history(...toPaid).length);
    await before.stop();
    await world.db.raw('update portal.projection_checkpoints set last_hash = ?', ['f'.repeat(64)]);

    const lines: object[] = [];
    const logger = loggerTo(({ level, facts }) => void (level === 'warn' && lines.push(facts)));
    const onRewound = vi.fn();
    const readStream = vi.fn(world.eventStore.readStream);
    const limits = { retryBaseMs: 1, retryMaxMs: 1, tellAgainMs: 600_000 };
    start([counting('steady')], { eventStore: { ...world.eventStore, readStream }, logger, onRewound, limits });
    await until('it has failed again and again', () => readStream.mock.calls.length > 3);
    expect(lines).toMatchObject([{ err: { name: 'LogRewound' }, failures: 0 }]);

    onTestFinished(timePasses(limits.tellAgainMs).restore);
    await until('it is told of again', () => lines.length > 1);
    expect(lines[1]).toMatchObject({ reason: expect.stringContaining(stream), failures: expect.any(Number) });
    expect(lines[1]).not.toHaveProperty('err');
    expect(onRewound).toHaveBeenCalledTimes(lines.length);
  });

  it('tells of a failure in full again once it has gone on meanwhile', async () => {
    const stream = `order-dropped-${world.databaseUrl.slice(-8)}`;
    const dropped = new Set<string>();
    const eventStore: EventStore = {
      ...world.eventStore,
      async *subscribeToAll(options) {
        for await (const message of world.eventStore.subscribeToAll(options)) {
          if (message.kind === 'event' && message.event.stream === stream && !dropped.has(message.event.id)) {
            dropped.add(message.event.id);
            throw new Error('dropped');
          }
          yield message;
        }
      },
    };
    start([counting('persistent')], { eventStore, limits: { retryBaseMs: 10, retryMaxMs: 10 } });
    for (const events of [1, 2]) {
      await world.append(stream, scheduled);
      await until('it has gone on', async () => (await count(world.db, 'persistent', stream)) === events);
      expect(world.captured).toHaveLength(events);
    }
  });

  it('reads from the first event on, without a new one, when it is put before it while it follows', async () => {
    const stream = `order-reread-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    const { length } = history(...toPaid);
    const projection = counting('reread');
    const projector = start([projection], { limits: { tickMs: 200, standbyMs: 50 } });
    await until('it is read', async () => (await count(world.db, 'reread', stream)) === length);
    await until('it is live', () => projector.health().state === 'live');
    await readAgain(world.db, projection);
    await until('it is read again', async () => (await count(world.db, 'reread', stream)) === 2 * length);
    expect(world.captured, 'to step down is no failure').toEqual([]);
  });

  it('does so with the next event, too', async () => {
    const stream = `order-moved-${world.databaseUrl.slice(-8)}`;
    const { length } = history(...toPaid);
    const projection = counting('moved');
    const projector = start([projection], { limits: { tickMs: 60_000, standbyMs: 50 } });
    await world.append(stream, ...history(...toPaid));
    await until('it is read', async () => (await count(world.db, 'moved', stream)) === length);
    await until('it is live', () => projector.health().state === 'live');
    await readAgain(world.db, projection);
    await world.append(stream, scheduled);
    await until('it is read again', async () => (await count(world.db, 'moved', stream)) === 2 * length + 1);
  });

  it('holds nothing up because of what a projection had read before it was put before the first event', async () => {
    const stream = `order-looked-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    const projection = counting('looked');
    const before = start([projection]);
    await until('it is read', async () => (await count(world.db, 'looked', stream)) > 0);
    await before.stop();
    await world.db.raw('update portal.projection_checkpoints set last_hash = ?', ['f'.repeat(64)]);

    const eventStore = {
      async *readStream(...args: Parameters<typeof world.eventStore.readStream>) {
        await readAgain(world.db, projection);
        yield* world.eventStore.readStream(...args);
      },
    };
    expect(await noteRewound({ db: world.db, eventStore })).toHaveLength(1);
    const { rows } = await world.db.raw('select rewound_since from portal.projection_checkpoints');
    expect(rows).toEqual([{ rewound_since: null }]);
  });

  it('tells that what is live is short, until its first generation has caught up, also in those that took its place', async () => {
    const stream = `order-first-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    const { length } = history(...toPaid);
    const short = counting('short');
    const held = withheld(world.eventStore, ({ kind }) => kind === 'caught-up');
    start([short, counting('other')], { eventStore: held.eventStore });
    await until('it is read', async () => (await count(world.db, 'short', stream)) === length);
    expect(await notYetFull(world.db, ['short', 'unknown'])).toEqual(['short', 'unknown']);
    await rebuildProjections(world, [short]);
    expect(await notYetFull(world.db, ['other', 'short'])).toEqual(['other', 'short']);

    held.release();
    await until('they are full', async () => (await notYetFull(world.db, ['other', 'short'])).length === 0);
    await rebuildProjections(world, [short]);
    expect(await notYetFull(world.db, ['short'])).toEqual([]);
  });

  it('never rebuilds a projection whose rows cause effects', async () => {
    const effects = { ...counting('effects-like'), rebuildable: false, tables: [] };
    await expect(rebuildProjections(world, [effects])).rejects.toThrow(NoSuchGeneration);
  });

  it('goes on where it was after the database was away', async () => {
    const projector = start([counting('patient')]);
    await until('it is live', () => projector.health().state === 'live');
    await stack.kill('postgres');
    const stream = `order-outage-${world.databaseUrl.slice(-8)}`;
    await world.append(stream, ...history(...toPaid));
    await stack.start('postgres');
    const { length } = history(...toPaid);
    await until('it has caught up', async () => (await count(world.db, 'patient', stream)) >= length);
    expect(await count(world.db, 'patient', stream)).toBe(length);
    expect(await world.projections.parked()).toEqual([]);
  });
});
