import { Redis } from 'ioredis';

/**
 * What a connection is for decides how it fails:
 * - `cache`: at once, the answer comes from PostgreSQL;
 * - `bulk`: the same, with the time that megabytes take;
 * - `producer`: at once, the effect stays open in PostgreSQL and is queued again later;
 * - `queue`: never, a worker waits until Redis is back;
 * - `feed`: never, it is opened with its first use and listens again when Redis is back.
 */
export type RedisRole = 'cache' | 'bulk' | 'producer' | 'queue' | 'feed';

/** A cache that answers later than this is slower than the database it spares. */
const cacheCommandTimeoutMs = 250;

/** All stock of a hundred thousand SKUs is 32 MB, which take PostgreSQL more than a second. */
const bulkCommandTimeoutMs = 2_000;

/** Adding a job may wait behind a slow script, not behind an outage. */
const producerCommandTimeoutMs = 5_000;

/**
 * With a question open and nothing heard for so long, a connection is made anew: nobody else would tell that it leads
 * nowhere. A worker's question, whether there is a job, is open for ten seconds.
 */
const silenceMs = { cache: 2_000, feed: 2_000, bulk: 5_000, producer: 5_000, queue: 20_000 } as const;

const connectTimeoutMs = 3_000;

/** Reconnecting: 50 ms more with each attempt, never longer than this apart. */
const maxReconnectDelayMs = 2_000;

/** A name that still leads to a replica is tried so often and no more. */
const replicaPauseMs = 1_000;

/**
 * A Redis connection for one role. Connection errors are the caller's to log: listen to `error`. Where the server does
 * not give the database that the URL names there is no connection, only new attempts: the client alone would stay in
 * database 0, which can be another installation's.
 */
export function createRedis(options: { url: string; role: RedisRole }): Redis {
  const redis = open(options);
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

function open(options: { url: string; role: RedisRole }): Redis {
  const common = {
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs[options.role],
    connectionName: `portal-${options.role}`,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, maxReconnectDelayMs),
    reconnectOnError: leaveReplica(),
  };
  switch (options.role) {
    case 'cache':
      return new Redis(options.url, {
        ...common,
        commandTimeout: cacheCommandTimeoutMs,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
      });
    case 'bulk':
      return new Redis(options.url, {
        ...common,
        commandTimeout: bulkCommandTimeoutMs,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
      });
    case 'producer':
      return new Redis(options.url, {
        ...common,
        commandTimeout: producerCommandTimeoutMs,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 1,
      });
    case 'feed':
      return new Redis(options.url, {
        ...common,
        lazyConnect: true,
        // What listens subscribes by itself, and knows by that when it may be trusted.
        autoResubscribe: false,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
      });
    case 'queue':
      return new Redis(options.url, { ...common, maxRetriesPerRequest: null });
  }
}
