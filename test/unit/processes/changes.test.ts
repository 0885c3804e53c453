import { describe, expect, it } from 'vitest';
import { asSku } from '../../../src/domain/shared/ids.js';
import { collectChanges } from '../../../src/processes/inventory/changes.js';
import { emptiedBy } from '../../../src/processes/inventory/emptied.js';
import { createSummaries } from '../../../src/processes/inventory/page-summary.js';
import { countListed, type SnapshotIndex } from '../../../src/processes/inventory/snapshot-index.js';
import type { InventoryPage, ItemReading, SnapshotItem } from '../../../src/processes/ports/warehouse.js';
import type { SnapshotEntry } from '../../../src/projections/queries/snapshot-index.js';

const fingerprint = ({ quantity }: SnapshotItem) => String(quantity);
const comparison = () => createSummaries(fingerprint);

const item = (sku: string, quantity = 1): SnapshotItem => ({
  sku: asSku(sku),
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
const bad: ItemReading = { ok: false, sku: null, reason: 'bad' };
/** Counts how often its rows are read. */
const page = (rows: (SnapshotItem | ItemReading)[], read: () => void = () => undefined): InventoryPage => ({
  received: rows.length,
  total: null,
  readings() {
    read();
    return rows.map((row) => ('ok' in row ? row : { ok: true, item: row }));
  },
});
const indexOf = (known: Record<string, Partial<SnapshotEntry>>, current = true): SnapshotIndex => ({
  current,
  entries: new Map(
    Object.entries(known).map(([sku, entry], place) => [
      asSku(sku),
      { place, fingerprint: '1', listed: true, inStock: true, unsettled: false, ...entry },
    ]),
  ),
});

const changesOf = (index: SnapshotIndex, ...pages: InventoryPage[]) => changesAfter(comparison(), index, ...pages);

async function changesAfter(how: ReturnType<typeof comparison>, index: SnapshotIndex, ...pages: InventoryPage[]) {
  const collector = collectChanges(Promise.resolve(index), how);
  await Promise.resolve();
  let offset = 0;
  for (const next of pages) {
    collector.add(next, offset);
    offset += next.received;
  }
  const { items, absent, usable, rejected } = await collector.finish();
  return {
    brands: [...items.brands],
    kept: [...items.take()].map(({ item: { sku }, index: place }) => [sku, place]),
    absent,
    usable,
    rejected,
  };
}

describe('of a snapshot', () => {
  it('nothing is kept that is known', async () => {
    const index = indexOf({ A: {}, B: {} });
    const { brands, kept, absent } = await changesOf(index, page([item('A')]), page([item('B')]));
    expect({ brands, kept, absent }).toEqual({ brands: [], kept: [], absent: [] });
  });

  it('items are kept that are new, changed, off sale, or may settle a reservation', async () => {
    const index = indexOf({
      same: {},
      changed: { fingerprint: '2' },
      off: { listed: false },
      'may settle': { unsettled: true },
    });
    const items = ['same', 'changed', 'off', 'may settle', 'new'].map((sku) => item(sku));
    const { kept } = await changesOf(index, page(items));
    expect(kept.map(([sku]) => sku)).toEqual(['changed', 'off', 'may settle', 'new']);
  });

  it('every item is kept when the index may be behind', async () => {
    const { kept, absent } = await changesOf(indexOf({ A: {}, B: {} }, false), page([item('A')]));
    expect({ kept, absent }).toEqual({ kept: [['A', 0]], absent: ['B'] });
  });

  it('items keep their places among the bad ones, over all pages', async () => {
    const pages = [page([bad, item('A'), bad, item('B')]), page([bad, item('C')]), page([item('D')])];
    const { kept, usable, rejected } = await changesOf(indexOf({}), ...pages);
    expect(kept).toEqual([
      ['A', 1],
      ['B', 3],
      ['C', 5],
      ['D', 6],
    ]);
    expect(usable).toBe(4);
    expect(rejected.map(({ index }) => index)).toEqual([0, 2, 4]);
  });

  it('the first row of a SKU counts, and each further one is rejected, on whatever page', async () => {
    const pages = [page([item('A', 1), item('A', 2)]), page([item('B'), item('A', 3)])];
    const { kept, usable, rejected } = await changesOf(indexOf({}), ...pages);
    expect(kept).toEqual([
      ['A', 0],
      ['B', 2],
    ]);
    expect(usable).toBe(2);
    expect(rejected).toEqual([
      { sku: 'A', index: 1, reason: 'duplicate sku' },
      { sku: 'A', index: 3, reason: 'duplicate sku' },
    ]);
  });

  it('the SKUs on sale are told that no page has', async () => {
    const index = indexOf({ A: {}, B: {}, C: { listed: false }, D: {} });
    expect((await changesOf(index, page([item('B')]))).absent).toEqual(['A', 'D']);
  });
});

it('SKUs on sale are counted without those that are off sale', () => {
  expect(countListed(indexOf({ A: {}, B: { listed: false }, C: { inStock: false } }))).toBe(2);
});

describe('a snapshot that empties the shop', () => {
  const alert = async (known: Record<string, Partial<SnapshotEntry>>, items: SnapshotItem[], current = true) => {
    const collector = collectChanges(Promise.resolve(indexOf(known, current)), comparison());
    collector.add(page(items), 0);
    return emptiedBy(await collector.finish(), 'run');
  };
  const facts = async (...snapshot: Parameters<typeof alert>) => (await alert(...snapshot))?.facts ?? null;
  const shelf = Array.from({ length: 10 }, (_, place) => `S${place}`);
  const known = (entry: Partial<SnapshotEntry> = {}, skus = shelf) =>
    Object.fromEntries(skus.map((sku) => [sku, entry]));
  const full = (count: number) => shelf.slice(0, count).map((sku) => item(sku));
  const empty = (from: number) => shelf.slice(from).map((sku) => item(sku, 0));

  it('is told of when it takes half of the SKUs on sale off sale, and not before', async () => {
    const half = { onSale: 10, takenOffSale: 5, inStock: 10, outOfStock: 5 };
    expect(await alert(known(), full(5))).toEqual({
      name: 'inventory-emptied:run',
      kind: 'inventory-emptied',
      subject: expect.stringContaining('empties the shop'),
      message: expect.stringContaining('Of 10 SKUs on sale, 5 are gone'),
      facts: half,
    });
    expect(await facts(known(), full(6))).toBeNull();
    const unsold = known({ inStock: false }, shelf.slice(5));
    expect(await facts({ ...known(), ...unsold }, full(5))).toEqual({ ...half, inStock: 5, outOfStock: 0 });
  });

  it('is told of when half of what was in stock is gone, off sale or at 0', async () => {
    const others = { off: { listed: false }, none: { inStock: false, fingerprint: '0' } };
    const before = { ...known(), ...others };
    const all = { onSale: 11, takenOffSale: 0, inStock: 10, outOfStock: 10 };
    const nothing = [...empty(0), item('off', 0), item('none', 0)];
    expect(await facts(before, nothing)).toEqual(all);
    expect(await facts(before, nothing, false)).toEqual(all);
    const mixed = { onSale: 11, takenOffSale: 4, inStock: 10, outOfStock: 5 };
    expect(await facts(before, [...full(5), item('S5', 0), item('none', 0)])).toEqual(mixed);
    expect(await facts(before, [...full(6), ...empty(6), item('none', 0)])).toBeNull();
  });

  it('is not told of where there was little to lose, or nothing more', async () => {
    expect(await facts({}, empty(0))).toBeNull();
    expect(await facts(known({}, shelf.slice(1)), empty(1))).toBeNull();
    const less = shelf.map((sku) => item(sku, 2));
    expect(await facts(known({ fingerprint: '9' }), less)).toBeNull();
    expect(await facts(known({ inStock: false, fingerprint: '0' }), empty(0))).toBeNull();
  });
});

describe('a page that comes again', () => {
  it('is compared without being read again', async () => {
    let reads = 0;
    const known = page([item('A'), bad, item('B')], () => {
      reads += 1;
    });
    const how = comparison();
    const index = indexOf({ A: {}, B: {}, C: {} });
    const first = await changesAfter(how, index, known);
    expect(await changesAfter(how, index, known)).toEqual(first);
    expect(first).toMatchObject({ kept: [], absent: ['C'], usable: 2, rejected: [{ index: 1 }] });
    expect(reads).toBe(1);
  });

  it('shows what has changed on the other side', async () => {
    const known = page([item('A'), bad, item('B'), item('C')]);
    const how = comparison();
    await changesAfter(how, indexOf({ A: {}, B: {}, C: {} }), page([item('D')]), known);
    const index = indexOf({ A: { fingerprint: '2' }, C: { unsettled: true }, D: {} });
    expect(await changesAfter(how, index, known)).toMatchObject({
      kept: [
        ['A', 0],
        ['B', 2],
        ['C', 3],
      ],
      absent: ['D'],
      rejected: [{ index: 1 }],
    });
  });

  it('may have a row that another page has brought before', async () => {
    const known = page([item('A')]);
    const how = comparison();
    await changesAfter(how, indexOf({}), known);
    expect(await changesAfter(how, indexOf({}), page([item('A', 2)]), known)).toMatchObject({
      kept: [['A', 0]],
      rejected: [{ sku: 'A', index: 1, reason: 'duplicate sku' }],
    });
  });
});

describe('an index that comes late', () => {
  it('finds the pages that are there already, and those after it, in their order', async () => {
    let arrive: (value: SnapshotIndex) => void = () => undefined;
    const asked = new Promise<SnapshotIndex>((resolve) => {
      arrive = resolve;
    });
    const collector = collectChanges(asked, comparison());
    collector.add(page([item('A'), item('B', 5)]), 0);
    collector.add(page([item('D')]), 2);
    arrive(indexOf({ A: {}, B: {} }));
    await asked;
    await Promise.resolve();
    collector.add(page([item('C')]), 3);
    const { items } = await collector.finish();
    expect([items.size, [...items.brands]]).toEqual([3, ['brand of B', 'brand of D', 'brand of C']]);
    expect([...items.take()].map(({ item: { sku }, index }) => [sku, index])).toEqual([
      ['B', 1],
      ['D', 2],
      ['C', 3],
    ]);
    expect(items.size).toBe(0);
  });

  it('ends the download with a page that cannot be read', async () => {
    const collector = collectChanges(Promise.resolve(indexOf({})), comparison());
    const unreadable = page([], () => {
      throw new Error('no page');
    });
    collector.add(unreadable, 0);
    await expect(collector.finish()).rejects.toThrow('no page');
  });

  it('ends the download when it fails', async () => {
    const collector = collectChanges(Promise.reject(new Error('no index')), comparison());
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => collector.add(page([item('A')]), 0)).toThrow('no index');
    await expect(collector.finish()).rejects.toThrow('no index');
  });
});
