import { LRUCache } from 'lru-cache';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCacheStore } from '../../../src/adapters/redis/cache-store.js';
import { invalidationChannel } from '../../../src/adapters/redis/invalidations.js';
import { comparePositions, parsePosition } from '../../../src/commands/event-store.js';
import { asBrandId, asSku } from '../../../src/domain/shared/ids.js';
import { type CacheStore, CacheUnavailable, type EntryForm } from '../../../src/projections/cache/cache-store.js';
import type { Dated } from '../../../src/projections/cache/dated.js';
import { cacheKeys } from '../../../src/projections/cache/inventory-cache.js';
import { createCacheRefresher } from '../../../src/projections/cache/refresher.js';
import { stockListForm } from '../../../src/projections/cache/stock-list.js';
import { createProjections } from '../../../src/projections/create-projections.js';
import type { StockList } from '../../../src/projections/queries.js';
import type { Projector } from '../../../src/projections/runtime/projector.js';
import { collect } from '../../support/collect.js';
import { itemsOf } from '../../support/inventory.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { listed, syncCompleted } from './support/workload.js';
import { createWorld, startServers, type World } from './support/world.js';

describe('the inventory cache', () => {
  let stack: TestStack;
  let world: World;
  let projector: Projector;
  let prefix: string;
  let days = 0;

  beforeAll(async () => {
    stack = await startServers({ programs: ['postgres'] });
  });
  afterAll(async () => {
    await stack?.stop();
  });
  beforeEach(async () => {
    world = await createWorld(stack);
    prefix = world.databaseUrl.slice(-8).toUpperCase();
    projector = world.projections.startReadModels();
  });
  afterEach(async () => {
    await projector.stop();
    await world.close();
  });

  const sku = (n: number) => asSku(`${prefix}-${n}`);
  const queries = () => world.projections.queries;
  const connections = (bulk = world.redis) => ({ cache: world.redis, bulk });

  async function synced(completedAt?: string): Promise<void> {
    const position = await world.append(`inventorySync-${prefix}-${days++}`, syncCompleted(`s${days}`, completedAt));
    expect(await queries().waitFor(position, 10_000)).toBe(true);
    await until('the cache has followed', async () => {
      const followed = parsePosition((await world.cache.position()) ?? '');
      return followed !== null && comparePositions(followed, position) >= 0;
    });
  }

  /** Readable, too: what has been invalidated meanwhile is not. */
  async function cached(key: string, scope: string): Promise<void> {
    await until(`${key} is cached`, async () => (await world.cache.read(key, scope)).entry !== null);
  }

  it('keeps so much and no more, until what it keeps has ended its life', async () => {
    const store = createCacheStore(connections(), 5, 5_000);
    const write = async (n: number) => {
      const { stamp } = await store.read(`products:${n}`, '*');
      return store.write(`products:${n}`, '*', stamp, 'x'.repeat(1_500));
    };
    // An invalidation between reading and writing keeps an entry out, too.
    for (const n of [0, 1]) await until(`entry ${n} is kept`, () => write(n));
    expect(await write(2)).toBe(false);
    expect(await world.redis.exists('products:2')).toBe(0);
    await until('what is there changes', () => write(1));
    await until('there is room again', () => write(3));
  });

  it('looks now and then for room, not at each entry that there is none for', async () => {
    const purge = vi.spyOn(LRUCache.prototype, 'purgeStale');
    const store = createCacheStore(connections(), 900, 1_000);
    for (let n = 0; n < 50; n += 1) {
      const { stamp } = await store.read(`products:${n}`, '*');
      expect(await store.write(`products:${n}`, '*', stamp, 'x'.repeat(1_500))).toBe(false);
    }
    expect(store.hasRoom()).toBe(true);
    expect(purge.mock.calls.length).toBeLessThan(10);
    purge.mockRestore();
  });

  it('answers from the database, then from the cache, with the documented keys and life', async () => {
    await world.append(`inventory-${sku(1)}`, listed(sku(1), 10));
    await synced();
    await cached(`inventory:sku:${sku(1)}`, sku(1));
    await cached(`product:p-${sku(1)}`, `p-${sku(1)}`);
    await cached('inventory:all', '*');
    expect(await world.redis.ttl('inventory:all')).toBeGreaterThan(890);
    expect((await queries().inventoryItem(sku(1)))?.source).toBe('cache');

    const filter = { brand: 'Vital Hemp', q: sku(1), limit: 10 };
    expect(await queries().products(filter)).toMatchObject({ source: 'database', total: 1 });
    expect(await queries().products({ limit: 10, q: sku(1).toLowerCase(), brand: 'VITAL HEMP' })).toMatchObject({
      source: 'cache',
      items: [{ sku: sku(1), available: 10 }],
    });
    expect((await world.redis.keys('products:*')).length).toBe(1);
    expect(world.counts.get('portal_cache_requests_total {"cache":"products","result":"hit"}')).toBe(1);
  });

  it('answers every spelling of a brand the same, whichever is asked for first', async () => {
    await world.append(`inventory-${sku(1)}`, listed(sku(1), 10));
    await synced();
    for (const brand of ['VITAL-HEMP', 'vital-hemp', 'Vital Hemp', 'vital hemp']) {
      expect((await queries().products({ brand, q: sku(1), limit: 10 })).items).toMatchObject([{ sku: sku(1) }]);
    }
    expect((await queries().products({ brand: 'vital', q: sku(1), limit: 10 })).items).toEqual([]);
  });

  it('leaves nothing of a delisted product for others who read the documented keys', async () => {
    await world.append(`inventory-${sku(1)}`, listed(sku(1), 10));
    await synced();
    await cached(`inventory:sku:${sku(1)}`, sku(1));
    await cached(`product:p-${sku(1)}`, `p-${sku(1)}`);
    await queries().product(sku(1));
    const delisted = { type: 'ProductDelisted', data: { syncId: 's', snapshotAt: new Date().toISOString() } } as const;
    await world.append(`inventory-${sku(1)}`, delisted);
    await synced();
    const keys = [`inventory:sku:${sku(1)}`, `product:p-${sku(1)}`, `product:${sku(1)}`];
    await until('they are gone', async () => (await world.redis.exists(...keys)) === 0);
  });

  it('never answers with older stock than a position that was waited for', async () => {
    await world.append(`inventory-${sku(2)}`, listed(sku(2), 100));
    await synced();
    for (let n = 1; n <= 30; n++) {
      const at = new Date().toISOString();
      const position = await world.append(`inventory-${sku(2)}`, {
        type: 'StockReserved',
        data: { orderId: `o${n}`, quantity: 1, expiresAt: at, reservedAt: at },
      });
      expect(await queries().waitFor(position, 10_000)).toBe(true);
      const [item, list, page, product] = await Promise.all([
        queries().inventoryItem(sku(2)),
        queries().inventory(),
        queries().products({ q: sku(2), limit: 1 }),
        queries().product(`p-${sku(2)}`),
      ]);
      expect(item?.item.available).toBe(100 - n);
      expect(itemsOf(list).find((row) => row.sku === sku(2))?.available).toBe(100 - n);
      expect(page.items[0]?.available).toBe(100 - n);
      expect(product?.product.available).toBe(100 - n);
    }
  });

  it.each([
    ['follows it', async () => undefined],
    ['has been emptied', () => world.cache.invalidateAll()],
  ])('does not either when the projector dies before it makes it invalid in a cache that %s', async (_, before) => {
    await world.append(`inventory-${sku(2)}`, listed(sku(2), 100));
    await synced();
    await before();
    expect((await queries().inventoryItem(sku(2)))?.item.available).toBe(100);
    await cached(`inventory:sku:${sku(2)}`, sku(2));
    let goOn: () => void = () => undefined;
    const { invalidate } = world.cache;
    world.cache.invalidate = () => {
      world.cache.invalidate = invalidate;
      return new Promise<void>((resolve) => (goOn = resolve));
    };
    const at = new Date().toISOString();
    const position = await world.append(`inventory-${sku(2)}`, {
      type: 'StockReserved',
      data: { orderId: 'o1', quantity: 1, expiresAt: at, reservedAt: at },
    });
    expect(await queries().waitFor(position, 10_000)).toBe(true);
    expect((await queries().inventoryItem(sku(2)))?.item.available).toBe(99);
    goOn();
  });

  it('does not either from memory, when what has become invalid is told late', async () => {
    await world.append(`inventory-${sku(2)}`, listed(sku(2), 100));
    await synced();
    const late = { follow: () => undefined, isCurrent: () => true };
    const { inventoryItem, waitFor } = createProjections({
      ...world,
      invalidations: late,
      staleAfterSeconds: 900,
    }).queries;
    await until('it is in memory', async () => {
      const first = await inventoryItem(sku(2));
      return first === (await inventoryItem(sku(2)));
    });
    const at = new Date().toISOString();
    const position = await world.append(`inventory-${sku(2)}`, {
      type: 'StockReserved',
      data: { orderId: 'o1', quantity: 1, expiresAt: at, reservedAt: at },
    });
    expect(await waitFor(position, 10_000)).toBe(true);
    expect((await inventoryItem(sku(2)))?.item.available).toBe(99);
  });

  it('holds stock as JSON for others too, on a way of its own, and reads what other releases wrote', async () => {
    // The projector begins with an invalidation of its own.
    await synced();
    const key = cacheKeys.inventoryOfBrand(asBrandId('b'));
    const write = async (store: CacheStore, entry: unknown, form?: EntryForm<Dated<StockList>>) => {
      const { stamp } = await store.read(key, '*');
      return store.write(key, '*', stamp, entry as Dated<StockList>, form);
    };
    const dated = { asOf: null, value: { items: Buffer.from('[{"sku":"é"}]'), total: 1 } };
    const cut = createCacheStore(connections(away()), 900);
    await expect(write(cut, dated, stockListForm)).rejects.toThrow(CacheUnavailable);
    // An invalidation between reading and writing keeps an entry out.
    await until('something small is kept', () => write(cut, { small: true }));

    await until('the stock is kept', () => write(world.cache, dated, stockListForm));
    const kept = JSON.parse((await world.redis.get(key)) ?? '') as { entry: unknown };
    expect(kept.entry).toEqual({ asOf: null, total: 1, value: [{ sku: 'é' }] });
    expect((await world.cache.read(key, '*', stockListForm)).entry).toEqual(dated);
    // Releases before this one did not count the items.
    await until('their stock is kept', () => write(world.cache, { asOf: null, value: [] }));
    expect((await world.cache.read(key, '*', stockListForm)).entry).toBeNull();
  });

  function away() {
    const redis = world.redis.duplicate({ lazyConnect: true });
    redis.disconnect();
    return redis;
  }

  it('refuses to store what was loaded before an invalidation', async () => {
    // The projector begins with another one.
    await synced();
    const { stamp } = await world.cache.read('product:x', 'x');
    await world.cache.invalidate(['x'], '1/1');
    expect(await world.cache.write('product:x', 'x', stamp, { old: true })).toBe(false);
    const fresh = await world.cache.read('product:x', 'x');
    expect(await world.cache.write('product:x', 'x', fresh.stamp, { old: false })).toBe(true);
    await world.redis.flushall();
    expect(await world.cache.write('product:x', 'x', fresh.stamp, { old: true })).toBe(false);
  });

  it('warns when no sync has succeeded within the life of the cache, whichever store answers', async () => {
    await world.append(`inventory-${sku(3)}`, listed(sku(3), 1));
    await synced();
    await cached(`inventory:sku:${sku(3)}`, sku(3));
    const syncedAt = (await queries().inventoryItem(sku(3)))!.asOf!;
    let minutes = 14;
    const clock = { now: () => new Date(Date.parse(syncedAt) + minutes * 60_000) };
    const later = createProjections({ ...world, clock, staleAfterSeconds: 900 }).queries;
    const read = () => later.inventoryItem(sku(3));

    expect(await read()).toMatchObject({ source: 'cache', asOf: syncedAt });
    await until('it is in memory', async () => {
      const first = await read();
      return first === (await read());
    });
    minutes = 16;
    const stale = { source: 'stale_cache', asOf: syncedAt, warning: expect.stringContaining(syncedAt) };
    expect(await read()).toMatchObject(stale);
    await world.redis.flushall();
    expect(await read()).toMatchObject(stale);
  });

  it('never dates stock by a later sync than the one that it shows', async () => {
    await world.append(`inventory-${sku(10)}`, listed(sku(10), 10));
    await synced();
    const filter = { q: sku(10), limit: 10 };
    const sync = await world.db.transaction();
    await sync.raw('lock table "read".syncs in access exclusive mode');
    const asked = queries().products(filter);
    await until('the last sync is asked for', async () => {
      const { rows } = await world.db.raw('select from pg_locks where not granted');
      return rows.length > 0;
    });
    const completedAt = new Date();
    await sync.raw(`update "read".products set state = jsonb_set(state, '{item,quantity}', '7') where sku = ?`, [
      sku(10),
    ]);
    await sync.raw('update "read".syncs set completed_at = ?', [completedAt]);
    await sync.commit();
    expect(await asked).toMatchObject({ asOf: completedAt.toISOString(), items: [{ stock: 7 }] });
  });

  it('takes for a successful sync neither one that has failed nor one that a wrong clock has dated', async () => {
    await world.append(`inventory-${sku(9)}`, listed(sku(9), 1));
    await synced();
    const { asOf } = (await queries().inventoryItem(sku(9)))!;
    const failedAt = new Date(Date.now() + 1_000).toISOString();
    const told = { syncId: 'failed', error: 'x', received: 0, rejectedCount: 0, rejected: [], failedAt, durationMs: 1 };
    await world.append(`inventorySync-${prefix}-failed`, { type: 'InventorySyncFailed', data: told });
    await synced(new Date(Date.now() + 3_600_000).toISOString());
    expect(await queries().inventoryItem(sku(9))).toMatchObject({ asOf });
    expect(asOf).not.toBeNull();
  });

  it('answers from PostgreSQL without Redis, and recovers', async () => {
    await world.append(`inventory-${sku(4)}`, listed(sku(4), 10));
    await synced();
    await stack.kill('redis');
    const startedAt = Date.now();
    expect(await queries().inventoryItem(sku(4))).toMatchObject({ source: 'database', item: { available: 10 } });
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    const at = new Date().toISOString();
    const position = await world.append(`inventory-${sku(4)}`, {
      type: 'StockLevelChanged',
      data: { from: 10, to: 7, syncId: 's', snapshotAt: at },
    });
    expect(await queries().waitFor(position, 10_000)).toBe(true);
    expect((await queries().inventoryItem(sku(4)))?.item.available).toBe(7);
    await stack.start('redis');
    await until('the cache is used again', async () => (await queries().inventoryItem(sku(4)))?.source === 'cache');
    expect((await queries().inventoryItem(sku(4)))?.item.available).toBe(7);
  });

  it('answers from PostgreSQL while Redis takes no writes, and so no invalidations', async () => {
    await world.append(`inventory-${sku(4)}`, listed(sku(4), 10));
    await synced();
    await cached(`inventory:sku:${sku(4)}`, sku(4));
    // From memory, too.
    for (let n = 0; n < 3; n++) await queries().inventoryItem(sku(4));
    await world.redis.config('SET', 'min-replicas-to-write', '1');
    const at = new Date().toISOString();
    const position = await world.append(`inventory-${sku(4)}`, {
      type: 'StockLevelChanged',
      data: { from: 10, to: 7, syncId: 's', snapshotAt: at },
    });
    expect(await queries().waitFor(position, 10_000)).toBe(true);
    expect(await queries().inventoryItem(sku(4))).toMatchObject({ source: 'database', item: { available: 7 } });
    await world.redis.config('SET', 'min-replicas-to-write', '0');
    await until('the cache is used again', async () => (await queries().inventoryItem(sku(4)))?.source === 'cache');
    expect((await queries().inventoryItem(sku(4)))?.item.available).toBe(7);
  });

  it('answers from the cache without PostgreSQL', async () => {
    await world.append(`inventory-${sku(5)}`, listed(sku(5), 10));
    await synced();
    await cached(`inventory:sku:${sku(5)}`, sku(5));
    await stack.kill('postgres');
    try {
      expect(await queries().inventoryItem(sku(5))).toMatchObject({ source: 'cache', item: { available: 10 } });
    } finally {
      await stack.start('postgres');
    }
  });

  it('answers from memory until the entry is invalidated, or the feed of invalidations is cut', async () => {
    await world.append(`inventory-${sku(7)}`, listed(sku(7), 10));
    await synced();
    await cached(`inventory:sku:${sku(7)}`, sku(7));
    const read = () => queries().inventoryItem(sku(7));
    // The same object again: nobody has read it anew.
    const inMemory = () =>
      until('it is in memory', async () => {
        const first = await read();
        return first === (await read());
      });
    await inMemory();
    const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await world.redis.info('stats'))?.[1]);
    const before = await commands();
    for (let n = 0; n < 500; n++) await read();
    expect((await commands()) - before).toBeLessThan(250);

    const at = new Date().toISOString();
    const change = { type: 'StockLevelChanged', data: { from: 10, to: 7, syncId: 's', snapshotAt: at } } as const;
    const position = await world.append(`inventory-${sku(7)}`, change);
    expect(await queries().waitFor(position, 10_000)).toBe(true);
    expect(await read()).toMatchObject({ item: { available: 7 } });

    // What has changed is written to Redis anew, too, a moment later.
    await until('it is answered from memory although Redis has nothing', async () => {
      const known = await read();
      await world.redis.flushall();
      return known === (await read());
    });
    await world.redis.client('KILL', 'TYPE', 'pubsub');
    await until('nothing is answered from memory', async () => {
      await world.redis.flushall();
      return (await read())?.source === 'database';
    });
  });

  it('reads an entry once, however many ask for it at a time', async () => {
    await world.append(`inventory-${sku(5)}`, listed(sku(5), 10));
    await synced();
    await cached('inventory:all', '*');
    await until('there is a memory', async () => {
      const first = await queries().inventoryItem(sku(5));
      return first === (await queries().inventoryItem(sku(5)));
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => queries().inventory()));
    expect(answers[0]?.source).toBe('cache');
    expect(new Set(answers).size, 'answers that were read and parsed').toBe(1);
  });

  it.each(['no JSON', '{}', 'null', '{"scopes":"some"}'])(
    'takes %s on its channel for a reason to forget all',
    async (text) => {
      await world.append(`inventory-${sku(8)}`, listed(sku(8), 10));
      await synced();
      const read = () => queries().inventoryItem(sku(8));
      let before = await read();
      await until('it is in memory', async () => {
        const earlier = before;
        before = await read();
        return earlier === before;
      });
      await world.redis.publish(invalidationChannel(world.redis), text);
      await until('it was read anew', async () => (await read()) !== before);
      expect(await read()).toMatchObject({ item: { available: 10 } });
    },
  );

  it('starts from nothing with a new owner: the one before may have died before it made something invalid', async () => {
    await world.append(`inventory-${sku(10)}`, listed(sku(10), 10));
    await synced();
    const list = () => queries().products({ limit: 1, q: sku(10) });
    const shown = async () => (await list()).items[0]?.stock;
    await until('it is cached', async () => (await list()).source === 'cache');
    await projector.stop();
    await world.db.raw(`update "read".products set state = jsonb_set(state, '{item,quantity}', '7')`);
    expect(await shown()).toBe(10);
    projector = world.projections.startReadModels();
    await until('it shows what is there', async () => (await shown()) === 7);
  });

  it('is cleared as soon as it can be, where what changed could not be made invalid', async () => {
    const position = await world.append(`inventory-${sku(9)}`, listed(sku(9), 10));
    await synced();
    await cached(`inventory:sku:${sku(9)}`, sku(9));
    const gone = () => Promise.reject(new CacheUnavailable('the way to the store is cut'));
    let cutFor = 3;
    const store = {
      ...world.cache,
      invalidate: gone,
      invalidateAll: async () => {
        cutFor -= 1;
        await (cutFor > 0 ? gone() : world.cache.invalidateAll());
      },
    };
    const refresher = createCacheRefresher({ ...world, store });
    const [event] = await collect(world.eventStore.readStream(`inventory-${sku(9)}`));
    const before = await world.cache.read(`inventory:sku:${sku(9)}`, sku(9));
    await refresher.afterCommit([event!], position);
    await until('it was cleared', async () => {
      return (await world.cache.read(`inventory:sku:${sku(9)}`, sku(9))).stamp !== before.stamp;
    });
    await refresher.settled();
    expect(cutFor).toBe(0);
  });

  it('loads a missing entry once, however many ask', async () => {
    await world.append(`inventory-${sku(6)}`, listed(sku(6), 10));
    await synced();
    let queriesSeen = 0;
    world.db.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('search like')) queriesSeen++;
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => queries().products({ q: sku(6), limit: 5 })));
    // One page and one count.
    expect(queriesSeen).toBe(2);
    expect(new Set(answers).size, 'answers to make ready for sending').toBe(1);
  });
});
