import type { Cli } from './session.js';

/** Cached answers may come from rows as they were before a command changed them, past the projector. */
export async function emptyCache(cli: Cli): Promise<void> {
  const { cache, config } = await cli.portal();
  try {
    await cache.invalidateAll();
  } catch {
    cli.out.note(`The cache could not be emptied; it may lag behind for ${config.CACHE_TTL_SECONDS} s.`);
  }
}
