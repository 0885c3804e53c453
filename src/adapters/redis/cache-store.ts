import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type CacheStore, CacheUnavailable, type EntryForm, jsonForm } from '../../projections/cache/cache-store.js';
import { createCacheRoom } from './cache-room.js';
import { entryScripts, stateScripts } from './cache-scripts.js';
import { type Invalidation, invalidationChannel } from './invalidations.js';

/**
 * Hidden hash: field `id` is random and new whenever the hash is (FLUSHALL), field `position` is how far the projector
 * had come, every other field counts the invalidations of a scope. A stamp is `{id}.{count}`.
 */
const stateKey = 'portal:cache:state';

/** Every product of a large catalogue, and the lists people look at. */
const defaultAllowance = 128 * 1024 * 1024;
/** What Redis needs for an entry beside its text, roughly; it bounds their number as well. */
const keyOverhead = 500;

/**
 * The cache in Redis. Entries are JSON `{"stamp", "entry"}` under the documented keys, each with the same life. The
 * scripts touch the hidden hash and one entry, so this Redis is one node or one primary with replicas, not a cluster.
 *
 * Clients think of as many searches as they like, and this Redis may be one that evicts nothing: beyond an allowance
 * nothing more is written until older entries have ended their lives.
 *
 * @param bulk a connection to the same database, for bulky entries
 * @param ttlSeconds life of an entry
 * @param allowance bytes that may live by this process's doing
 */
export function createCacheStore(
  { cache: redis, bulk }: { readonly cache: Redis; readonly bulk: Redis },
  ttlSeconds: number,
  allowance = defaultAllowance,
): CacheStore {
  const [entries, bulkyEntries] = [entryScripts(redis), entryScripts(bulk)];
  const entriesOf = ({ bulky }: Pick<EntryForm<unknown>, 'bulky'>) => (bulky ? bulkyEntries : entries);
  const scripts = stateScripts(redis);
  const room = createCacheRoom(allowance, ttlSeconds);
  const channel = invalidationChannel(redis);
  const message = (invalidation: Invalidation) => JSON.stringify(invalidation);
  const everything = message({ scopes: 'all', position: null });
  const clear = () => scripts.portalCacheClear(stateKey, channel, everything);
  /** While the connection was away, invalidations may have been missed: nothing from before can be trusted. */
  let doubtful = false;
  redis.on('close', () => {
    doubtful = true;
  });

  async function available<T>(command: () => Promise<T>): Promise<T> {
    try {
      if (doubtful) {
        await clear();
        doubtful = false;
      }
      return await command();
    } catch (error) {
      throw new CacheUnavailable('the cache does not answer', { cause: error });
    }
  }

  const lockKey = (key: string) => `portal:cache:lock:${key}`;

  return {
    read: <Entry>(key: string, scope: string, form: EntryForm<Entry> = jsonForm()) =>
      available(async () => {
        const [stampBytes, bytes] = await entriesOf(form).portalCacheReadBuffer(stateKey, key, scope, randomUUID());
        const stamp = stampBytes.toString();
        const json = bytes?.subarray(head(stamp).length, -tail.length);
        return { stamp, entry: json ? form.decode(json) : null, size: bytes?.length ?? 0 };
      }),
    write: <Entry>(key: string, scope: string, stamp: string, entry: Entry, form: EntryForm<Entry> = jsonForm()) => {
      const bytes = Buffer.concat([Buffer.from(head(stamp)), ...form.encode(entry), Buffer.from(tail)]);
      return available(async () => {
        const size = bytes.length + keyOverhead;
        if (!room.hasRoomFor(key, size)) return false;
        const stored = (await entriesOf(form).portalCacheWrite(stateKey, key, scope, stamp, bytes, ttlSeconds)) === 1;
        if (stored) room.take(key, size);
        return stored;
      });
    },
    hasRoom: () => room.hasRoomFor('', 2 * keyOverhead),
    invalidate: (scopes, position) =>
      available(async () => {
        const [all, some] = scopes === 'all' ? ['all', []] : ['', scopes];
        const told = message({ scopes, position });
        try {
          await scripts.portalCacheInvalidate(stateKey, randomUUID(), position, all, channel, told, ...some);
        } catch (error) {
          // Redis may refuse to write and still pass messages on to those who keep in memory what they have read.
          await redis.publish(channel, everything).catch(() => undefined);
          throw error;
        }
      }),
    remove: (keys) =>
      available(async () => {
        if (keys.length > 0) await redis.unlink(...keys);
      }),
    invalidateAll: () =>
      available(async () => {
        await clear();
      }),
    position: () => available(() => redis.hget(stateKey, 'position')),
    tryLock: (key, forMs) => available(async () => (await redis.set(lockKey(key), '1', 'PX', forMs, 'NX')) === 'OK'),
    unlock: (key) =>
      available(async () => {
        await redis.del(lockKey(key));
      }),
  };
}

/** What stands before and behind an entry; the script that reads one goes by its beginning. */
const head = (stamp: string) => `{"stamp":"${stamp}","entry":`;
const tail = '}';
