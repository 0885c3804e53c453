import type { ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import { WarehouseError } from '../../processes/ports/warehouse.js';
import type { TokenCache } from './token-cache.js';

export interface AccessTokens {
  /** A token to use now; fetched at most once at a time over all processes. @throws WarehouseError */
  get(): Promise<string>;
  /** Says that the warehouse refused this token, so that the next `get` finds another. */
  refused(token: string): Promise<void>;
  /**
   * Says that the warehouse refused even a token just fetched. Reports it once, and refuses all calls for a while: a
   * loop of refreshes would help nobody.
   */
  distrust(route: string): WarehouseError;
  /** Says that the warehouse took a token: whatever was wrong is over. */
  accepted(): void;
}

export interface FetchedToken {
  readonly token: string;
  /** As the warehouse said, or null when it did not. */
  readonly expiresInSeconds: number | null;
}

export interface AccessTokenSettings {
  readonly cache: TokenCache;
  /** Asks the token endpoint. @throws WarehouseError; `bad-credentials` when it refuses them */
  fetch(): Promise<FetchedToken>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
}

export const tokenRoute = '/oauth/token';

/**
 * How long refused credentials are not tried again. Most refusals of a fresh token pass at once (two processes renewing,
 * a warehouse restarting), wrong credentials do not become right by asking: the pause doubles while they stay refused.
 */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

interface Distrust {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly pauseMs: number;
  readonly error: WarehouseError;
}

/** Tokens shared by all processes through the cache, refreshed before the warehouse lets them expire. */
export function createAccessTokens(settings: AccessTokenSettings): AccessTokens {
  const { cache, logger, metrics, reporter } = settings;
  let refreshing: Promise<string> | null = null;
  let distrusted: Distrust | null = null;

  async function refresh(): Promise<string> {
    try {
      const { token, expiresInSeconds } = await settings.fetch();
      const ttlSeconds = tokenTtlSeconds(expiresInSeconds);
      await cache.write(token, ttlSeconds);
      metrics.increment('portal_extensiv_token_refreshes_total', { result: 'success' });
      logger.info({ ttlSeconds }, 'Extensiv access token refreshed');
      return token;
    } catch (error) {
      const denied = error instanceof WarehouseError && error.kind === 'bad-credentials';
      metrics.increment('portal_extensiv_token_refreshes_total', { result: denied ? 'denied' : 'failed' });
      if (denied) throw blame(error);
      throw error;
    }
  }

  function blame(error: WarehouseError): WarehouseError {
    if (distrusted && distrusted.until > performance.now()) return error;
    const pauseMs = distrusted ? Math.min(2 * distrusted.pauseMs, longestPauseMs) : firstPauseMs;
    if (!distrusted) {
      logger.error(
        { method: error.details.method, route: error.details.route },
        'the warehouse refuses our credentials: check EXTENSIV_CLIENT_ID and EXTENSIV_CLIENT_SECRET',
      );
      reporter.capture(error, { ...error.details });
    }
    distrusted = { until: performance.now() + pauseMs, pauseMs, error };
    return error;
  }

  return {
    async get() {
      if (distrusted && distrusted.until > performance.now()) throw heldBack(distrusted);
      const known = await cache.read();
      if (known !== null) return known;
      refreshing ??= cache.exclusively(refresh).finally(() => {
        refreshing = null;
      });
      return refreshing;
    },
    refused: (token) => cache.drop(token),
    accepted() {
      if (distrusted) logger.info({}, 'the warehouse takes our credentials again');
      distrusted = null;
    },
    distrust: (route) =>
      blame(
        new WarehouseError('bad-credentials', 'the warehouse refused a token it had just issued', {
          method: 'POST',
          route,
          status: 401,
        }),
      ),
  };
}

/** What refuses a call that the warehouse is not asked for. */
function heldBack({ until, error }: Distrust): WarehouseError {
  const retryAfterMs = Math.ceil(until - performance.now());
  return new WarehouseError('bad-credentials', error.message, { ...error.details, retryAfterMs });
}

/** The longest a token is kept: the guide's hour, less a minute for clocks and requests under way. */
const maxTtlSeconds = 3540;
const marginSeconds = 60;

/** Seconds to keep a token; a lifetime no longer than the margin is used by half. */
function tokenTtlSeconds(expiresInSeconds: number | null): number {
  if (expiresInSeconds === null) return maxTtlSeconds;
  const kept = expiresInSeconds > marginSeconds ? expiresInSeconds - marginSeconds : expiresInSeconds / 2;
  return Math.max(1, Math.min(maxTtlSeconds, Math.floor(kept)));
}
