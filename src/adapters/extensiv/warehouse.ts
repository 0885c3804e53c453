import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import type { ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import type { Warehouse } from '../../processes/ports/warehouse.js';
import { createAccessTokens } from './access-tokens.js';
import { createApi } from './api.js';
import { type BudgetLimits, createBudget } from './budget.js';
import { catalogueOf } from './catalogue.js';
import { ordersOf } from './orders.js';
import { createTokenCache } from './token-cache.js';
import { createTokenRequest } from './token-request.js';
import { type BreakerLimits, createTransport } from './transport.js';

export interface ExtensivSettings {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** For one attempt, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Repeats after the first attempt. */
  readonly maxRetries: number;
  /** The first delay between attempts; each further one doubles it. */
  readonly retryBaseMs: number;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** The currency of the warehouse's prices, which come without one. */
  readonly currency: string;
  /** Ends every call when the process stops. */
  readonly signal: AbortSignal;
  readonly budget: BudgetLimits;
  readonly breaker?: BreakerLimits;
}

/** More than one call's attempts, so that a single bad call opens nothing; one export backoff is longer than the break. */
const defaultBreaker: BreakerLimits = { failures: 10, halfOpenAfterMs: 5000 };

/** The warehouse behind Extensiv's API, as described in the integration guide. */
export function createExtensivWarehouse(settings: ExtensivSettings): Warehouse {
  const { baseUrl, timeoutMs, maxRetries, retryBaseMs, metrics, reporter, currency } = settings;
  const logger = settings.logger.child({ adapter: 'extensiv' });
  // Every call under way listens, and there may be many; their number is bounded by the queues.
  const signal = AbortSignal.any([settings.signal]);
  setMaxListeners(0, signal);
  const calls = { maxRetries, retryBaseMs, logger, reporter, signal };
  const wire = {
    baseUrl,
    timeoutMs,
    budget: createBudget(settings.budget),
    breaker: settings.breaker ?? defaultBreaker,
    logger,
    metrics,
    onOutage: (cause: unknown) =>
      reporter.capture(new Error('the circuit to the warehouse opened', { cause }), {
        adapter: 'extensiv',
        circuit: 'opened',
      }),
  };
  // The token endpoint has a circuit of its own: it is another service, and a call must not wait for its own probe.
  const door = createTransport(wire);
  const tokens = createAccessTokens({
    cache: createTokenCache(settings.redis, logger),
    fetch: createTokenRequest(calls, door, settings),
    logger,
    metrics,
    reporter,
  });
  const api = createApi(calls, createTransport(wire), tokens);
  return { ...catalogueOf(api, logger, currency), ...ordersOf(api, logger) };
}
