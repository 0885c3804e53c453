import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { idOf } from '../../../src/commands/streams.js';
import type { BrandEvent } from '../../../src/domain/brand/events.js';
import { asBrandId } from '../../../src/domain/shared/ids.js';
import type { SyncEvent } from '../../../src/domain/sync/events.js';
import { brandsProjection } from '../../../src/projections/models/brands.js';
import { columnsOf, type Folded, foldEvent, rowOf } from '../../../src/projections/models/folded-rows.js';
import { ledgerColumns, ledgerRows } from '../../../src/projections/models/ledger.js';
import { lotsProjection } from '../../../src/projections/models/lots.js';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { payoutsProjection } from '../../../src/projections/models/payouts.js';
import {
  productsProjection,
  type SnapshotFacts,
  snapshotFingerprint,
} from '../../../src/projections/models/products.js';
import type { StreamFoldProjection } from '../../../src/projections/models/stream-fold.js';
import { evolveSync, syncColumns, syncRow } from '../../../src/projections/models/syncs.js';
import { normaliseFilter } from '../../../src/projections/queries/products.js';
import { commit, item, reserve, snapshot, stockHistory } from '../../support/inventory.js';
import { history, minute, pay, placeOrder, refund } from '../../support/orders.js';
import { recordedStream } from '../../support/recorded-stream.js';

const started: SyncEvent = {
  type: 'InventorySyncStarted',
  data: { syncId: 's1', trigger: 'manual', force: false, startedAt: '2026-03-01T23:59:58.000Z' },
};
const registered = (name: string): BrandEvent => ({
  type: 'BrandRegistered',
  data: { brandId: asBrandId('a'), name, registeredAt: minute(0) },
});
const shared = (brandShareBps: number | null): BrandEvent => ({
  type: 'BrandShareOverridden',
  data: { brandShareBps, reason: null, overriddenAt: minute(1) },
});

describe('a sync run', () => {
  const failed: SyncEvent = {
    type: 'InventorySyncFailed',
    data: {
      syncId: 's1',
      error: 'the warehouse is down',
      received: 0,
      rejectedCount: 0,
      rejected: [],
      failedAt: '2026-03-02T00:00:01.000Z',
      durationMs: 2_000,
    },
  };

  const completed: SyncEvent = {
    type: 'InventorySyncCompleted',
    data: {
      syncId: 's1',
      received: 6,
      created: 1,
      changed: 2,
      delisted: 3,
      rejectedCount: 1,
      rejected: [{ sku: 'A', index: 4, reason: 'bad' }],
      snapshotAt: '2026-03-01T23:59:58.000Z',
      completedAt: '2026-03-02T00:00:01.000Z',
      durationMs: 2_000,
    },
  };
  const running = {
    syncId: 's1',
    status: 'running',
    trigger: 'manual',
    startedAt: '2026-03-01T23:59:58.000Z',
    completedAt: null,
    received: 0,
    created: 0,
    changed: 0,
    delisted: 0,
    rejected: [],
    durationMs: null,
  };
  const ended = { ...running, completedAt: '2026-03-02T00:00:01.000Z', durationMs: 2_000 };
  const { created, changed, delisted, received, rejected } = completed.data;

  it.each([
    ['fails', failed, { ...ended, status: 'failed', error: 'the warehouse is down' }],
    ['completes', completed, { ...ended, status: 'completed', received, created, changed, delisted, rejected }],
  ])('that %s is the same whichever event is seen first, and however often', (_how, end, expected) => {
    expect(evolveSync(null, started)).toEqual(running);
    const inOrder = evolveSync(evolveSync(null, started), end);
    expect(inOrder).toEqual(expected);
    expect(evolveSync(null, end)).toEqual({
      ...expected,
      trigger: 'schedule',
      startedAt: '2026-03-01T23:59:59.000Z',
    });
    expect(evolveSync(evolveSync(null, end), started)).toEqual(inOrder);
    expect(evolveSync(evolveSync(inOrder, started), end)).toEqual(inOrder);
  });

  it('that fails with what it has read shows it', () => {
    const refused: SyncEvent = { ...failed, data: { ...failed.data, received, rejected } };
    expect(evolveSync(null, refused)).toMatchObject({ status: 'failed', received, rejected });
  });
});

function folded<State>({ fold }: StreamFoldProjection<State>, events: readonly RecordedEvent[]): Folded<State> {
  const stream: Folded<State> = { revision: -1n, state: null };
  for (const event of events) foldEvent(fold, stream, event);
  return stream;
}

describe('every column', () => {
  const sold = { ...placeOrder, lineItems: placeOrder.lineItems.map((line) => ({ ...line, batchNumber: 'B-7' })) };
  const order = recordedStream('order-o1', history(sold, pay, refund('re_1', 10_000)));
  const stock = recordedStream(
    'inventory-HEMP-1',
    stockHistory(snapshot(), reserve('o1', 1), reserve('o2', 2), commit('o1', minute(9)), commit('o2', minute(4))),
  );
  const brand = recordedStream('brand-a', [registered('A')]);

  /** The last row that a stream makes, and the columns of its table. */
  function lastRow<State>(projection: StreamFoldProjection<State>, events: readonly RecordedEvent[]) {
    const { fold } = projection;
    const { revision, state } = folded(projection, events);
    return { row: rowOf(fold, idOf(events[0]!.stream), revision, state!), columns: columnsOf(fold) };
  }
  const ledgers = [...payoutsProjection.ledgers, ...lotsProjection.ledgers];
  function lastEntry(table: string) {
    const ledger = ledgers.find((one) => one.table === table)!;
    const row = [...order, ...stock].flatMap((event) => ledgerRows(ledger, event)).at(-1)!;
    return { row, columns: ledgerColumns(ledger) };
  }

  it('is searched by a text that fits into an index, whatever the customer is called', () => {
    const longest = '\u{1f33f}'.repeat(200);
    const customer = { ...placeOrder.customer, name: longest, companyName: longest, email: `${longest}@example.com` };
    const placed = recordedStream('order-o1', history({ ...placeOrder, customer }));
    const { search } = lastRow(ordersProjection, placed).row;
    expect(Buffer.byteLength(String(search))).toBeLessThanOrEqual(1_600);
    expect(search).toMatch(/^vl-7k3m-9qxt-2wcd\n(\u{1f33f}+\n?)+$/u);
  });

  it.each([
    [
      'orders',
      {
        order_id: 'o1',
        position: '0',
        status: 'paid',
        refund_status: 'succeeded',
        search: 'vl-7k3m-9qxt-2wcd\nada byron\nengines ltd\nada@example.com',
      },
      () => lastRow(ordersProjection, order),
    ],
    [
      'products',
      {
        sku: 'HEMP-1',
        stock: 10,
        reserved: 3,
        available: 7,
        unsettled_since: minute(4),
        search: 'hemp-1\nhemp oil 10 ml\nvital hemp\nb-7',
      },
      () => lastRow(productsProjection, stock),
    ],
    ['brands', { brand_id: 'a' }, () => lastRow(brandsProjection, brand)],
    ['syncs', { sync_id: 's1' }, () => ({ row: syncRow(evolveSync(null, started)), columns: syncColumns })],
    ['payouts', { order_id: 'o1', kind: 'reversal' }, () => lastEntry('payouts')],
    ['lot_listings', { sku: 'HEMP-1' }, () => lastEntry('lot_listings')],
    ['lot_sales', { order_id: 'o1', line: 1 }, () => lastEntry('lot_sales')],
  ])('of %s has its value', (_table, key, made) => {
    const { row, columns } = made();
    expect(row).toMatchObject(key);
    expect(Object.keys(row).sort()).toEqual(Object.keys(columns).sort());
    expect(Object.values(row)).not.toContain(undefined);
  });
});

describe('a fill', () => {
  it.each([
    ['orders', ordersProjection],
    ['payouts', payoutsProjection],
  ])('of %s ends when everything is written, and fails when it is not', async (_name, { startFill }) => {
    let left = 0;
    let isAway = false;
    const db = {
      async raw() {
        left += 1;
        await nextTurn();
        left -= 1;
        if (isAway) throw new Error('the database is away');
      },
    } as unknown as Knex;
    const filled = async () => {
      const fill = startFill!({ db, tableName: (name) => name });
      await fill.take(recordedStream('order-o1', history(placeOrder, pay)));
      await fill.end();
    };
    await filled();
    expect(left).toBe(0);
    isAway = true;
    await expect(filled()).rejects.toThrow('the database is away');
  });
});

describe('a lot', () => {
  it('is none that has no number', () => {
    const events = [
      ...recordedStream('order-o1', history(placeOrder)),
      ...recordedStream('inventory-HEMP-1', stockHistory(snapshot({ batchNumber: null }))),
    ];
    expect(lotsProjection.ledgers.flatMap((ledger) => events.flatMap((event) => ledgerRows(ledger, event)))).toEqual(
      [],
    );
  });
});

describe('the row of a brand', () => {
  it('keeps its share when it is named otherwise, and is none without a name', () => {
    const row = (...events: BrandEvent[]) => folded(brandsProjection, recordedStream('brand-a', events)).state;
    expect(row(registered('A'))).toEqual({ name: 'A', brandShareBps: null });
    expect(row(registered('A'), shared(6_000), registered('B'))).toEqual({ name: 'B', brandShareBps: 6_000 });
    expect(row(registered('A'), shared(6_000), shared(null))).toEqual({ name: 'A', brandShareBps: null });
    expect(row(shared(6_000))).toBeNull();
  });
});

describe('the fingerprint of a snapshot', () => {
  const facts: SnapshotFacts = { ...item, name: 'ab', brand: 'c', price: 1, quantity: 12 };
  const others: Partial<SnapshotFacts>[] = [
    { name: 'a', brand: 'bc' },
    { description: '' },
    { description: '-' },
    { description: 'd' },
    { thc: null },
    { batchNumber: null },
    { coaLink: null },
    { currency: 'EUR' },
    { price: 11, quantity: 2 },
    { price: 2 },
    { quantity: 13 },
  ];

  it('is another one for whatever else it says of a SKU', () => {
    const all = [facts, ...others.map((change) => ({ ...facts, ...change }))].map(snapshotFingerprint);
    expect(new Set(all).size).toBe(all.length);
    expect(snapshotFingerprint({ ...facts })).toBe(all[0]);
  });
});

describe('equal product filters', () => {
  it('have one cache key', () => {
    expect(normaliseFilter({ limit: 10, brand: 'Vital Hemp', q: 'CBD' })).toBe(
      normaliseFilter({ q: 'cbd', sort: 'name', brand: 'vital hemp', limit: 10 }),
    );
    expect(normaliseFilter({ limit: 10, q: 'a&limit=1' })).not.toBe(normaliseFilter({ limit: 1, q: 'a' }));
  });

  it('and no other filter has it', () => {
    const filters: Parameters<typeof normaliseFilter>[0][] = [
      { limit: 10 },
      { limit: 11 },
      { limit: 10, q: 'cbd' },
      { limit: 10, brand: 'a' },
      { limit: 10, brandId: asBrandId('a') },
      { limit: 10, inStock: true },
      { limit: 10, inStock: false },
      { limit: 10, sort: 'price' },
      { limit: 10, sort: '-price' },
      { limit: 10, cursor: 'c' },
    ];
    expect(new Set(filters.map(normaliseFilter)).size).toBe(filters.length);
  });
});
