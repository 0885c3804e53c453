import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type CacheStore, CacheUnavailable, type EntryForm, jsonForm } from '../../projections/cache/cache-store.js';
import { type Invalidation, invalidationChannel } from './invalidations.js';

/**
 * Hidden hash: field `id` is random and new whenever the hash is (FLUSHALL), field `position` is how far the projector
 * had come, every other field counts the invalidations of a scope. A stamp is `{id}.{count}`.
 */
const stateKey = 'portal:cache:state';

/**
 * KEYS: state, entry. ARGV: scope, fresh id. Answers stamp and, if it bears that stamp, the entry. It always writes, though
 * seldom anything new: a Redis that takes no writes takes no invalidations either, and must not be read from.
 */
const readScript = `
redis.call('HSETNX', KEYS[1], 'id', ARGV[2])
local id = redis.call('HGET', KEYS[1], 'id')
local stamp = id .. '.' .. (redis.call('HGET', KEYS[1], 's:' .. ARGV[1]) or '0')
local entry = redis.call('GET', KEYS[2])
local head = '{"stamp":"' .. stamp .. '",'
if entry and string.sub(entry, 1, #head) == head then return {stamp, entry} end
return {stamp, false}
`;

/** KEYS: state, entry. ARGV: scope, stamp, entry, life in seconds. Answers 1 when stored. */
const writeScript = `
local id = redis.call('HGET', KEYS[1], 'id')
if not id then return 0 end
if id .. '.' .. (redis.call('HGET', KEYS[1], 's:' .. ARGV[1]) or '0') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
return 1
`;

/** KEYS: state. ARGV: fresh id, position, `all` or nothing, channel, message, scopes. */
const invalidateScript = `
if ARGV[3] == 'all' then redis.call('DEL', KEYS[1]) end
redis.call('HSETNX', KEYS[1], 'id', ARGV[1])
redis.call('HSET', KEYS[1], 'position', ARGV[2])
for i = 6, #ARGV do redis.call('HINCRBY', KEYS[1], 's:' .. ARGV[i], 1) end
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
`;

/** KEYS: state. ARGV: channel, message. */
const clearScript = `
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
`;

interface EntryScripts {
  portalCacheReadBuffer(state: string, key: string, scope: string, freshId: string): Promise<[Buffer, Buffer | null]>;
  portalCacheWrite(
    state: string,
    key: string,
    scope: string,
    stamp: string,
    entry: Buffer,
    seconds: number,
  ): Promise<number>;
}

interface Scripts {
  portalCacheInvalidate(
    state: string,
    freshId: string,
    position: string,
    all: string,
    channel: string,
    message: string,
    ...scopes: string[]
  ): Promise<number>;
  portalCacheClear(state: string, channel: string, message: string): Promise<number>;
}

/** Every product of a large catalogue, and the lists people look at. */
const defaultAllowance = 128 * 1024 * 1024;
/** Entries that have ended their lives are looked for this often: each look goes through all, some hundred thousand. */
const purgeEveryMs = 1_000;
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
  const entries = entryScripts(redis);
  const bulkyEntries = entryScripts(bulk);
  redis.defineCommand('portalCacheInvalidate', { numberOfKeys: 1, lua: invalidateScript });
  redis.defineCommand('portalCacheClear', { numberOfKeys: 1, lua: clearScript });
  const scripts = redis as Redis & Scripts;
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

  const living = new LRUCache<string, true>({ maxSize: allowance, ttl: ttlSeconds * 1_000 });
  let purgedAt = Number.NEGATIVE_INFINITY;
  function hasRoomFor(key: string, size: number): boolean {
    if (living.has(key) || living.calculatedSize + size <= allowance) return true;
    if (performance.now() - purgedAt >= purgeEveryMs) {
      purgedAt = performance.now();
      living.purgeStale();
    }
    return living.calculatedSize + size <= allowance;
  }

  const lockKey = (key: string) => `portal:cache:lock:${key}`;

  return {
    read: <Entry>(key: string, scope: string, form: EntryForm<Entry> = jsonForm()) =>
      available(async () => {
        const { portalCacheReadBuffer } = form.bulky ? bulkyEntries : entries;
        const [stampBytes, bytes] = await portalCacheReadBuffer(stateKey, key, scope, randomUUID());
        const stamp = stampBytes.toString();
        const json = bytes?.subarray(head(stamp).length, -tail.length);
        return { stamp, entry: json ? form.decode(json) : null, size: bytes?.length ?? 0 };
      }),
    write: <Entry>(key: string, scope: string, stamp: string, entry: Entry, form: EntryForm<Entry> = jsonForm()) => {
      const bytes = Buffer.concat([Buffer.from(head(stamp)), ...form.encode(entry), Buffer.from(tail)]);
      return available(async () => {
        const { portalCacheWrite } = form.bulky ? bulkyEntries : entries;
        const size = bytes.length + keyOverhead;
        if (!hasRoomFor(key, size)) return false;
        const stored = (await portalCacheWrite(stateKey, key, scope, stamp, bytes, ttlSeconds)) === 1;
        if (stored) living.set(key, true, { size });
        return stored;
      });
    },
    hasRoom: () => hasRoomFor('', 2 * keyOverhead),
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

function entryScripts(redis: Redis): EntryScripts {
  redis.defineCommand('portalCacheRead', { numberOfKeys: 2, lua: readScript });
  redis.defineCommand('portalCacheWrite', { numberOfKeys: 2, lua: writeScript });
  const scripts = redis as Redis & EntryScripts;
  return {
    portalCacheReadBuffer: (...given) => scripts.portalCacheReadBuffer(...given),
    portalCacheWrite: (...given) => scripts.portalCacheWrite(...given),
  };
}

/** What stands before and behind an entry; the script that reads one goes by its beginning. */
const head = (stamp: string) => `{"stamp":"${stamp}","entry":`;
const tail = '}';
