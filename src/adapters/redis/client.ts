import { Redis, type RedisOptions } from 'ioredis';

/**
 * What a connection is for decides how it fails:
 * - `cache`: at once, the answer comes from PostgreSQL;
 * - `bulk`: the same, with the time that megabytes take;
 * - `producer`: at once, the effect stays open in PostgreSQL and is queued again later;
 * - `queue`: never, a worker waits until Redis is back;
 * - `feed`: never, it is opened with its first use and listens again when Redis is back.
 */
export type RedisRole = 'cache' | 'bulk' | 'producer' | 'queue' | 'feed';

/** A command fails at once when there is no connection, and is not sent again when one broke. */
const failFast = { enableOfflineQueue: false, maxRetriesPerRequest: 0 } as const;

/**
 * `socketTimeout`: with a question open and nothing heard for so long, a connection is made anew: nobody else would tell
 * that it leads nowhere.
 */
const roleOptions: Record<RedisRole, RedisOptions> = {
  // A cache that answers later than this is slower than the database it spares.
  cache: { ...failFast, commandTimeout: 250, socketTimeout: 2_000 },
  // All stock of a hundred thousand SKUs is 32 MB, which take PostgreSQL more than a second.
  bulk: { ...failFast, commandTimeout: 2_000, socketTimeout: 5_000 },
  // Adding a job may wait behind a slow script, not behind an outage.
  producer: { ...failFast, maxRetriesPerRequest: 1, commandTimeout: 5_000, socketTimeout: 5_000 },
  // A worker's question, whether there is a job, is open for ten seconds.
  queue: { maxRetriesPerRequest: null, socketTimeout: 20_000 },
  // What listens subscribes by itself, and knows by that when it may be trusted.
  feed: { ...failFast, lazyConnect: true, autoResubscribe: false, socketTimeout: 2_000 },
};

const connectTimeoutMs = 3_000;

/** Reconnecting: 50 ms more with each attempt, never longer than this apart. */
const maxReconnectDelayMs = 2_000;

/** @param attempt from 1 */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(attempt * 50, maxReconnectDelayMs);
}

/** Of a connection to one server. */
export function optionsOf(role: RedisRole): RedisOptions {
  return { connectTimeout: connectTimeoutMs, connectionName: `portal-${role}`, ...roleOptions[role] };
}

/** A name that still leads to a replica is tried so often and no more. */
const replicaPauseMs = 1_000;

/**
 * A Redis connection for one role. Connection errors are the caller's to log: listen to `error`. Where the server does
 * not give the database that the URL names there is no connection, only new attempts: the client alone would stay in
 * database 0, which can be another installation's.
 */
export function createRedis({ url, role }: { url: string; role: RedisRole }): Redis {
  const redis = new Redis(url, {
    ...optionsOf(role),
    retryStrategy: reconnectDelayMs,
    reconnectOnError: leaveReplica(),
  });
  redis.on('error', (error) => {
    if (refusesDatabase(error)) redis.disconnect(true);
  });
  return redis;
}

/**
 * After a failover the name leads to the new primary, while a connection stays with the server it was made to, now a
 * replica: it is made anew when a write is refused.
 */
function leaveReplica(): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!error.message.startsWith('READONLY') || performance.now() - leftAt < replicaPauseMs) return false;
    leftAt = performance.now();
    return true;
  };
}

/** Whether Redis does not have, or does not give, the database that was asked for. */
export function refusesDatabase(error: Error & { command?: { name?: string } }): boolean {
  return error.command?.name === 'select';
}
