import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCacheStore } from '../../../src/adapters/redis/cache-store.js';
import type { CacheStore } from '../../../src/projections/cache/cache-store.js';
import { createCached } from '../../../src/projections/cache/cached.js';
import { patientRedis } from '../../support/redis.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';
import { until } from '../../support/until.js';

let stack: TestStack;
let redis: Redis;
let store: CacheStore;

beforeAll(async () => {
  stack = await startTestStack(['redis']);
  redis = patientRedis(stack.env.REDIS_URL ?? '');
  await once(redis, 'ready');
});
afterAll(async () => {
  redis?.disconnect();
  await stack?.stop();
});
beforeEach(async () => {
  store = createCacheStore({ cache: redis, bulk: redis }, 900);
  await store.invalidateAll();
});

const request = (load: () => Promise<string>) => ({ name: 'products', key: 'products:all', scope: 'all', load });
const cachedBy = (its: CacheStore) => createCached({ store: its, metrics: noMetrics, logger: silentLogger });

/** A process that loads the entry from now until it may end, and keeps its lock for as long as a test may take. */
async function loading() {
  const patient = { ...store, tryLock: (key: string) => store.tryLock(key, 60_000) };
  let end: ((loaded: string) => void) | undefined;
  const load = () =>
    new Promise<string>((resolve) => {
      end = resolve;
    });
  const ended = cachedBy(patient).get(request(load));
  await until('it loads', () => end !== undefined);
  return { ended, end: () => end?.('by the first') };
}

describe('of two processes that miss the same entry', () => {
  it('one loads it, and the other one waits for that', async () => {
    const first = await loading();
    let looks = 0;
    const afterTheFirst = async (...asked: Parameters<CacheStore['read']>) => {
      looks += 1;
      if (looks > 1) {
        first.end();
        await first.ended;
      }
      return store.read(...asked);
    };
    const second = cachedBy({ ...store, read: afterTheFirst as CacheStore['read'] });
    const answer = await second.get(request(() => Promise.reject(new Error('loaded twice'))));
    expect(answer?.value).toBe('by the first');
  });

  it('the other one loads it, too, where that takes long', async () => {
    const first = await loading();
    const answer = await cachedBy(store).get(request(async () => 'by the second'));
    expect(answer?.value).toBe('by the second');
    first.end();
    expect((await first.ended)?.value).toBe('by the first');
  });
});
