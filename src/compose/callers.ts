import { createApiKeys } from '../adapters/postgres/api-keys.js';
import type { Portal } from '../compose.js';
import { isOneMachine } from '../config/rules.js';
import type { Config } from '../config.js';
import { keyAuthenticator } from '../http/security/key-authenticator.js';
import { openAuthenticator } from '../http/security/principal.js';
import { tokenAuthenticator } from '../http/security/token-authenticator.js';

/** Tells callers by what they send along: a key, a token, or nothing where the portal is open. */
export function createAuthenticator(config: Config, { pools, logger }: Pick<Portal, 'pools' | 'logger'>) {
  if (config.AUTH_MODE === 'open') return openAuthenticator(config.CORS_ORIGINS);
  const keys = createApiKeys(pools.api);
  const { AUTH_JWKS_URL: jwksUrl, AUTH_JWT_SECRET: secret } = config;
  if (!jwksUrl && !secret) {
    logger.info({}, 'no token issuer is configured: API keys alone are accepted');
    return keyAuthenticator(keys, () => null);
  }
  const tokens = tokenAuthenticator({
    jwksUrl: jwksUrl || null,
    secret: secret || null,
    issuer: config.AUTH_ISSUER || null,
    audience: config.AUTH_AUDIENCE || null,
    algorithms: config.AUTH_ALGORITHMS,
    expiryRequired: !isOneMachine(config),
    clockSkewSeconds: config.AUTH_CLOCK_SKEW_SECONDS,
  });
  return keyAuthenticator(keys, tokens);
}

/** Requests a minute. An open portal serves one machine: all its callers look alike, and none is a stranger. */
export function callerLimits(config: Config): { perMinute: number; anonymousPerMinute: number } {
  if (config.AUTH_MODE === 'open') return { perMinute: 0, anonymousPerMinute: 0 };
  return {
    perMinute: config.RATE_LIMIT_PER_MINUTE,
    anonymousPerMinute: config.RATE_LIMIT_ANONYMOUS_PER_MINUTE,
  };
}
