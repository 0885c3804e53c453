import { afterEach, expect, it, vi } from 'vitest';
import type { Logger } from '../../../src/commands/ports.js';
import { type CacheStore, CacheUnavailable } from '../../../src/projections/cache/cache-store.js';
import { createCached } from '../../../src/projections/cache/cached.js';

afterEach(() => vi.useRealTimers());

it('says once a minute that the cache is away, however often it is asked', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const warn = vi.fn();
  const away = { read: () => Promise.reject(new CacheUnavailable()) } as unknown as CacheStore;
  const metrics = { increment: () => undefined, observe: () => undefined, set: () => undefined };
  const cached = createCached({ store: away, metrics, logger: { warn } as unknown as Logger });
  for (let second = 0; second < 70; second += 2) {
    vi.advanceTimersByTime(2_000);
    expect(await cached.get({ name: 'product', key: 'k', scope: 's', load: async () => 1 })).toMatchObject({
      value: 1,
    });
  }
  expect(warn).toHaveBeenCalledTimes(2);
});
