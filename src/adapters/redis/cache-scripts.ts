import type { Redis } from 'ioredis';

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

/** What reads and writes one entry. */
export interface EntryScripts {
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

/** What touches the hash alone. */
export interface StateScripts {
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

/** Scripts of the cache in Redis, which touch the hidden hash and one entry at most. They are defined on the connection. */
export function entryScripts(redis: Redis): EntryScripts {
  redis.defineCommand('portalCacheRead', { numberOfKeys: 2, lua: readScript });
  redis.defineCommand('portalCacheWrite', { numberOfKeys: 2, lua: writeScript });
  return redis as Redis & EntryScripts;
}

/** See {@link entryScripts}. */
export function stateScripts(redis: Redis): StateScripts {
  redis.defineCommand('portalCacheInvalidate', { numberOfKeys: 1, lua: invalidateScript });
  redis.defineCommand('portalCacheClear', { numberOfKeys: 1, lua: clearScript });
  return redis as Redis & StateScripts;
}
