import { describe, expect, it } from 'vitest';
import type { SyncEvent } from '../../../src/domain/sync/events.js';
import { evolveSync } from '../../../src/projections/models/syncs.js';
import { normaliseFilter } from '../../../src/projections/queries/products.js';
import { failureKind, messageOf } from '../../../src/projections/runtime/failures.js';

describe('a sync run', () => {
  const started: SyncEvent = {
    type: 'InventorySyncStarted',
    data: { syncId: 's1', trigger: 'manual', force: false, startedAt: '2026-03-01T23:59:58.000Z' },
  };
  const failed: SyncEvent = {
    type: 'InventorySyncFailed',
    data: { syncId: 's1', error: 'the warehouse is down', failedAt: '2026-03-02T00:00:01.000Z', durationMs: 3_000 },
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
});

describe('a failed batch', () => {
  const failure = (code: string) => Object.assign(new Error('failed'), { code });

  it.each(['40001', '40P01', '53100', '57014', '57P01', '08006', '55P03', 'ECONNREFUSED', 'ECONNRESET'])(
    'is tried again after %s',
    (code) => expect(failureKind(failure(code))).toBe('transient'),
  );

  it.each(['22P05', '23505', '23502'])('is poison after %s', (code) =>
    expect(failureKind(failure(code))).toBe('poison'),
  );

  it('is told without the statement that failed', () => {
    const refused = Object.assign(new Error('insert into "t" (a - b) - unsupported Unicode escape sequence'), {
      severity: 'ERROR',
    });
    expect(messageOf(refused)).toBe('unsupported Unicode escape sequence');
    expect(messageOf(new Error('a fold - and its reason'))).toBe('a fold - and its reason');
  });

  it('is poison when the fold throws', () => expect(failureKind(new TypeError('x is undefined'))).toBe('poison'));

  it.each(['42P01', '3F000'])('asks for a rebuild after %s', (code) =>
    expect(failureKind(failure(code))).toBe('tables-missing'),
  );
});
