import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../src/adapters/postgres/database.js';
import { createLocks } from '../../../src/adapters/postgres/locks.js';
import { within } from '../../../src/adapters/within.js';
import { inventory, inventorySyncs, orders } from '../../../src/commands/aggregates.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import { unknownPosition } from '../../../src/commands/event-store.js';
import { asExtensivOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { type Effect, EffectPostponed } from '../../../src/processes/effects/effect.js';
import { createPerformer, type EffectHandlers } from '../../../src/processes/effects/performer.js';
import type { EffectStore } from '../../../src/processes/effects/store.js';
import { createSummaries } from '../../../src/processes/inventory/page-summary.js';
import { createSyncHandler, createSyncInventory } from '../../../src/processes/inventory/request.js';
import type { SyncRequest } from '../../../src/processes/inventory/sync.js';
import { snapshotFingerprint } from '../../../src/projections/models/products.js';
import { createEffectHandlers } from '../../../src/workers/effect-handlers.js';
import { collect } from '../../support/collect.js';
import { until } from '../../support/until.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

let world: WarehouseWorld;
let skus: string[];

beforeAll(async () => {
  world = await startWarehouseWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  await world.control('POST', '/reset', { skus: 20 });
  await world.control('POST', '/clock', { paused: true });
  await world.sync({ force: true });
  const { items } = await world.portal.projections.queries.products({ sort: '-stock', limit: 200 });
  skus = items.map(({ sku }) => sku);
});

const product = async (sku: string) => world.portal.projections.queries.product(sku);
const typesOf = async (sku: string) =>
  (await collect(world.portal.eventStore.readStream(`inventory-${sku}`))).map(({ type }) => type);

const minutes = 60_000;
const offBy = (ms: number) => ({ now: () => new Date(Date.now() + ms) });

/** One piece of a SKU, for an order that the warehouse has taken, as a process with this clock records it. */
async function exportOne(sku: string, clock = offBy(0)): Promise<void> {
  const { handler } = world.portal;
  const { orderId, orderNumber } = await world.paidOrder(sku);
  const [at, expiresAt] = [clock.now().toISOString(), new Date(Date.now() + 30 * minutes).toISOString()];
  await handler.handle(inventory, asSku(sku), { type: 'Reserve', orderId, quantity: 1, expiresAt, at }, context());
  const exported = {
    type: 'ConfirmExport',
    extensivOrderId: asExtensivOrderId(`W-${orderNumber}`),
    adopted: false,
    at,
  } as const;
  await handler.handle(orders, orderId, exported, context());
  await handler.handle(inventory, asSku(sku), { type: 'Commit', orderId, exportedAt: at }, context());
}

async function appendUnreadable(stream: string): Promise<void> {
  const last = (await world.portal.eventStore.last(stream))!;
  const metadata = { ...last.metadata, schemaVersion: 99 };
  await world.portal.eventStore.append(stream, [{ ...last, id: randomUUID(), metadata }], last.revision);
}

/** What a sync knows of the SKUs, asked for while the warehouse is: its answer does not show what happens now. */
const indexAfter = (happening: () => Promise<void>) => async () => {
  await happening();
  await world.shown();
  return { entries: await world.portal.projections.snapshotIndex(), current: true };
};

describe('a clock that was ahead and was put back', () => {
  it('does not keep later snapshots from being taken over, nor settles what they do not show', async () => {
    const [sku = ''] = skus;
    const hours = 3 * 60 * 60 * 1000;
    await world.control('PUT', `/inventory/${sku}`, { quantity: 7 });
    expect(await world.sync({ clock: offBy(hours) })).toMatchObject({ status: 'completed', changed: 1 });

    await world.control('PUT', `/inventory/${sku}`, { quantity: 5 });
    const run = await world.sync({ snapshotIndex: indexAfter(() => exportOne(sku, offBy(hours / 2))) });
    expect(run).toMatchObject({ status: 'completed', changed: 1 });
    const shown = await product(sku);
    expect(shown).toMatchObject({ product: { stock: 5, available: 4 } });
    expect(Date.parse(shown?.asOf ?? '')).toBeLessThan(Date.now() + 60_000);
  });
});

describe('a reservation of an exported order', () => {
  const reserved = async (sku: string) => {
    const { state } = await world.portal.handler.load(inventory, asSku(sku));
    return state && { stock: state.quantity, reserved: state.reserved };
  };
  const stocked = async (quantity: number) => {
    const [sku = ''] = skus;
    await world.control('PUT', `/inventory/${sku}`, { quantity });
    await world.sync();
    return sku;
  };

  it('is settled by the very next sync', async () => {
    const sku = await stocked(10);
    await exportOne(sku);
    await world.control('PUT', `/inventory/${sku}`, { quantity: 9 });
    await world.sync();
    expect(await reserved(sku)).toEqual({ stock: 9, reserved: 0 });
  });

  it.each([
    ['is behind', -5 * minutes],
    ['stands at the very millisecond of the export', 0],
    ['is ahead', 5 * minutes],
  ])('is settled by the very next sync when the clock of the sync %s', async (_name, ms) => {
    const sku = await stocked(10);
    const exporting = { now: () => new Date(Math.floor(Date.now() / minutes) * minutes) };
    await exportOne(sku, exporting);
    await world.control('PUT', `/inventory/${sku}`, { quantity: 9 });
    await world.sync({ clock: { now: () => new Date(exporting.now().getTime() + ms) } });
    expect(await reserved(sku)).toEqual({ stock: 9, reserved: 0 });
  });

  it('stays when the export came after the request, although the clock of the sync is ahead', async () => {
    const sku = await stocked(10);
    await world.sync({
      clock: offBy(5 * minutes),
      snapshotIndex: indexAfter(() => exportOne(sku)),
    });
    expect(await reserved(sku)).toEqual({ stock: 10, reserved: 1 });

    await world.control('PUT', `/inventory/${sku}`, { quantity: 9 });
    await world.sync();
    expect(await reserved(sku)).toEqual({ stock: 9, reserved: 0 });
  });

  it('is settled by its time where the store tells no positions with the events of a stream', async () => {
    const { eventStore } = world.portal;
    const storedEvents = {
      head: eventStore.head,
      async *readStream(stream: string) {
        for await (const event of eventStore.readStream(stream)) yield { ...event, position: unknownPosition };
      },
    };
    const sku = await stocked(10);
    await world.sync({ storedEvents, snapshotIndex: indexAfter(() => exportOne(sku)) });
    expect(await reserved(sku)).toEqual({ stock: 10, reserved: 1 });

    await world.control('PUT', `/inventory/${sku}`, { quantity: 9 });
    await world.sync({ storedEvents });
    expect(await reserved(sku)).toEqual({ stock: 9, reserved: 0 });
  });

  it('stays when the clock of the export is behind', async () => {
    const sku = await stocked(10);
    await world.sync({ snapshotIndex: indexAfter(() => exportOne(sku, offBy(-5 * minutes))) });
    expect(await reserved(sku)).toEqual({ stock: 10, reserved: 1 });
  });
});

describe('a run', () => {
  it('writes nothing but its record when nothing has changed', async () => {
    const before = await Promise.all(skus.map(typesOf));
    const run = await world.sync();
    expect(run).toMatchObject({ status: 'completed', received: 20, created: 0, changed: 0, delisted: 0 });
    expect(await Promise.all(skus.map(typesOf))).toEqual(before);
  });

  it('does not even look at streams that have nothing to change', async () => {
    const commands: string[] = [];
    const { handler } = world.portal;
    const watched: typeof handler = {
      ...handler,
      handle: (aggregate, id, ...rest) => {
        commands.push(aggregate.category);
        return handler.handle(aggregate, id, ...rest);
      },
    };
    await world.sync({ handler: watched });
    expect(commands).toEqual(['inventorySync', 'inventorySync']);
  });

  it('writes one event for what has changed', async () => {
    const [sku = ''] = skus;
    const before = await typesOf(sku);
    await world.control('PUT', `/inventory/${sku}`, { quantity: 7 });
    expect(await world.sync()).toMatchObject({ changed: 1, created: 0 });
    expect(await typesOf(sku)).toEqual([...before, 'StockLevelChanged']);
  });

  it('takes a SKU off sale that is gone, and back when it returns', async () => {
    const [sku = ''] = skus;
    await world.control('DELETE', `/inventory/${sku}`);
    expect(await world.sync()).toMatchObject({ status: 'completed', delisted: 1 });
    await world.control('PUT', `/inventory/${sku}`, { quantity: 3, name: 'Again', price: '9.00', brand: 'VitalHemp' });
    expect(await world.sync()).toMatchObject({ created: 0, changed: 1, delisted: 0 });
    expect((await typesOf(sku)).slice(-4)).toContain('ProductRelisted');
  });

  it('rejects bad items alone, each with its place', async () => {
    const [sku = ''] = skus;
    await world.control('POST', '/inventory/raw', [
      { product_name: 'nameless' },
      { sku: 'BAD-1', quantity_available: -1, price: 1, brand: 'X' },
      { sku, quantity_available: 1, price: 1, brand: 'X' },
      { sku: 'GOOD-1', product_name: 'Good', quantity_available: 4, price: '1.00', brand: 'VitalHemp' },
    ]);
    const run = await world.sync();
    expect(run).toMatchObject({ status: 'completed', received: 24, created: 1 });
    expect(run.rejected.map(({ sku: refused, index }) => [refused, index])).toEqual([
      [null, 20],
      ['BAD-1', 21],
      [sku, 22],
    ]);
    const again = await world.sync();
    expect(again).toMatchObject({ received: 24, created: 0, changed: 0, rejected: run.rejected });
    expect((await product(sku))?.product.stock).not.toBe(1);
  });

  it('takes over the longest names, and rejects alone what has a brand that no row can bear', async () => {
    // Three bytes each, and none like another: nothing that PostgreSQL could compress.
    const letters = (count: number) =>
      Array.from({ length: count }, (_, at) => String.fromCodePoint(0x4e00 + 7 * at)).join('');
    const item = { quantity_available: 1, price: 1, brand: 'VitalHemp', product_name: 'Oil' };
    await world.control('POST', '/inventory/raw', [
      { ...item, sku: letters(200), product_name: letters(2_000), batch_number: letters(2_000) },
      { ...item, sku: 'NO-BRAND', brand: letters(500) },
    ]);
    const run = await world.sync();
    expect(run).toMatchObject({ status: 'completed', created: 1, rejected: [{ sku: 'NO-BRAND' }] });
    expect(await world.portal.projections.parked()).toEqual([]);
    expect((await product(letters(200)))?.product.name).toBe(letters(500));
  });

  it('leaves a SKU listed whose item has become unusable', async () => {
    const [sku = ''] = skus;
    await world.control('PUT', `/inventory/${sku}`, { quantity: -5 });
    expect(await world.sync()).toMatchObject({ status: 'completed', delisted: 0, rejected: [{ sku }] });
    expect((await world.portal.projections.snapshotIndex()).get(asSku(sku))?.listed).toBe(true);
  });
});

describe('a run that empties the shop', () => {
  const owed = async () =>
    (await world.portal.effects.list({ kind: 'alert', limit: 100 })).map(({ payload }) => payload);
  const stockOf = async (sku: string) => (await product(sku))?.product.stock;

  it('is taken over and told to the operators, once', async () => {
    const before = (await owed()).length;
    await Promise.all(skus.map((sku) => world.control('PUT', `/inventory/${sku}`, { quantity: 0 })));
    expect(await world.sync()).toMatchObject({ status: 'completed' });
    expect(await Promise.all(skus.map(stockOf))).toEqual(skus.map(() => 0));
    expect(await world.sync()).toMatchObject({ status: 'completed', changed: 0 });
    const told = await owed();
    expect(told).toHaveLength(before + 1);
    expect(told).toContainEqual(
      expect.objectContaining({ alertKind: 'inventory-emptied', facts: expect.objectContaining({ takenOffSale: 0 }) }),
    );
  });
});

describe('a run that cannot be believed', () => {
  it('fails and delists nothing when the snapshot shrinks below half, unless it is forced', async () => {
    await Promise.all(skus.slice(0, 15).map((sku) => world.control('DELETE', `/inventory/${sku}`)));
    expect(await world.sync()).toMatchObject({ status: 'failed', error: expect.stringContaining('5 usable items') });
    const listed = async () => [...(await world.portal.projections.snapshotIndex()).values()].filter((e) => e.listed);
    const before = (await listed()).length;
    expect(before).toBeGreaterThanOrEqual(20);
    expect(await world.sync({ force: true })).toMatchObject({ status: 'completed' });
    expect((await listed()).length).toBe(5);
  });

  it('reads again when items moved between the pages, so that none is missed', async () => {
    const row = (sku: string) => ({ sku, product_name: sku, brand: 'B', quantity_available: 1, price: 1 });
    const rows = skus.slice(0, 12).map(row);
    // One that was on the first page is gone, and the first of the second page is on none.
    const pages = [
      { data: rows.slice(0, 10), page: 1, page_size: 10, total: 13 },
      { data: rows.slice(10), page: 2, page_size: 10, total: 12 },
    ];
    for (const body of pages) {
      await world.fault({ match: { path: '^/api/v1/inventory$' }, times: 1, fault: { status: 200, body } });
    }
    expect(await world.sync()).toMatchObject({ status: 'completed', received: 20, changed: 0, delisted: 0 });
  });

  it('fails with what it has read, and with what is wrong with it', async () => {
    const rows = skus.map((sku) => ({ sku, product_name: sku, brand: 'X', quantity_available: 1, price: '€ 1' }));
    const body = { data: rows, page: 1, page_size: 1000, total: 20 };
    await world.fault({ match: { path: '/api/v1/inventory' }, times: 1, fault: { status: 200, body } });
    const run = await world.sync();
    expect(run).toMatchObject({ status: 'failed', received: 20, changed: 0 });
    expect(run.rejected.map(({ sku }) => sku)).toEqual(skus);
  });

  it('fails when the count disagrees with what was sent', async () => {
    const body = { data: [], page: 1, page_size: 1000, total: 20 };
    await world.fault({ match: { path: '/api/v1/inventory' }, times: 1, fault: { status: 200, body } });
    expect(await world.sync()).toMatchObject({ status: 'failed', error: expect.stringContaining('20 items') });
  });

  it('is read again when an item is on none of its pages, and takes nothing off sale that is there', async () => {
    const [moved = '', gone = ''] = skus;
    await world.control('DELETE', `/inventory/${gone}`);
    const rows = skus
      .filter((sku) => sku !== moved && sku !== gone)
      .map((sku) => ({ sku, product_name: sku, brand: 'X' }));
    const data = [...rows, { sku: 'NEW-1', product_name: 'New', brand: 'X' }].map((row) => ({
      ...row,
      price: '1.00',
      quantity_available: 1,
    }));
    const body = { data, page: 1, page_size: 1000, total: data.length };
    await world.fault({ match: { path: '/api/v1/inventory' }, times: 1, fault: { status: 200, body } });
    expect(await world.sync()).toMatchObject({ status: 'completed', received: 19, created: 0, delisted: 1 });
    expect((await product(moved))?.product.listed).toBe(true);
  });

  it('says why it has failed in few words, and never in none', async () => {
    const failingWith = (error: Error) => world.sync({ snapshotIndex: () => Promise.reject(error) });
    // What Node says when a server listens on none of its addresses.
    expect(await failingWith(new AggregateError([]))).toMatchObject({ status: 'failed', error: 'AggregateError' });
    const statement = world.portal.pools.api.raw('select * from nowhere where id = ?', ['x']);
    const refused = await statement.then(
      () => expect.fail(),
      (error: Error) => error,
    );
    expect(await failingWith(refused)).toMatchObject({ error: 'relation "nowhere" does not exist' });
  });

  it('fails, reports and keeps the stock when the warehouse is away; the next run goes on', async () => {
    const captured: unknown[] = [];
    await world.fault({ match: { path: '/api/v1/inventory' }, times: 2, fault: { status: 503 } });
    const reporter = { capture: (error: unknown) => void captured.push(error) };
    expect(await world.sync({ reporter })).toMatchObject({ status: 'failed' });
    expect(captured).toHaveLength(1);
    expect((await world.portal.projections.snapshotIndex()).size).toBeGreaterThanOrEqual(20);
    expect(await world.sync()).toMatchObject({ status: 'completed', changed: 0 });
  });
});

describe('a process that is halted for so long that its lock goes to another', () => {
  it('brings back no stock that the later snapshot has overtaken, even where that changed nothing', async () => {
    const [sku = '', other = ''] = skus;
    for (const each of [sku, other]) await world.control('PUT', `/inventory/${each}`, { quantity: 10 });
    await world.sync();
    for (const each of [sku, other]) await world.control('PUT', `/inventory/${each}`, { quantity: 12 });

    const { handler, pools } = world.portal;
    const wakes = new AbortController();
    let isHalted = false;
    const haltedRun = world.sync({
      handler: {
        ...handler,
        // As a process that stands still between its download and its first event.
        async load(aggregate, id) {
          if (aggregate.category === 'inventory') {
            isHalted = true;
            if (!wakes.signal.aborted) await once(wakes.signal, 'abort');
          }
          return handler.load(aggregate, id);
        },
      },
    });
    await until('the run stands still', () => isHalted);
    await pools.api.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
       and application_name = 'portal locks' and pid in (select pid from pg_locks where locktype = 'advisory')`,
    );
    for (const each of [sku, other]) await world.control('PUT', `/inventory/${each}`, { quantity: 10 });
    expect(await world.sync()).toMatchObject({ status: 'completed', changed: 0 });
    wakes.abort();
    expect(await haltedRun).toMatchObject({ status: 'failed', error: 'the run was broken off' });
    for (const each of [sku, other]) expect((await product(each))?.product.stock).toBe(10);
  });
});

describe('a process that stops', () => {
  it('leaves its run to the next one', async () => {
    const stop = new AbortController();
    const { warehouse } = world.portal;
    await world.fault({ match: { path: '/api/v1/inventory' }, fault: { delayMs: 60_000 } });
    const running = world.sync({
      signal: stop.signal,
      warehouse: {
        ...warehouse,
        // However late it is seen that the request is under way, the process stops before its outcome is known.
        async *inventory(options) {
          const page = warehouse.inventory(options)[Symbol.asyncIterator]().next();
          page.catch(() => undefined);
          await expect.poll(async () => (await world.counts())['GET /api/v1/inventory']).toBeGreaterThan(1);
          stop.abort();
          yield (await page).value;
        },
      },
    });
    await expect(running).rejects.toThrow(EffectPostponed);
    await world.control('DELETE', '/faults');
    // Its effect is lost in this test; the next run ends it.
    await world.sync();
    const { state } = await world.portal.handler.load(inventorySyncs, new Date().toISOString().slice(0, 10));
    expect(Object.values(state)).not.toContain('running');
  });

  it('does not wait for read models that are behind', async () => {
    const { pools, warehouse } = world.portal;
    const stop = new AbortController();
    let isDownloaded = false;
    const { sync } = createEffectHandlers(
      {
        ...world.portal,
        warehouse: {
          ...warehouse,
          async *inventory(options) {
            yield* warehouse.inventory(options);
            isDownloaded = true;
          },
        },
      },
      stop.signal,
    );
    const syncId = randomUUID();
    const payload = { correlationId: syncId, syncId, date: new Date().toISOString().slice(0, 10), trigger: 'manual' };
    const effect = { key: `sync:${syncId}`, kind: 'sync', subject: syncId, payload } as unknown as Effect;
    const projectorHeld = await pools.api.transaction();
    await projectorHeld.raw('select 1 from portal.projection_generations for update');
    const running = sync.perform(effect, context());
    await until('all is downloaded', () => isDownloaded);
    stop.abort();
    await expect(within(5_000, running)).rejects.toThrow(EffectPostponed);
    await projectorHeld.rollback();
    await world.sync();
  });
});

describe('a run that cannot begin', () => {
  it('stays asked for: another one goes on for long', async () => {
    const impatient = createDatabase({
      url: world.portal.config.DATABASE_URL,
      poolMax: 1,
      statementTimeoutMs: 5_000,
      lockTimeoutMs: 50,
      idleInTransactionTimeoutMs: 5_000,
      applicationName: 'impatient',
    });
    const date = new Date().toISOString().slice(0, 10);
    const { syncId } = await world.portal.useCases.syncInventory(
      { force: false, wait: false, trigger: 'manual' },
      context(),
    );
    const effect = await world.portal.effects.get(`sync:${syncId}`);
    const handler = createSyncHandler({
      ...world.portal,
      locks: createLocks(impatient),
      summarise: createSummaries(snapshotFingerprint),
      snapshotIndex: async () => ({ entries: new Map(), current: false }),
    });
    const performer = createPerformer({
      ...world.portal,
      store: world.portal.effects,
      handlers: { sync: handler } as unknown as EffectHandlers,
    });
    await world.portal.locks.exclusively('inventory-sync', async () => {
      const run = performer({ id: 'only', data: { key: `sync:${syncId}` }, attempt: 1, lastAttempt: true });
      await expect(run).rejects.toThrow(EffectPostponed);
    });
    await handler.perform(effect!, context());
    const { state } = await world.portal.handler.load(inventorySyncs, date);
    expect(state[syncId]).toBe('completed');
    await world.portal.effects.done(effect!);
    await impatient.destroy();
  });
});

describe('an event of the day before that cannot be read', () => {
  it('stops no run', async () => {
    const stream = `inventorySync-${new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10)}`;
    const { eventStore } = world.portal;
    const data = { syncId: 'of-a-newer-release', trigger: 'manual', force: false, startedAt: new Date().toISOString() };
    const [event] = envelope([{ type: 'InventorySyncStarted', data }], {
      commandId: randomUUID(),
      context: context(),
      recordedAt: data.startedAt,
      prevHash: null,
    });
    await eventStore.append(stream, [{ ...event!, metadata: { ...event!.metadata, schemaVersion: 99 } }], 'no_stream');
    expect(await world.sync()).toMatchObject({ status: 'completed', received: 20 });
    const types = (await collect(eventStore.readStream(stream))).map(({ type }) => type);
    expect(types, 'a run that nobody can judge is left alone').toEqual(['InventorySyncStarted']);
  });
});

describe('requests', () => {
  it('that wait are told how the run has ended', async () => {
    const { effects, handler, useCases } = world.portal;
    const waiting = useCases.syncInventory({ force: false, wait: true, trigger: 'manual' }, context());
    const requested = () => effects.list({ kind: 'sync', status: 'open', limit: 1 });
    await expect.poll(requested).toHaveLength(1);
    const { syncId, date } = (await requested())[0]!.payload as unknown as { syncId: string; date: string };
    const at = new Date().toISOString();
    const start = { type: 'StartSync', syncId, trigger: 'manual', force: false, at } as const;
    await handler.handle(inventorySyncs, date, start, context());
    const fail = { type: 'FailSync', syncId, error: 'the warehouse is away', at, durationMs: 1 } as const;
    await handler.handle(inventorySyncs, date, fail, context());
    const { position } = await handler.load(inventorySyncs, date);
    expect(await waiting).toEqual({ syncId, ended: 'failed', position });
  });

  it('that wait are told so although the run ends between two looks at it', async () => {
    const { portal } = world;
    for (const open of await portal.effects.list({ kind: 'sync', status: 'open', limit: 10 }))
      await portal.effects.done(open);
    const effects: EffectStore = {
      ...portal.effects,
      async get(key) {
        const { syncId, date } = (await portal.effects.get(key))!.payload as unknown as SyncRequest;
        const at = new Date().toISOString();
        const start = { type: 'StartSync', syncId, trigger: 'manual', force: false, at } as const;
        await portal.handler.handle(inventorySyncs, date, start, context());
        const fail = { type: 'FailSync', syncId, error: 'the warehouse is away', at, durationMs: 1 } as const;
        await portal.handler.handle(inventorySyncs, date, fail, context());
        await portal.effects.done({ key, generation: 0 });
        return portal.effects.get(key);
      },
    };
    const syncInventory = createSyncInventory({
      ...portal,
      effects,
      queue: portal.queues,
      nudge: () => undefined,
    });
    const run = await syncInventory({ force: false, wait: true, trigger: 'manual' }, context());
    expect(run.ended).toBe('failed');
  });

  it('join the one that is open, forced or not', async () => {
    const { syncInventory } = world.portal.useCases;
    const first = await syncInventory({ force: false, wait: false, trigger: 'manual' }, context());
    const others = await Promise.all(
      [true, false].map((force) => syncInventory({ force, wait: false, trigger: 'schedule' }, context())),
    );
    expect(others).toEqual([first, first]);
  });
});

/** The last: what it records stays in these streams. */
describe('a stream that cannot be read', () => {
  it('is left alone, and everything else is brought up to date', async () => {
    const [sku = '', gone = '', other = ''] = skus;
    const { product: shown } = (await product(other))!;
    const unreadable = [`inventory-${sku}`, `inventory-${gone}`, `brand-${shown.brandId}`];
    for (const stream of unreadable) await appendUnreadable(stream);
    await world.control('DELETE', `/inventory/${gone}`);
    for (const changed of [sku, other]) await world.control('PUT', `/inventory/${changed}`, { quantity: 3 });
    const reason = expect.stringContaining(`of inventory-${sku} has schema version 99`);
    expect(await world.sync()).toMatchObject({
      status: 'completed',
      changed: 1,
      delisted: 0,
      rejected: [{ sku, reason }],
    });
    expect(await product(other)).toMatchObject({ product: { stock: 3 } });
  });
});
