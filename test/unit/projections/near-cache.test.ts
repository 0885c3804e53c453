import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import type { CacheStore } from '../../../src/projections/cache/cache-store.js';
import type { InvalidationListener } from '../../../src/projections/cache/invalidation-feed.js';
import { createNearCache } from '../../../src/projections/cache/near-cache.js';

/** Reads on their way to a shared cache, each with what answers it. */
let reads: ((entry: string) => void)[];
let told: InvalidationListener;
let isCurrent: boolean;
let near: CacheStore;
beforeEach(() => {
  reads = [];
  isCurrent = true;
  const store = {
    read: () => new Promise((resolve) => reads.push((entry) => resolve({ entry, size: 1, stamp: 's' }))),
    position: async () => '1/1',
  } as unknown as CacheStore;
  const follow = (listener: InvalidationListener) => {
    told = listener;
  };
  near = createNearCache(store, { follow, isCurrent: () => isCurrent });
});

/** Asks, up to where the shared cache would be read. In an array, for the answer is not to be waited for. */
async function ask(): Promise<Promise<unknown>[]> {
  const asked = near.read('key', 'scope').then(({ entry }) => entry);
  await nextTurn();
  return [asked];
}

it.each<[string, () => void, string]>([
  ['it was made invalid', () => told.invalidated(['scope'], '2/2'), '2/2'],
  ['everything was', () => told.invalidated('all', '2/2'), '2/2'],
  ['that may have been missed', () => told.lost(), '1/1'],
])('neither keeps nor hands on what was read before %s, or was on its way', async (_what, happens, position) => {
  const [before] = await ask();
  happens();
  const [after] = await ask();
  expect(reads).toHaveLength(2);
  reads[1]!('new');
  reads[0]!('old');
  expect([await before, await after]).toEqual(['old', 'new']);
  const [kept] = await ask();
  expect(await kept).toBe('new');
  expect(await near.position()).toBe(position);
  happens();
  await ask();
  expect(reads).toHaveLength(3);
});

it('keeps what was on its way when something else was made invalid, as long as it is told of all that is', async () => {
  const [first] = await ask();
  told.invalidated(['another'], '2/2');
  const [second] = await ask();
  reads[0]!('one');
  expect(await Promise.all([first, second, ...(await ask())])).toEqual(['one', 'one', 'one']);
  isCurrent = false;
  await ask();
  isCurrent = true;
  await ask();
  expect(reads).toHaveLength(3);
});
