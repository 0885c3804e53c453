import { Cluster, type Redis } from 'ioredis';
import { optionsOf, type RedisRole, reconnectDelayMs } from './client.js';

/** What the queues are kept on. */
export type QueueRedis = Redis | Cluster;

/** How long a node may take to say where the slots are, milliseconds. */
const slotsLimitMs = 3_000;

/**
 * Connections to a Redis Cluster for one role, to each node that is needed. Errors are the caller's to log: listen to
 * `error`.
 *
 * @param url of one node, from which the others are learned; user, password and TLS are those of all
 */
export function createRedisCluster({ url, role }: { url: string; role: RedisRole }): Cluster {
  const { hostname, port, username, password, protocol } = new URL(url);
  const { enableOfflineQueue = true, ...ofNode } = optionsOf(role);
  return new Cluster([{ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) }], {
    enableOfflineQueue,
    clusterRetryStrategy: reconnectDelayMs,
    slotsRefreshTimeout: slotsLimitMs,
    // A certificate is for the name of a node, not for its address.
    dnsLookup: (host, found) => found(null, host),
    redisOptions: {
      ...ofNode,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}

/** Whether the server that was asked for the others is in no cluster. */
export function isAlone({ lastNodeError }: Error & { lastNodeError?: Error }): boolean {
  return /cluster support disabled/i.test(lastNodeError?.message ?? '');
}

/** The servers that hold jobs, or may come to. None as long as there is no connection. */
export function primariesOf(redis: QueueRedis): readonly Redis[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** A connection like another one, on which a command may take longer. */
export function patientCopyOf<Client extends QueueRedis>(redis: Client, commandTimeout: number): Client {
  if (!(redis instanceof Cluster)) return redis.duplicate({ commandTimeout }) as Client;
  return redis.duplicate([], { redisOptions: { ...redis.options.redisOptions, commandTimeout } }) as Client;
}
