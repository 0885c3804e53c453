import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../commands/ports.js';
import { within } from '../within.js';

/** Where all processes of the portal share one access token, and agree on who fetches the next one. */
export interface TokenCache {
  /** The token, or null when there is none or when Redis does not answer and this process holds none. */
  read(): Promise<string | null>;
  write(token: string, ttlSeconds: number): Promise<void>;
  /** Forgets the token, unless another has taken its place. */
  drop(token: string): Promise<void>;
  /**
   * Runs `fetch` in one process at a time. The others wait for its token; they go ahead themselves when it takes too
   * long, or when Redis cannot be asked.
   */
  exclusively(fetch: () => Promise<string>): Promise<string>;
}

const TOKEN_KEY = 'extensiv:access_token';
const LOCK_KEY = `${TOKEN_KEY}:lock`;

/** Redis answers within a millisecond; a call to the warehouse should not wait long for one that does not. */
const REDIS_PATIENCE_MS = 500;
/** How long an unreachable Redis is left alone before the next try. */
const REDIS_PAUSE_MS = 2000;
/** A token request takes well under a second; past this its process is taken to be gone. */
const LOCK_MS = 15_000;
const LOCK_POLL_MS = 50;

const DELETE_IF_EQUAL = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/** The token in Redis, with a copy in memory for when Redis is away. */
export function createTokenCache(redis: Redis, logger: Logger): TokenCache {
  let copy: { token: string; expiresAt: number } | null = null;
  let awayUntil = 0;

  /** Asks Redis; `undefined` when it does not answer. */
  async function ask<Answer>(command: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
    if (Date.now() < awayUntil) return undefined;
    try {
      return await within(REDIS_PATIENCE_MS, command(redis));
    } catch (error) {
      awayUntil = Date.now() + REDIS_PAUSE_MS;
      logger.warn(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'no Redis: token kept in memory only',
      );
      return undefined;
    }
  }

  async function read(): Promise<string | null> {
    const answer = await ask((client) => client.get(TOKEN_KEY));
    if (answer !== undefined) return answer;
    return copy && copy.expiresAt > Date.now() ? copy.token : null;
  }

  async function exclusively(fetch: () => Promise<string>): Promise<string> {
    const owner = randomUUID();
    const patience = Date.now() + LOCK_MS;
    while (Date.now() < patience) {
      const locked = await ask((client) => client.set(LOCK_KEY, owner, 'PX', LOCK_MS, 'NX'));
      if (locked === undefined) return fetch();
      // Another process may have fetched one between the caller's look and the lock.
      const token = await read();
      if (token === null && locked === null) {
        await sleep(LOCK_POLL_MS);
        continue;
      }
      try {
        return token ?? (await fetch());
      } finally {
        if (locked !== null) await ask((client) => client.eval(DELETE_IF_EQUAL, 1, LOCK_KEY, owner));
      }
    }
    return fetch();
  }

  return {
    read,
    async write(token, ttlSeconds) {
      copy = { token, expiresAt: Date.now() + ttlSeconds * 1000 };
      await ask((client) => client.set(TOKEN_KEY, token, 'EX', ttlSeconds));
    },
    async drop(token) {
      if (copy?.token === token) copy = null;
      await ask((client) => client.eval(DELETE_IF_EQUAL, 1, TOKEN_KEY, token));
    },
    exclusively,
  };
}
