import { createCacheStore } from '../adapters/redis/cache-store.js';
import type { Cli } from './session.js';

/** Cached answers may come from rows as they were before a command changed them, past the projector. */
export async function emptyCache(cli: Cli): Promise<void> {
  const { redis, config } = await cli.portal();
  try {
    await createCacheStore(redis, config.CACHE_TTL_SECONDS).invalidateAll();
  } catch {
    cli.out.note(`The cache could not be emptied; it may lag behind for ${config.CACHE_TTL_SECONDS} s.`);
  }
}
