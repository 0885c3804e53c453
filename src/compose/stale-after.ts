import type { Config } from '../config.js';

type Times = Pick<Config, 'CACHE_TTL_SECONDS' | 'INVENTORY_SYNC_INTERVAL_SECONDS'>;

/**
 * Age at which stock counts as stale: the cache's life. A sync that starts on time ends a little after its start; where it
 * starts no sooner than the last one comes of age, that alone makes no stock stale.
 */
export function staleAfterSeconds({
  CACHE_TTL_SECONDS: life,
  INVENTORY_SYNC_INTERVAL_SECONDS: interval,
}: Times): number {
  const grace = Math.min(60, life / 10);
  return interval > life ? life : Math.max(life, interval + grace);
}
