import type { ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import { createBudget } from './budget.js';
import { createTokenRequest } from './token-request.js';
import { createTransport } from './transport.js';

export interface TokenCheckSettings {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
}

/**
 * Asks the warehouse for a token once, past the shared one, and throws it away.
 *
 * @returns seconds it would have lived, or null when the warehouse does not say
 * @throws WarehouseError
 */
export function createTokenCheck(settings: TokenCheckSettings): () => Promise<number | null> {
  const { baseUrl, timeoutMs, logger, metrics, reporter } = settings;
  const transport = createTransport({
    baseUrl,
    timeoutMs,
    logger,
    metrics,
    // One request needs neither.
    budget: createBudget({ perSecond: 1, burst: 1 }),
    breaker: { failures: 1, halfOpenAfterMs: timeoutMs },
    onOutage: () => undefined,
  });
  const calls = { maxRetries: 0, retryBaseMs: 1, logger, reporter, signal: new AbortController().signal };
  const request = createTokenRequest(calls, transport, settings);
  return async () => (await request()).expiresInSeconds;
}
