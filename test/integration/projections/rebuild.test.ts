import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Happening, trade } from '../../../bench/workload/trade.js';
import { EventStoreUnavailable, type Position } from '../../../src/commands/event-store.js';
import { UnknownProjection } from '../../../src/projections/create-projections.js';
import { catchUp } from '../../../src/projections/generations/catch-up.js';
import { compareGenerations } from '../../../src/projections/generations/compare.js';
import { compareWithLive } from '../../../src/projections/generations/compare-live.js';
import { NoSuchGeneration } from '../../../src/projections/generations/deps.js';
import { RebuildInProgress, RebuildLockLost } from '../../../src/projections/generations/exclusively.js';
import { rebuildProjections } from '../../../src/projections/generations/rebuild.js';
import { rollbackProjection } from '../../../src/projections/generations/rollback.js';
import { holding, holdingBriefly } from '../../../src/projections/generations/switch.js';
import { lotsProjection } from '../../../src/projections/models/lots.js';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { ReadModelMissing } from '../../../src/projections/queries/sql.js';
import { lastEvents } from '../../../src/projections/runtime/last-event.js';
import { readLiveGeneration } from '../../../src/projections/runtime/live-generation.js';
import { createGeneration } from '../../../src/projections/runtime/tables.js';
import { collect } from '../../support/collect.js';
import { history, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { workload } from './support/workload.js';
import { createWorld, startServers, type World } from './support/world.js';

/** Another trade in each run; `SEED` repeats one. */
const seed = Number(process.env.SEED ?? randomInt(1_000_000));

/** What the deciders made of a few hundred commands, on every kind of stream that has a read model. */
function* someTrade(): Generator<Happening> {
  let left = 400;
  for (const happening of trade({ seed, skus: 30, openOrders: 20 })) {
    yield happening;
    left -= 1;
    if (left === 0) return;
  }
}

describe('rebuilding a read model', () => {
  let stack: TestStack;
  let world: World;
  let projector: ReturnType<World['projections']['startReadModels']>;

  beforeAll(async () => {
    stack = await startServers();
    world = await createWorld(stack);
    projector = world.projections.startReadModels();
    let position = null;
    for (const [stream, events] of workload(7, 60, 40)) position = await world.append(stream, ...events);
    for (const { stream, events } of someTrade()) position = await world.append(stream, ...events);
    expect(await world.projections.queries.waitFor(position!, 20_000)).toBe(true);
  });
  afterAll(async () => {
    await projector?.stop();
    await world?.close();
    await stack?.stop();
  });

  it(`equals the live rows of every read model byte for byte (trade of seed ${seed})`, async () => {
    const { names } = world.projections;
    const alone = [];
    for (const name of names) alone.push(await world.projections.rebuild(name));
    const former = new Map((await world.projections.status()).map(({ name, generation }) => [name, generation]));
    const together = await world.projections.rebuildAll();
    for (const outcomes of [alone, together]) {
      expect(outcomes.map(({ projection }) => projection)).toEqual(names);
      for (const { switched, comparison } of outcomes) {
        expect(switched).toBe(true);
        expect(comparison).toMatchObject({ differing: 0, samples: [] });
        expect(comparison?.rows).toBeGreaterThan(0);
      }
    }
    for (const { name, generation, previous } of await world.projections.status()) {
      expect([generation, previous]).toEqual([former.get(name)! + 1, former.get(name)]);
    }
  });

  it('makes rows that indexes alone can answer for, at once', async () => {
    const { generation } = await world.projections.rebuild('orders');
    const { rows } = await world.db.raw<{ rows: { pages: number; visible: number }[] }>(
      'select relpages as pages, relallvisible as visible from pg_class where oid = ?::regclass',
      [`"read".orders_g${generation}`],
    );
    expect(rows[0]?.visible).toBeGreaterThan(0);
    expect(rows[0]?.visible).toBe(rows[0]?.pages);
  });

  it('refuses what it cannot do', async () => {
    await expect(world.projections.rebuild('nothing')).rejects.toThrow(UnknownProjection);
    const once = { ...lotsProjection, rebuildable: false };
    await expect(rebuildProjections(world, [once])).rejects.toThrow(NoSuchGeneration);
    const ofOtherCode = { ...lotsProjection, version: lotsProjection.version + 1 };
    const [checked] = await rebuildProjections(world, [ofOtherCode], { checkOnly: true });
    expect(checked?.comparison, 'with rows that other code has made').toBeNull();
    const fresh = await createWorld(stack);
    const first = fresh.projections.startReadModels();
    await until(
      'the tables exist',
      async () => (await fresh.projections.status()).length === fresh.projections.names.length,
    );
    await expect(fresh.projections.rollback('orders')).rejects.toThrow(NoSuchGeneration);
    const meanwhile = () => expect(fresh.projections.rebuild('orders')).rejects.toThrow(RebuildInProgress);
    const busy = { ...fresh, db: slowFirstTransaction(fresh.db, meanwhile) };
    expect(await rebuildProjections(busy, [ordersProjection])).toMatchObject([{ switched: true }]);
    await first.stop();
    await fresh.close();
  });

  const lots = async () => {
    const { generation, previous } = (await world.projections.status()).find(({ name }) => name === 'lots')!;
    return { generation, previous };
  };
  /** With a former generation. */
  const rebuiltLots = async () => {
    await world.projections.rebuild('lots');
    return lots();
  };

  it('leaves nothing behind that a failed or killed one has filled', async () => {
    const { db } = world;
    const failing = {
      ...world,
      eventStore: {
        ...world.eventStore,
        async *readAllPages(options: Parameters<typeof world.eventStore.readAllPages>[0]) {
          for await (const page of world.eventStore.readAllPages(options)) {
            yield page;
            throw new EventStoreUnavailable('the event store is gone');
          }
        },
      },
    };
    const before = await generationsOf('lots');
    await expect(rebuildProjections(failing, [lotsProjection])).rejects.toThrow(EventStoreUnavailable);
    expect(await generationsOf('lots')).toEqual(before);

    await db.transaction((tx) => createGeneration(tx, lotsProjection, 99));
    expect((await generationsOf('lots')).tables).toContain('lot_sales_g99');
    await world.projections.rebuild('lots', { checkOnly: true });
    expect(await generationsOf('lots')).toEqual(before);

    async function generationsOf(name: string) {
      const { rows } = await db.raw('select generation from portal.projection_checkpoints where name = ? order by 1', [
        name,
      ]);
      const { rows: tables } = await db.raw(
        `select tablename from pg_tables where schemaname = 'read' and tablename like 'lot!_%' escape '!' order by 1`,
      );
      return {
        generations: rows.map(({ generation }: { generation: number }) => generation),
        tables: tables.map(({ tablename }: { tablename: string }) => tablename),
      };
    }
  });

  it('is broken off by the loss of its lock, and leaves nothing behind', async () => {
    const before = await rebuiltLots();
    const lost = new AbortController();
    const losing = {
      ...world,
      ownerLock: { tryAcquire: async () => ({ lost: lost.signal, release: async () => undefined }) },
    };
    const rebuild = rebuildProjections(losing, [lotsProjection], { onProgress: () => lost.abort() });
    await expect(rebuild).rejects.toThrow(RebuildLockLost);
    await expect(rollbackProjection(losing, lotsProjection)).rejects.toThrow(RebuildLockLost);
    expect(await lots()).toEqual(before);
  });

  it('brings each generation on from where it stands, page by page', async () => {
    const { db, eventStore } = world;
    const live = (await readLiveGeneration(db, 'orders'))!;
    const pages: number[] = [];
    const bring = (until: Position, ...generations: number[]) =>
      catchUp(
        world,
        generations.map((generation) => ({ projection: ordersProjection, generation, until })),
        (count) => pages.push(count),
        50,
      );
    await db.transaction((tx) => createGeneration(tx, ordersProjection, 98));
    await db.transaction((tx) => createGeneration(tx, ordersProjection, 99));
    const some = await collect(eventStore.readAll({ prefixes: ['order-'], maxCount: 120 }));
    await bring(some.at(-1)!.position, 98);
    expect(pages).toEqual([50, 50, 20]);
    await bring(live.checkpoint!, 98, 99);
    for (const generation of [98, 99]) {
      const compare = (tx: Knex.Transaction) => compareGenerations(tx, ordersProjection, live.generation, generation);
      const { rows, differing } = await db.transaction(compare);
      expect([rows > 0, differing]).toEqual([true, 0]);
    }
  });

  it('does no damage to another one that went live beside it', async () => {
    const before = await lots();
    const stillOwned = { lost: new AbortController().signal, release: async () => undefined };
    const unaware = { ...world, ownerLock: { tryAcquire: async () => stillOwned } };
    const late = { ...unaware, db: slowFirstTransaction(world.db, () => world.projections.rebuild('lots')) };
    await rebuildProjections(late, [lotsProjection]);
    expect(await lots()).toEqual({ generation: before.generation + 2, previous: before.generation + 1 });
    await Promise.allSettled([1, 2, 3].map(() => rebuildProjections(unaware, [lotsProjection])));
    expect((await world.projections.rebuild('lots', { checkOnly: true })).comparison?.differing).toBe(0);
  });

  it('keeps the generation that went live although the answer of the switch was lost', async () => {
    const before = await lots();
    const deaf = { ...world, db: losingAnswerOfSwitch(world.db) };
    await expect(rebuildProjections(deaf, [lotsProjection])).rejects.toThrow('the connection is gone');
    expect(await lots()).toEqual({ generation: before.generation + 1, previous: before.generation });
    expect((await world.projections.rebuild('lots', { checkOnly: true })).comparison?.differing).toBe(0);
  });

  it('lets go of the projector when it is silent, as a process that was halted, and waits for none for ever', async () => {
    const limit = async (hold: typeof holding, name: string) => {
      const { rows } = await hold(world, lotsProjection, (tx) =>
        tx.raw<{ rows: { ms: number }[] }>('select setting::int as ms from pg_settings where name = ?', [name]),
      );
      return rows[0]?.ms;
    };
    expect(await limit(holding, 'idle_in_transaction_session_timeout')).toBe(30_000);
    expect(await limit(holding, 'lock_timeout')).toBe(25_000);
    expect(await limit(holdingBriefly, 'lock_timeout')).toBe(5_000);
  });

  it('knows afterwards which event it has read last, so that an older event store is noticed', async () => {
    await world.projections.rebuildAll();
    const read = new Map((await lastEvents(world.db)).map(({ projection, last }) => [projection, last]));
    expect([...read.keys()].sort()).toEqual([...world.projections.names].sort());
    for (const { stream, revision, hash } of read.values()) {
      const [event] = await collect(world.eventStore.readStream(stream, { fromRevision: revision, maxCount: 1 }));
      expect(event?.metadata.hash).toBe(hash);
    }
  });

  it('goes on live after the switch', async () => {
    const position = await world.append('order-after-switch', ...history(...toPaid));
    expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);
    expect(await world.projections.queries.order('after-switch')).toMatchObject({ status: 'paid' });
  });

  it('names the rows that differ, and repairs them', async () => {
    await world.db.raw(`update "read".orders set status = 'shipped' where order_id = '7-3'`);
    await world.db.raw(`update "read".orders set order_id = 'not-7-4' where order_id = '7-4'`);
    const check = await world.projections.rebuild('orders', { checkOnly: true });
    expect(check).toMatchObject({ switched: false, comparison: { differing: 3 } });
    const sample = (id: string) => ({ table: 'orders', key: { order_id: id } });
    expect(check.comparison?.samples).toHaveLength(3);
    expect(check.comparison?.samples).toEqual(expect.arrayContaining(['7-3', '7-4', 'not-7-4'].map(sample)));
    await world.projections.rebuild('orders');
    expect((await world.projections.rebuild('orders', { checkOnly: true })).comparison?.differing).toBe(0);
  });

  it('compares what stood there at one moment, whatever is written right after it', async () => {
    const { previous } = await rebuiltLots();
    const forge = () => world.db.raw(`update "read".lot_listings set name = 'later'`);
    const busy = { ...world, db: afterTransactions(world.db, forge) };
    const { rows, differing } = await compareWithLive(busy, lotsProjection, previous!, () => undefined);
    expect(rows).toBeGreaterThan(0);
    expect(differing).toBe(0);
    expect((await world.projections.rebuild('lots')).comparison?.differing).toBeGreaterThan(0);
  });

  it('counts the rows of all tables that differ, and names the first few', async () => {
    const forged = await Promise.all(
      ['lot_listings', 'lot_sales'].map((table) => world.db.withSchema('read').table(table).update({ name: 'forged' })),
    );
    expect(Math.min(...forged)).toBeGreaterThan(5);
    const { comparison } = await world.projections.rebuild('lots');
    expect([comparison?.differing, comparison?.samples.length]).toEqual([forged[0]! + forged[1]!, 10]);
  });

  it('equals the live rows while orders keep coming in', async () => {
    let running = true;
    const writer = (async () => {
      for (let n = 0; running; n++) await world.append(`order-busy-${n}`, ...history(...toPaid));
    })();
    const outcome = await world.projections.rebuild('orders');
    running = false;
    await writer;
    expect(outcome.comparison?.differing).toBe(0);
    const position = await world.append('order-busy-last', ...history(...toPaid));
    expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);
    expect((await world.projections.rebuild('orders', { checkOnly: true })).comparison?.differing).toBe(0);
  });

  it('leaves out what cannot be applied, as the live projector does', async () => {
    const [placed, ...others] = history(...toPaid);
    const forged = { ...placed!, data: { ...(placed!.data as object), placedAt: 'never' } };
    const position = await world.append('order-forged', forged, ...others);
    expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);
    const parkedIn = async () =>
      (await world.projections.parked()).map(({ projection, firstRevision }) => [projection, firstRevision]);
    const before = await parkedIn();
    expect(before).toContainEqual(['orders', 0]);
    expect(before).not.toContainEqual(['payouts', 0]);
    for (const { comparison } of await world.projections.rebuildAll()) expect(comparison?.differing).toBe(0);
    expect((await parkedIn()).sort()).toEqual(before.sort());
    await world.projections.rebuild('orders', { checkOnly: true });
    const dropped = await world.db.raw(
      `select from portal.parked_streams p left join portal.projection_checkpoints c
         on c.name = p.projection and c.generation = p.generation where c.name is null`,
    );
    expect(dropped.rowCount).toBe(0);
    expect(await world.projections.queries.orders({ limit: 200 })).not.toHaveProperty('items.0.id', 'forged');
  });

  it('returns to the former generation, brought up to the present', async () => {
    await world.projections.rebuild('payouts');
    const before = (await world.projections.status()).find(({ name }) => name === 'payouts')!;
    await world.projections.rollback('payouts');
    const position = await world.append('order-after-rollback', ...history(...toPaid));
    expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);
    const after = (await world.projections.status()).find(({ name }) => name === 'payouts')!;
    expect(after.generation).toBe(before.previous);
    expect((await world.projections.rebuild('payouts', { checkOnly: true })).comparison?.differing).toBe(0);
  });

  it('does not return to a generation that other code has made, or that follows an event store that is no more', async () => {
    const mark = (columns: object) =>
      world.db('portal.projection_checkpoints').where({ name: 'lots', generation: before.previous }).update(columns);
    const before = await rebuiltLots();
    await mark({ version: lotsProjection.version + 1 });
    await expect(world.projections.rollback('lots')).rejects.toThrow('was made by other code');
    await mark({ version: lotsProjection.version, rewound_since: new Date() });
    await expect(world.projections.rollback('lots')).rejects.toThrow('an event store that is no more');
    expect(await lots()).toEqual(before);
    await mark({ rewound_since: null });
  });

  it('comes by itself after the schema was dropped', async () => {
    const before = await world.projections.queries.orders({ limit: 200 });
    await world.db.raw('drop schema "read" cascade');
    await expect(world.projections.queries.orders({ limit: 10 })).rejects.toThrow(ReadModelMissing);

    await world.append('order-meanwhile', ...history(...toPaid));
    const position = await world.append('order-afterwards', ...history(...toPaid));
    expect(await world.projections.queries.waitFor(position, 20_000)).toBe(true);
    await until('the projector is live', () => projector.health().state === 'live');
    const after = await world.projections.queries.orders({ limit: 200 });
    expect(after.items.slice(0, 2).map(({ status }) => status)).toEqual(['paid', 'paid']);
    expect(after.items.slice(2, 50)).toEqual(before.items.slice(0, 48));
  });
});

function withTransactions(db: Knex, transaction: (...how: Parameters<Knex['transaction']>) => Promise<unknown>): Knex {
  return new Proxy(db, { get: (target, key) => (key === 'transaction' ? transaction : Reflect.get(target, key)) });
}

/** A database whose first transaction begins when `before` has been done. */
function slowFirstTransaction(db: Knex, before: () => Promise<unknown>): Knex {
  let first = true;
  return withTransactions(db, async (...how) => {
    if (first) {
      first = false;
      await before();
    }
    return db.transaction(...how);
  });
}

/** A database that does something once the outermost of the transactions it is given has committed. */
function afterTransactions(db: Knex, after: () => Promise<unknown>): Knex {
  let depth = 0;
  return withTransactions(db, async (...how) => {
    if (how[0] === undefined) return db.transaction(...how);
    depth += 1;
    const done = await db.transaction(...how);
    depth -= 1;
    if (depth === 0) await after();
    return done;
  });
}

/** A database that switches generations, and is cut off before it can say so. */
function losingAnswerOfSwitch(db: Knex): Knex {
  const live = async () => (await db.raw('select name, live from portal.projection_generations order by 1')).rows;
  return withTransactions(db, async (...how) => {
    const before = await live();
    const done = await db.transaction(...how);
    if (JSON.stringify(await live()) !== JSON.stringify(before)) throw new Error('the connection is gone');
    return done;
  });
}
