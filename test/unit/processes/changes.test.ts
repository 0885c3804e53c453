import { describe, expect, it } from 'vitest';
import { collectChanges } from '../../../src/processes/inventory/changes.js';
import type { IndexEntry, SnapshotIndex } from '../../../src/processes/inventory/snapshot-index.js';
import type { InventoryPage, SnapshotItem } from '../../../src/processes/ports/warehouse.js';

const snapshotAt = '2026-03-01T00:00:00.000Z';
const fingerprint = ({ quantity }: SnapshotItem) => String(quantity);
const comparison = { snapshotAt, fingerprint };

const item = (sku: string, quantity = 1): SnapshotItem => ({
  sku,
  name: sku,
  brand: `brand of ${sku}`,
  description: null,
  price: 100,
  currency: 'USD',
  quantity,
  thc: null,
  batchNumber: null,
  coaLink: null,
});
const page = (items: SnapshotItem[], rejectedAt: number[] = []): InventoryPage => ({
  items,
  rejected: rejectedAt.map((index) => ({ sku: null, index, reason: 'bad' })),
  received: items.length + rejectedAt.length,
  total: null,
});
const indexOf = (known: Record<string, Partial<IndexEntry>>, current = true): SnapshotIndex => ({
  current,
  entries: new Map(
    Object.entries(known).map(([sku, entry], place) => [
      sku,
      { place, fingerprint: '1', listed: true, unsettledSince: null, ...entry },
    ]),
  ),
});

async function changesOf(index: SnapshotIndex, ...pages: InventoryPage[]) {
  const collector = collectChanges(Promise.resolve(index), comparison);
  await Promise.resolve();
  let offset = 0;
  for (const next of pages) {
    collector.add(next, offset);
    offset += next.received;
  }
  const { items, absent } = await collector.finish();
  return {
    brands: [...items.brands],
    kept: [...items.take()].map(({ item: { sku }, index: place }) => [sku, place]),
    absent,
  };
}

describe('of a snapshot', () => {
  it('nothing is kept that is known', async () => {
    const index = indexOf({ A: {}, B: {} });
    expect(await changesOf(index, page([item('A')]), page([item('B')]))).toEqual({ brands: [], kept: [], absent: [] });
  });

  it('items are kept that are new, changed, off sale, or settle a reservation', async () => {
    const index = indexOf({
      same: {},
      changed: { fingerprint: '2' },
      off: { listed: false },
      settles: { unsettledSince: '2026-02-28T23:59:59.999Z' },
      'settles later': { unsettledSince: snapshotAt },
    });
    const items = ['same', 'changed', 'off', 'settles', 'settles later', 'new'].map((sku) => item(sku));
    const { kept } = await changesOf(index, page(items));
    expect(kept.map(([sku]) => sku)).toEqual(['changed', 'off', 'settles', 'new']);
  });

  it('every item is kept when the index may be behind', async () => {
    const { kept, absent } = await changesOf(indexOf({ A: {}, B: {} }, false), page([item('A')]));
    expect({ kept, absent }).toEqual({ kept: [['A', 0]], absent: ['B'] });
  });

  it('items keep their places among the bad ones, over all pages', async () => {
    const pages = [page([item('A'), item('B')], [0, 2]), page([item('C')], [4]), page([item('D')])];
    expect((await changesOf(indexOf({}), ...pages)).kept).toEqual([
      ['A', 1],
      ['B', 3],
      ['C', 5],
      ['D', 6],
    ]);
  });

  it('the SKUs on sale are told that no page has', async () => {
    const index = indexOf({ A: {}, B: {}, C: { listed: false }, D: {} });
    expect((await changesOf(index, page([item('B')]))).absent).toEqual(['A', 'D']);
  });
});

describe('an index that comes late', () => {
  it('finds the pages that are there already, and those after it, in their order', async () => {
    let arrive: (value: SnapshotIndex) => void = () => undefined;
    const asked = new Promise<SnapshotIndex>((resolve) => {
      arrive = resolve;
    });
    const collector = collectChanges(asked, comparison);
    collector.add(page([item('A'), item('B', 5)]), 0);
    arrive(indexOf({ A: {}, B: {} }));
    await asked;
    await Promise.resolve();
    collector.add(page([item('C')]), 2);
    const { items } = await collector.finish();
    expect(items.size).toBe(2);
    expect([...items.take()].map(({ item: { sku } }) => sku)).toEqual(['B', 'C']);
    expect(items.size).toBe(0);
  });

  it('ends the download when it fails', async () => {
    const collector = collectChanges(Promise.reject(new Error('no index')), comparison);
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => collector.add(page([item('A')]), 0)).toThrow('no index');
    await expect(collector.finish()).rejects.toThrow('no index');
  });
});
