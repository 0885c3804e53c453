import { hash } from 'node:crypto';
import rateLimit, {
  type FastifyRateLimitOptions,
  type FastifyRateLimitStore,
  type FastifyRateLimitStoreCtor,
  normalizeIP,
} from '@fastify/rate-limit';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Logger, Metrics, RateCounter } from '../../commands/ports.js';
import { Problem } from '../problems/problem.js';

export interface RateLimits {
  readonly counter: RateCounter;
  /** Requests a minute of one credential; 0 for no limit. */
  readonly perMinute: number;
  /** Requests a minute of one address, of those without a valid credential; 0 for no limit. */
  readonly anonymousPerMinute: number;
}

/** A minute: what a person notices as a pause, and long enough to let a burst pass. */
const windowMs = 60_000;
/** A counter that failed is left alone for so long, so that one that hangs does not hold up every request. */
const restMs = 1_000;

/**
 * Bounds how often a caller is answered, by credential or else by address. Register between finding out who it is and
 * deciding what it may: then guessing credentials is limited too. Without its counter it lets everything pass.
 */
export const rateLimits = fp(
  (async (app, { limits, metrics, logger }) => {
    const tell = (result: 'passed' | 'refused' | 'unchecked') =>
      metrics.increment('portal_rate_limit_checks_total', { result });
    const limitOf = (request: FastifyRequest) => (request.principal ? limits.perMinute : limits.anonymousPerMinute);

    await app.register(rateLimit, {
      global: false,
      store: storeOver(limits.counter, logger),
      skipOnError: true,
      timeWindow: windowMs,
      max: limitOf,
      keyGenerator: callerOf,
    });
    const check = app.createRateLimit();

    // Answers a promise only where there is something to count.
    app.addHook('onRequest', (request, reply, done) => {
      if (request.is404 || request.routeOptions.config.rateLimit === false || limitOf(request) === 0) return done();
      return count(request, reply);
    });

    async function count(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const state = await check(request);
      if (state.isAllowed || state.ttl <= 0) return tell('unchecked');
      announce(reply, state);
      if (!state.isExceeded) return tell('passed');
      tell('refused');
      throw new Problem('rate-limited', `No more than ${state.max} requests a minute are answered.`, {
        headers: { 'retry-after': String(state.ttlInSeconds) },
      });
    }
  }) satisfies FastifyPluginAsync<{ limits: RateLimits; metrics: Metrics; logger: Logger }>,
  { name: 'rate-limits', dependencies: ['authentication'] },
);

/** The fields of draft-ietf-httpapi-ratelimit-headers-06. */
function announce(reply: FastifyReply, state: { max: number; remaining: number; ttlInSeconds: number }): void {
  reply.headers({
    'ratelimit-limit': String(state.max),
    'ratelimit-remaining': String(state.remaining),
    'ratelimit-reset': String(state.ttlInSeconds),
  });
}

/** Hashed: a subject can be a mail address, which has no business in a key of Redis. */
function callerOf({ principal, ip }: FastifyRequest): string {
  const caller = principal ? `credential ${principal.subject}` : `address ${normalizeIP(ip)}`;
  return hash('sha256', caller, 'base64url').slice(0, 22);
}

/** The counter in the shape the library asks for. */
function storeOver(counter: RateCounter, logger: Logger): FastifyRateLimitStoreCtor {
  let restingUntil = 0;
  let away = false;

  async function count(key: string): Promise<{ current: number; ttl: number }> {
    if (performance.now() < restingUntil) throw new Error('the counter of requests is away');
    try {
      const { count: current, leftMs: ttl } = await counter.count(key, windowMs);
      if (away) logger.info({}, 'requests are counted again');
      away = false;
      return { current, ttl };
    } catch (error) {
      restingUntil = performance.now() + restMs;
      if (!away) logger.warn({ err: error }, 'requests cannot be counted and pass without a limit');
      away = true;
      throw error;
    }
  }

  return class Store implements FastifyRateLimitStore {
    // The library hands its settings over; all that counts here are its calls.
    constructor(readonly options: FastifyRateLimitOptions) {}
    incr(key: string, callback: (error: Error | null, result?: { current: number; ttl: number }) => void): void {
      count(key).then(
        (result) => callback(null, result),
        (error: Error) => callback(error),
      );
    }
    child(): FastifyRateLimitStore {
      return this;
    }
  };
}
