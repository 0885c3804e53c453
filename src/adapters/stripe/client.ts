import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { createStripeHttpClient } from './http-client.js';

/** Enough for the workers' concurrency; Stripe's own limit is 25 requests a second in test mode. */
const maxSockets = 16;

/** Repeats within one call, with the same idempotency key; longer waits are the effect queue's business. */
const maxNetworkRetries = 2;

/**
 * The official client with our limits.
 * @param settings `apiBase` only to reach a stand-in, e.g. `http://127.0.0.1:4242`; `timeoutMs` per HTTP request
 */
export function createStripeClient(settings: { secretKey: string; apiBase?: string; timeoutMs: number }): Stripe {
  return new Stripe(settings.secretKey, {
    timeout: settings.timeoutMs,
    maxNetworkRetries,
    telemetry: false,
    ...endpoint(settings.apiBase),
  });
}

function endpoint(apiBase: string | undefined): Stripe.StripeConfig {
  const agentOptions = { keepAlive: true, maxSockets };
  if (apiBase === undefined || apiBase === '') {
    return { httpClient: createStripeHttpClient(new HttpsAgent(agentOptions)) };
  }
  const url = new URL(apiBase);
  const secure = url.protocol === 'https:';
  return {
    protocol: secure ? 'https' : 'http',
    // A URL's brackets around an IPv6 address are not part of it.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    httpClient: createStripeHttpClient(
      secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions),
      // The version is part of every path already.
      url.pathname.replace(/\/*(\/v1)?\/*$/, ''),
    ),
  };
}
