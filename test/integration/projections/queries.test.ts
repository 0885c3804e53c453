import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import type { DomainEvent } from '../../../src/domain/shared/event-schema.js';
import { asBrandId, asOrderId, asSku, type OrderId } from '../../../src/domain/shared/ids.js';
import { InvalidCursor } from '../../../src/projections/queries/cursor.js';
import { ordersNaming } from '../../../src/projections/queries/persons-orders.js';
import { listProducts, stockPages } from '../../../src/projections/queries/products.js';
import { collect } from '../../support/collect.js';
import { itemsOf } from '../../support/inventory.js';
import { history, minute, placeOrder, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { listed, workload } from './support/workload.js';
import { createWorld, startServers, type World } from './support/world.js';
import { writtenMeanwhile } from './support/written-meanwhile.js';

describe('queries', () => {
  let stack: TestStack;
  let world: World;
  let projector: ReturnType<World['projections']['startReadModels']>;

  beforeAll(async () => {
    stack = await startServers();
    world = await createWorld(stack);
    projector = world.projections.startReadModels();
    let position = null;
    for (const [stream, events] of workload(11, 35, 30)) position = await world.append(stream, ...events);
    expect(await world.projections.queries.waitFor(position!, 20_000)).toBe(true);
  });
  afterAll(async () => {
    await projector?.stop();
    await world?.close();
    await stack?.stop();
  });

  async function everyPage<T>(
    page: (cursor?: string) => Promise<{ items: T[]; nextCursor: string | null }>,
  ): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | undefined; ; ) {
      const answer = await page(cursor);
      items.push(...answer.items);
      if (!answer.nextCursor) return items;
      cursor = answer.nextCursor;
    }
  }

  it('page through all orders, the newest first, each once', async () => {
    const { queries } = world.projections;
    const paged = await everyPage((cursor) => queries.orders({ limit: 4, ...(cursor ? { cursor } : {}) }));
    const whole = (await queries.orders({ limit: 200 })).items;
    expect(paged).toEqual(whole);
    expect(whole).toHaveLength(35);
    expect(whole[0]?.id).toBe('11-34');
  });

  it('page through all orders the other way round', async () => {
    const { queries } = world.projections;
    const page = (sort: 'placedAt' | '-placedAt') =>
      everyPage((cursor) => queries.orders({ limit: 4, sort, ...(cursor ? { cursor } : {}) }));
    const oldestFirst = await page('placedAt');
    expect(oldestFirst).toHaveLength(35);
    expect(oldestFirst[0]?.id).toBe('11-0');
    expect(oldestFirst).toEqual((await page('-placedAt')).reverse());
  });

  it('refuse a cursor of the other direction', async () => {
    const { queries } = world.projections;
    for (const [sort, other] of [
      ['placedAt', '-placedAt'],
      ['-placedAt', 'placedAt'],
    ] as const) {
      const cursor = (await queries.orders({ limit: 1, sort })).nextCursor!;
      expect((await queries.orders({ limit: 1, sort, cursor })).items).toHaveLength(1);
      await expect(queries.orders({ limit: 1, sort: other, cursor })).rejects.toThrow(InvalidCursor);
    }
    const unsaid = (await queries.orders({ limit: 1 })).nextCursor!;
    expect((await queries.orders({ limit: 1, sort: '-placedAt', cursor: unsaid })).items).toHaveLength(1);
  });

  it('keep a page in place while newer orders arrive', async () => {
    const { queries } = world.projections;
    const first = await queries.orders({ limit: 5 });
    const position = await world.append('order-newer', ...history(...toPaid));
    await queries.waitFor(position, 10_000);
    const second = await queries.orders({ limit: 5, cursor: first.nextCursor! });
    expect(second.items[0]?.id).toBe('11-29');
  });

  it('filter orders', async () => {
    const { queries } = world.projections;
    const all = (await queries.orders({ limit: 200 })).items;
    const cancelled = (await queries.orders({ limit: 200, status: 'cancelled' })).items;
    expect(cancelled).toEqual(all.filter(({ status }) => status === 'cancelled'));
    expect((await queries.orders({ limit: 200, q: 'ENGINES l' })).items).toHaveLength(all.length);
    expect((await queries.orders({ limit: 200, q: '%' })).items).toEqual([]);
    expect((await queries.orders({ limit: 200, customerId: 'nobody' })).items).toEqual([]);
    expect((await queries.orders({ limit: 200, to: '2026-03-01T09:00:00.000Z' })).items).toEqual([]);
    expect((await queries.orders({ limit: 200, from: '2026-03-01T09:00:00.000Z' })).items).toHaveLength(all.length);
    expect(await queries.order('vl-11-3')).toMatchObject({ id: '11-3' });
    expect(await queries.order('11-3', { customerId: 'nobody' })).toBeNull();
  });

  it.each(['name', '-name', 'price', '-price', 'stock', '-stock', 'updatedAt', '-updatedAt'] as const)(
    'page through all products by %s',
    async (sort) => {
      const { queries } = world.projections;
      const paged = await everyPage((cursor) => queries.products({ limit: 7, sort, ...(cursor ? { cursor } : {}) }));
      const whole = await queries.products({ limit: 200, sort });
      expect(paged).toEqual(whole.items);
      expect(whole.total).toBe(whole.items.length);
      const field = sort.replace('-', '') as 'name' | 'price' | 'stock' | 'updatedAt';
      const values = whole.items.map((item) => item[field]);
      const ordered = values.every(
        (value, n) => n === 0 || (sort.startsWith('-') ? values[n - 1]! >= value : values[n - 1]! <= value),
      );
      expect(ordered).toBe(true);
    },
  );

  it('count the products of a list as of the moment of its items', async () => {
    const list = (enabled: boolean) => world.db('read.products').where({ sku }).update({ listed: enabled });
    const { sku } = (await world.projections.queries.products({ limit: 1 })).items[0]!;
    const page = await listProducts(
      writtenMeanwhile(world.db, () => list(false)),
      { limit: 200 },
    );
    await list(true);
    expect(page.total).toBe(page.items.length);
  });

  it('show listed products only, and what can still be promised of them', async () => {
    const { queries } = world.projections;
    const items = itemsOf(await queries.inventory());
    expect(items.length).toBeGreaterThan(5);
    for (const { stock, reserved, available } of items) expect(available).toBe(Math.max(0, stock - reserved));
    const inStock = await queries.products({ limit: 200, inStock: true });
    expect(inStock.total).toBe(items.filter(({ available }) => available > 0).length);
    const soldOut = await queries.products({ limit: 200, inStock: false });
    expect(soldOut.total).toBe(items.length - inStock.total);
    const bySku = await queries.productsBySku([...Array(30).keys()].map((n) => asSku(`SKU-11-${n}`)));
    expect(bySku).toHaveLength(30);
    expect(bySku.filter(({ listed }) => listed)).toHaveLength(items.length);
    for (const { id, sku, listed } of bySku) {
      const shown = listed ? expect.objectContaining({ product: expect.objectContaining({ sku }) }) : null;
      expect([await queries.product(id), await queries.product(sku)]).toEqual([shown, shown]);
    }
    expect((await world.projections.snapshotIndex()).size).toBe(30);
  });

  it('tell what is reserved of a SKU and for whom, the earliest first, also after a rebuild', async () => {
    const { queries } = world.projections;
    const order = (await queries.order('11-0'))!;
    // The ids are such that their order is not that of the moments.
    const reserved = (orderId: OrderId, at: number): DomainEvent => ({
      type: 'StockReserved',
      data: { orderId, quantity: at, expiresAt: minute(60), reservedAt: minute(at) },
    });
    const position = await world.append(
      'inventory-held',
      listed('held', 50),
      reserved(asOrderId('unknown-a'), 3),
      reserved(asOrderId('11-0'), 2),
      reserved(asOrderId('unknown-b'), 1),
      { type: 'ReservationCommitted', data: { orderId: '11-0', exportedAt: minute(4) } },
    );
    await queries.waitFor(position, 10_000);
    const expected = {
      sku: 'held',
      reserved: 6,
      total: 3,
      items: [
        { orderId: 'unknown-b', orderNumber: null, orderStatus: null, quantity: 1, state: 'held' },
        {
          orderId: '11-0',
          orderNumber: order.orderNumber,
          orderStatus: order.status,
          quantity: 2,
          state: 'committed',
          exportedAt: minute(4),
        },
        { orderId: 'unknown-a', orderNumber: null, orderStatus: null, quantity: 3 },
      ],
    };
    // Often enough for the server to keep a plan.
    for (let time = 0; time < 7; time += 1) expect(await queries.reservations(asSku('held'))).toMatchObject(expected);
    await world.projections.rebuild('products');
    await world.projections.rebuild('orders');
    expect(await queries.reservations(asSku('held'))).toMatchObject(expected);
    await queries.waitFor(await world.append('inventory-free', listed('free', 5)), 10_000);
    expect(await queries.reservations(asSku('free'))).toEqual({ sku: 'free', reserved: 0, total: 0, items: [] });
    expect(await queries.reservations(asSku('never-seen'))).toBeNull();
  });

  it('list brands by name, each with what it has on sale, and syncs, the newest first', async () => {
    const { queries } = world.projections;
    const brand = (brandId: string, name: string): [string, DomainEvent] => [
      `brand-${brandId}`,
      { type: 'BrandRegistered', data: { brandId, name, registeredAt: minute(0) } },
    ];
    const product = (sku: string) => ({
      ...listed(sku, 1),
      data: { ...(listed(sku, 1).data as object), brandId: 'b' },
    });
    const delisted: DomainEvent = { type: 'ProductDelisted', data: { syncId: 's', snapshotAt: minute(1) } };
    await world.append(...brand('a', 'Zenith'));
    await world.append(...brand('b', 'apex'));
    await world.append(...brand('c', 'Middle'));
    await world.append('inventory-b-1', product('b-1'));
    await world.append('inventory-b-2', product('b-2'), delisted);
    for (const n of [2, 3, 1])
      await world.append(`inventorySync-${n}`, {
        type: 'InventorySyncStarted',
        data: { syncId: `${n}`, trigger: 'manual', force: false, startedAt: minute(n) },
      });
    await queries.waitFor(await world.append('order-last', ...history(...toPaid)), 10_000);
    expect((await queries.brands()).map(({ name, productCount }) => [name, productCount])).toEqual([
      ['apex', 1],
      ['Middle', 0],
      ['Zenith', 0],
    ]);
    expect((await queries.syncs({ limit: 2 })).map(({ syncId }) => syncId)).toEqual(['3', '2']);
  });

  it('narrow products and stock to a brand, whatever else is asked for', async () => {
    const { queries } = world.projections;
    const brandId = asBrandId('green-leaf');
    for (const sku of ['leaf-1', 'leaf-2']) {
      const { type, data } = listed(sku, 5);
      const position = await world.append(`inventory-${sku}`, {
        type,
        data: { ...(data as object), brandId, brand: 'Green Leaf' },
      });
      await queries.waitFor(position, 10_000);
    }
    await queries.waitFor(await world.append('inventory-leaf-10', listed('leaf-10', 5)), 10_000);
    // The second time from the cache.
    for (let time = 0; time < 2; time += 1) {
      const products = await queries.products({ limit: 200, brandId });
      expect([products.items.map(({ sku }) => sku), products.total]).toEqual([['leaf-1', 'leaf-2'], 2]);
      expect(itemsOf(await queries.inventory({ brandId })).map(({ sku }) => sku)).toEqual(['leaf-1', 'leaf-2']);
      expect((await queries.inventory()).total).toBeGreaterThan(2);
    }
    expect((await queries.products({ limit: 200, brandId, brand: 'vital-hemp' })).items).toEqual([]);
    const cursor = (await queries.products({ limit: 1, brandId })).nextCursor!;
    expect((await queries.products({ limit: 1, brandId, cursor })).items).toMatchObject([{ sku: 'leaf-2' }]);
    const pages = await collect(stockPages(world.db, brandId, 1));
    expect(pages.map((page) => page.map(({ item }) => item.sku))).toEqual([['leaf-1'], ['leaf-2']]);
    await expect(queries.products({ limit: 1, brandId: asBrandId('vital-hemp'), cursor })).rejects.toThrow(
      InvalidCursor,
    );
  });

  it('find the orders that name a person by id or, in whatever case, by address, without erased ones', async () => {
    const customer = { ...placeOrder.customer, email: 'Eve@Example.com' };
    const append = (orderId: OrderId, changes: object, ...more: readonly DomainEvent[]) =>
      world.append(`order-${orderId}`, ...history({ ...placeOrder, orderId, ...changes }), ...more);
    await append(asOrderId('eve-2'), { customer, customerId: null });
    await append(asOrderId('eve-1'), { customerId: 'eve' });
    const erased: DomainEvent = { type: 'CustomerDataErased', data: { erasedAt: minute(9) } };
    await world.projections.queries.waitFor(await append(asOrderId('eve-0'), { customerId: 'eve' }, erased), 10_000);
    const naming = async (who: string) => (await ordersNaming(world.db, who)).map(({ orderId }) => orderId);
    expect([await naming(' eve@example.COM '), await naming('eve')]).toEqual([['eve-2'], ['eve-1']]);
  });

  it('refuse a cursor of another query', async () => {
    const { queries } = world.projections;
    const { nextCursor } = await queries.products({ limit: 1, sort: 'price' });
    await expect(queries.products({ limit: 1, sort: 'name', cursor: nextCursor! })).rejects.toThrow(InvalidCursor);
    await expect(queries.orders({ limit: 1, cursor: 'nonsense' })).rejects.toThrow(InvalidCursor);
  });

  it('refuse a cursor of another filter, which would leave out rows without a word', async () => {
    const { queries } = world.projections;
    const products = (await queries.products({ limit: 1, inStock: true })).nextCursor!;
    expect((await queries.products({ limit: 3, inStock: true, cursor: products })).items).not.toEqual([]);
    await expect(queries.products({ limit: 1, cursor: products })).rejects.toThrow(InvalidCursor);
    for (const other of [{ q: 'a' }, { brand: 'vital-hemp' }])
      await expect(queries.products({ limit: 1, inStock: true, ...other, cursor: products })).rejects.toThrow(
        InvalidCursor,
      );
    const orders = (await queries.orders({ limit: 1 })).nextCursor!;
    for (const other of [
      { status: 'paid' as const },
      { q: 'engines' },
      { customerId: 'c1' },
      { from: minute(0) },
      { to: minute(1) },
    ])
      await expect(queries.orders({ limit: 1, ...other, cursor: orders })).rejects.toThrow(InvalidCursor);
  });

  it('search accents in either spelling of Unicode, whichever the warehouse uses', async () => {
    const { queries } = world.projections;
    const skus = ['Bl\u00fcte-1', 'Blu\u0308te-2'];
    for (const sku of skus) await queries.waitFor(await world.append(`inventory-${sku}`, listed(sku, 1)), 10_000);
    for (const q of ['BL\u00dcTE', 'BLU\u0308TE']) {
      const { items } = await queries.products({ limit: 10, q });
      expect(items.map(({ sku }) => sku).sort()).toEqual([...skus].sort());
    }
    const first = await queries.products({ limit: 1, q: 'bl\u00fcte' });
    expect((await queries.products({ limit: 1, q: 'blu\u0308te', cursor: first.nextCursor! })).items).toHaveLength(1);
  });

  it('hold a page of as many rows as may be asked for', async () => {
    const { queries } = world.projections;
    const skus = Array.from({ length: 201 }, (_, n) => `MANY-${n}`);
    for (const position of await Promise.all(skus.map((sku) => world.append(`inventory-${sku}`, listed(sku, 1)))))
      await queries.waitFor(position, 10_000);
    expect((await queries.products({ limit: 1_000, q: 'many-' })).items).toHaveLength(201);
  });

  it('of a newer release are told, and stop no process of this one', async () => {
    const newer = '999-of-a-newer-release';
    await world.db('portal.migrations').insert({ name: newer, batch: 99, migration_time: new Date() });
    expect(await migrate(world.db)).toMatchObject({ pending: [], unknown: [newer] });
    await world.db('portal.migrations').where({ name: newer }).delete();
    expect(await migrate(world.db)).toMatchObject({ pending: [], unknown: [] });
  });

  it('need no turn of their own when several processes migrate at once', async () => {
    await Promise.all([1, 2, 3].map(() => migrate(world.db)));
    await expect(world.db('portal.effects').count()).resolves.toBeDefined();
  });
});
