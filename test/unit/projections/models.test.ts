import { describe, expect, it } from 'vitest';
import type { SyncEvent } from '../../../src/domain/sync/events.js';
import { evolveSync } from '../../../src/projections/models/syncs.js';
import { normaliseFilter } from '../../../src/projections/queries/products.js';

describe('a sync run', () => {
  const started: SyncEvent = {
    type: 'InventorySyncStarted',
    data: { syncId: 's1', trigger: 'manual', force: false, startedAt: '2026-03-01T23:59:58.000Z' },
  };
  const failed: SyncEvent = {
    type: 'InventorySyncFailed',
    data: {
      syncId: 's1',
      error: 'the warehouse is down',
      received: 0,
      rejectedCount: 0,
      rejected: [],
      failedAt: '2026-03-02T00:00:01.000Z',
      durationMs: 3_000,
    },
  };

  it('is the same whichever event is seen first, and however often', () => {
    const inOrder = evolveSync(evolveSync(null, started), failed);
    expect(inOrder).toMatchObject({ status: 'failed', trigger: 'manual', startedAt: '2026-03-01T23:59:58.000Z' });
    expect(evolveSync(evolveSync(null, failed), started)).toEqual(inOrder);
    expect(evolveSync(evolveSync(inOrder, started), failed)).toEqual(inOrder);
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
      { limit: 10, brandId: 'a' },
      { limit: 10, inStock: true },
      { limit: 10, inStock: false },
      { limit: 10, sort: 'price' },
      { limit: 10, sort: '-price' },
      { limit: 10, cursor: 'c' },
    ];
    expect(new Set(filters.map(normaliseFilter)).size).toBe(filters.length);
  });
});
