import { hash } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import ipaddr from 'ipaddr.js';
import type { Counted, Logger, Metrics, RateCounter } from '../../commands/ports.js';
import { Problem } from '../problems/problem.js';
import type { Principal } from '../security/principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False where callers are not counted. */
    rateLimit?: false;
  }
}

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
/** Requests a minute. */
const exactBelow = 100;
/** One subscriber has a whole network of 64 bits. */
const ipv6NetworkBytes = 8;

/**
 * Bounds how often a caller is answered, by credential or else by address. Register between finding out who it is and
 * deciding what it may: then guessing credentials is limited too. Without its counter it lets everything pass.
 */
export const rateLimits = fp(
  (async (app, { limits, metrics, logger }) => {
    const counter = patient(limits.counter, logger);

    app.addHook('onRequest', (request, reply, done) => {
      const max = request.principal ? limits.perMinute : limits.anonymousPerMinute;
      if (request.is404 || request.routeOptions.config.rateLimit === false || max === 0) return done();
      // Answers a promise only where there is something to wait for.
      const counted = counter(callerOf(request), max);
      if (counted instanceof Promise) return counted.then((found) => hold(reply, max, found));
      hold(reply, max, counted);
      done();
    });

    function hold(reply: FastifyReply, max: number, counted: Counted | null): void {
      const exceeded = counted !== null && counted.count > max;
      metrics.increment('portal_rate_limit_checks_total', {
        result: counted === null ? 'unchecked' : exceeded ? 'refused' : 'passed',
      });
      if (counted === null) return;
      const secondsLeft = String(Math.ceil(counted.leftMs / 1_000));
      // The fields of draft-ietf-httpapi-ratelimit-headers-06.
      reply.headers({
        'ratelimit-limit': String(max),
        'ratelimit-remaining': String(Math.max(0, max - counted.count)),
        'ratelimit-reset': secondsLeft,
      });
      if (!exceeded) return;
      throw new Problem('rate-limited', `No more than ${max} requests a minute are answered.`, {
        headers: { 'retry-after': secondsLeft },
      });
    }
  }) satisfies FastifyPluginAsync<{ limits: RateLimits; metrics: Metrics; logger: Logger }>,
  { name: 'rate-limits', dependencies: ['authentication'] },
);

/** Known credentials come as the same object for some seconds, and are not hashed again. */
const hashed = new WeakMap<Principal, string>();

/** Who is counted, under a name that tells nobody: a subject can be a mail address, which has no business in Redis. */
function callerOf({ principal, ip }: FastifyRequest): string {
  if (!principal) return digest(`address ${networkOf(ip)}`);
  const caller = hashed.get(principal) ?? digest(`credential ${principal.subject}`);
  hashed.set(principal, caller);
  return caller;
}

function digest(caller: string): string {
  return hash('sha256', caller, 'base64url').slice(0, 22);
}

/** An IPv4 address, also one that is written as IPv6, or the network of an IPv6 address. */
function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4' ? address.toString() : address.toByteArray().slice(0, ipv6NetworkBytes).join('.');
}

/** The counter as requests ask it: null while it is away, which is told once. */
function patient(counter: RateCounter, logger: Logger) {
  let restingUntil = 0;
  let away = false;

  function back(counted: Counted): Counted {
    if (away) logger.info({}, 'requests are counted again');
    away = false;
    return counted;
  }

  function failed(error: unknown): null {
    restingUntil = performance.now() + restMs;
    if (!away) logger.warn({ err: error }, 'requests cannot be counted and pass without a limit');
    away = true;
    return null;
  }

  return (key: string, max: number): Counted | null | Promise<Counted | null> => {
    if (performance.now() < restingUntil) return null;
    const counted = counter.count(key, windowMs, aheadOf(max));
    return counted instanceof Promise ? counted.then(back, failed) : back(counted);
  };
}

/** Far from a limit nobody waits to be counted; a low one is held to the last request. */
function aheadOf(max: number): number {
  return max < exactBelow ? 0 : Math.floor(max / 2);
}
