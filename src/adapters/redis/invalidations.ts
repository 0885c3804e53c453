import type { Redis } from 'ioredis';
import type { InvalidationFeed, InvalidationListener } from '../../projections/cache/invalidation-feed.js';

/** A message, as the cache's scripts publish it. */
export interface Invalidation {
  readonly scopes: readonly string[] | 'all';
  readonly position: string | null;
}

/** Messages of Redis reach every database of a server, so the channel names the one it is about. */
export function invalidationChannel(redis: Redis): string {
  return `portal:cache:invalidated:${redis.options.db ?? 0}`;
}

/** Without an answer to a ping for so long, messages may be missing: what was kept may be this old at most. */
const maxSilenceMs = 1_000;
/** Often enough that one slow answer loses no trust. */
const pingEveryMs = 250;

/**
 * Invalidations over a connection of their own, which it keeps for itself. Answers to pings come behind all messages
 * sent before, so an answer proves that nothing from before the ping is missing.
 *
 * @param redis a connection that has not been opened yet; it is with the first question
 */
export function createInvalidationFeed(redis: Redis): InvalidationFeed {
  const listeners: InvalidationListener[] = [];
  let started = false;
  let subscribed = false;
  /** When the last answered ping was sent. */
  let provenAt = Number.NEGATIVE_INFINITY;

  redis.on('message', (_channel, text: string) => {
    const { scopes, position } = read(text);
    for (const listener of listeners) listener.invalidated(scopes, position);
  });
  redis.on('close', () => {
    subscribed = false;
    provenAt = Number.NEGATIVE_INFINITY;
    for (const listener of listeners) listener.lost();
  });
  // After each connection anew, so that a ping is never answered before the subscription stands.
  redis.on('ready', () => {
    redis.subscribe(invalidationChannel(redis)).then(
      () => {
        subscribed = true;
        void ping();
      },
      () => undefined,
    );
  });

  async function ping(): Promise<void> {
    if (!subscribed) return;
    const sentAt = performance.now();
    try {
      await redis.ping();
      if (subscribed) provenAt = sentAt;
    } catch {
      // The connection is going; `close` follows.
    }
  }

  function start(): void {
    started = true;
    redis.connect().catch(() => undefined);
    const pings = setInterval(() => void ping(), pingEveryMs).unref();
    redis.on('end', () => clearInterval(pings));
  }

  return {
    follow(listener) {
      listeners.push(listener);
    },
    isCurrent() {
      if (!started) start();
      return performance.now() - provenAt < maxSilenceMs;
    },
  };
}

/** Not sent by the portal, so it may mean anything. */
function read(text: string): Invalidation {
  try {
    const { scopes, position } = JSON.parse(text) as Invalidation;
    if (Array.isArray(scopes) || scopes === 'all') return { scopes, position };
  } catch {
    // Not JSON, or not an object.
  }
  return { scopes: 'all', position: null };
}
