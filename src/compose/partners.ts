import type { Redis } from 'ioredis';
import { createDeliveryPartner } from '../adapters/delivery/delivery-partner.js';
import { createExtensivWarehouse } from '../adapters/extensiv/warehouse.js';
import { createSmtpMailer } from '../adapters/mail/smtp-mailer.js';
import { createStripePayments } from '../adapters/stripe/payments.js';
import { tracedCalls } from '../adapters/telemetry/traced.js';
import type { ErrorReporter, Logger, Metrics, Tracing } from '../commands/ports.js';
import type { Config } from '../config.js';

/** Of one attempt, milliseconds. All three of them fit into the 30 s that a request which opens a payment may take. */
const stripeTimeoutMs = 8_000;
const deliveryTimeoutMs = 10_000;

export interface PartnerDeps {
  readonly tracing: Tracing | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** Holds the warehouse's token, for all processes. */
  readonly redis: Redis;
  /** Aborts when calls to the warehouse are to end. */
  readonly signal: AbortSignal;
}

/** The systems of others that the portal calls: mail server, Stripe, warehouse and delivery partner. */
export function createPartners(config: Config, { tracing, logger, metrics, reporter, redis, signal }: PartnerDeps) {
  return {
    mailer: tracedCalls(
      tracing,
      'mail',
      createSmtpMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, logger }),
    ),
    payments: tracedCalls(
      tracing,
      'stripe',
      createStripePayments({
        secretKey: config.STRIPE_SECRET_KEY,
        ...(config.STRIPE_API_BASE ? { apiBase: config.STRIPE_API_BASE } : {}),
        timeoutMs: stripeTimeoutMs,
        logger,
        metrics,
      }),
    ),
    warehouse: tracedCalls(
      tracing,
      'warehouse',
      createExtensivWarehouse({
        baseUrl: config.EXTENSIV_BASE_URL,
        clientId: config.EXTENSIV_CLIENT_ID,
        clientSecret: config.EXTENSIV_CLIENT_SECRET,
        timeoutMs: config.EXTENSIV_TIMEOUT_MS,
        maxRetries: config.EXTENSIV_MAX_RETRIES,
        retryBaseMs: config.EXTENSIV_RETRY_BASE_MS,
        redis,
        logger,
        metrics,
        reporter,
        currency: config.CURRENCY,
        signal,
        budget: { perSecond: config.EXTENSIV_REQUESTS_PER_SECOND, burst: 2 * config.EXTENSIV_REQUESTS_PER_SECOND },
      }),
    ),
    delivery: tracedCalls(
      tracing,
      'delivery',
      createDeliveryPartner({ baseUrl: config.DELIVERY_PARTNER_URL, timeoutMs: deliveryTimeoutMs, logger }),
    ),
  };
}
