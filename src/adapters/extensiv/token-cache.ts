import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { messageOf } from '../../commands/failures.js';
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

const tokenKey = 'extensiv:access_token';
const lockKey = `${tokenKey}:lock`;

/** Redis answers within a millisecond; a call to the warehouse should not wait long for one that does not. */
const redisPatienceMs = 500;
/** How long an unreachable Redis is left alone before the next try. */
const redisPauseMs = 2000;
/** A token request takes well under a second; past this its process is taken to be gone. */
const lockMs = 15_000;
const lockPollMs = 50;

const deleteIfEqual = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/** The token in Redis, with a copy in memory for when Redis is away. */
export function createTokenCache(redis: Redis, logger: Logger): TokenCache {
  let copy: { token: string; expiresAt: number } | null = null;
  let awayUntil = 0;

  /** Asks Redis; `undefined` when it does not answer. */
  async function ask<Answer>(command: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
    if (performance.now() < awayUntil) return undefined;
    try {
      return await within(redisPatienceMs, command(redis));
    } catch (error) {
      awayUntil = performance.now() + redisPauseMs;
      logger.warn({ reason: messageOf(error) }, 'no Redis: token kept in memory only');
      return undefined;
    }
  }

  async function read(): Promise<string | null> {
    const answer = await ask((client) => client.get(tokenKey));
    if (answer !== undefined) return answer;
    return copy && copy.expiresAt > Date.now() ? copy.token : null;
  }

  async function exclusively(fetch: () => Promise<string>): Promise<string> {
    const owner = randomUUID();
    const patience = performance.now() + lockMs;
    while (performance.now() < patience) {
      const locked = await ask((client) => client.set(lockKey, owner, 'PX', lockMs, 'NX'));
      if (locked === undefined) return fetch();
      // Another process may have fetched one between the caller's look and the lock.
      const token = await read();
      if (token === null && locked === null) {
        await sleep(lockPollMs);
        continue;
      }
      try {
        return token ?? (await fetch());
      } finally {
        if (locked !== null) await ask((client) => client.eval(deleteIfEqual, 1, lockKey, owner));
      }
    }
    return fetch();
  }

  return {
    read,
    async write(token, ttlSeconds) {
      copy = { token, expiresAt: Date.now() + ttlSeconds * 1000 };
      await ask((client) => client.set(tokenKey, token, 'EX', ttlSeconds));
    },
    async drop(token) {
      if (copy?.token === token) copy = null;
      await ask((client) => client.eval(deleteIfEqual, 1, tokenKey, token));
    },
    exclusively,
  };
}
