import { expect, it } from 'vitest';
import { staleAfterSeconds } from '../../../src/compose/stale-after.js';

it.each([
  ['at the cache’s life, where syncs come more often', 900, 300, 900],
  ['so too where they come so seldom that stock is stale in between', 5, 900, 5],
  ['a little later, where the next sync starts as the last one comes of age', 900, 900, 960],
  ['the same on a small scale', 10, 10, 11],
])('stock is stale %s', (_, life, interval, after) => {
  expect(staleAfterSeconds({ CACHE_TTL_SECONDS: life, INVENTORY_SYNC_INTERVAL_SECONDS: interval })).toBe(after);
});
