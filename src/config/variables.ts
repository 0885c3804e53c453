import { createSigner, readPublicKeys } from '../audit/signing.js';
import {
  currencyCode,
  eventStoreUrl,
  mailAddress,
  mailSender,
  mailUrl,
  postgresUrl,
  redisUrl,
  sentryDsn,
  webUrl,
} from './forms.js';
import { checked, choice, fraction, integer, list, masterKeys, required, text, type Variable } from './variable.js';

/** That are made with a private key: whoever can check one of them cannot make it. */
export const signatureAlgorithms: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** 24 days, for those who want next to never: timers of Node go no further. */
const longestSeconds = 2_147_483;

export const roles: readonly string[] = ['api', 'projections', 'workers'];

/**
 * Every environment variable of the portal: its meaning, unit, default and rule. docs/configuration.md and
 * .env.example are made of it.
 */
export const variables = {
  HOST: text('Address the API listens on; of a name that has several, the first one of IPv4.', '127.0.0.1'),
  PORT: integer('Port the API listens on; 0 picks a free one.', 3001, { min: 0, max: 65_535 }),
  ROLES: list(`Roles this process runs: ${roles.join(', ')}.`, roles),
  DATA_DIR: text('Folder of the embedded parts; the portal itself keeps nothing there.', '.data'),
  NODE_ENV: text('`production` refuses AUTH_MODE=open and asks for PRIVACY_MASTER_KEY.', 'development'),
  LOG_LEVEL: choice(
    'Least severe level logged; `silent` logs nothing.',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
  ),
  LOG_DIR: text('Folder of combined.log, error.log and exceptions.log; `none` logs to the console only.', 'logs'),

  EVENTSTORE_URL: required('Connection string of EventStoreDB: esdb://… or esdb+discover://…', {
    secret: true,
    form: eventStoreUrl,
  }),
  DATABASE_URL: required('PostgreSQL: postgres://user:password@host:port/database', {
    secret: true,
    form: postgresUrl,
  }),
  REDIS_URL: required('Redis of the job queues, which must not evict: redis://host:port', {
    secret: true,
    form: redisUrl,
  }),
  REDIS_MODE: choice(
    '`cluster` where REDIS_URL names a node of a Redis Cluster; the caches need a REDIS_CACHE_URL then.',
    ['single', 'cluster'],
    'single',
  ),
  REDIS_CACHE_URL: text('Redis of the caches, which may evict; empty for REDIS_URL.', '', {
    secret: true,
    form: redisUrl,
  }),

  EXTENSIV_BASE_URL: required('Base URL of the warehouse API.', { form: webUrl }),
  EXTENSIV_CLIENT_ID: required('OAuth client id at the warehouse.'),
  EXTENSIV_CLIENT_SECRET: required('OAuth client secret at the warehouse.', { secret: true }),
  EXTENSIV_TIMEOUT_MS: integer('Time-out of one warehouse call, milliseconds.', 10_000, { min: 1, max: 120_000 }),
  EXTENSIV_MAX_RETRIES: integer('Repeats of a failed warehouse call.', 3, { min: 0, max: 10 }),
  EXTENSIV_RETRY_BASE_MS: integer('First pause before a repeat, milliseconds; it doubles.', 1_000, {
    min: 0,
    max: 60_000,
  }),
  EXTENSIV_REQUESTS_PER_SECOND: integer(
    'Requests a process sends to the warehouse in the long run, per second; twice as many may go at once after a pause.',
    20,
    { min: 1, max: 10_000 },
  ),
  EXPORT_ATTEMPTS: integer('Attempts of the export job.', 5, { min: 1, max: 20 }),
  JOB_LOCK_MS: integer('How long a job whose worker died waits for another one, milliseconds.', 15_000, {
    min: 1_000,
    max: 600_000,
  }),
  EXPORT_BACKOFF_MS: integer('First pause between export attempts, milliseconds; it doubles.', 2_000, {
    min: 0,
    max: 600_000,
  }),
  EFFECT_BACKOFF_MS: integer('The same for every other effect: mails, refunds, cancellations and so on.', 1_000, {
    min: 1,
    max: 600_000,
  }),

  INVENTORY_SYNC_INTERVAL_SECONDS: integer('Pause between inventory syncs, seconds.', 900, {
    min: 1,
    max: longestSeconds,
  }),
  STATUS_POLL_INTERVAL_SECONDS: integer('Pause between status polls, seconds.', 300, { min: 1, max: longestSeconds }),
  CACHE_TTL_SECONDS: integer('Life of a cached answer, and the age at which stock counts as stale, seconds.', 900, {
    min: 1,
    max: longestSeconds,
  }),
  RESERVATION_TTL_SECONDS: integer('How long stock is held for an unpaid order, seconds.', 1_800, {
    min: 1,
    max: longestSeconds,
  }),
  PAYOUT_BRAND_SHARE_BPS: integer('Brands’ share of a payment, basis points.', 7_000, { min: 0, max: 10_000 }),
  CURRENCY: text('Currency of the catalogue, ISO 4217.', 'USD', { form: currencyCode }),

  STRIPE_SECRET_KEY: required('Secret key of the Stripe account.', { secret: true }),
  STRIPE_WEBHOOK_SECRET: required('Signing secret of the Stripe webhook endpoint.', { secret: true }),
  STRIPE_API_BASE: text('Base URL of a stand-in for Stripe; empty for Stripe itself.', '', { form: webUrl }),

  SMTP_URL: required('Mail server: smtp://user:password@host:port', { secret: true, form: mailUrl }),
  MAIL_FROM: text('Sender of every mail.', 'VitalLogistics <portal@vitallogistics.example>', { form: mailSender }),
  ADMIN_EMAIL: required('Receiver of admin alerts.', { form: mailAddress }),
  DELIVERY_PARTNER_URL: required(
    'Base URL of the delivery partner; orders to deliver are posted to its `/deliveries`.',
    { form: webUrl },
  ),
  SENTRY_DSN: text('Sentry project; empty sends nothing.', '', { secret: true, form: sentryDsn }),
  SENTRY_SAMPLE_RATE: fraction('Part of the errors that are sent to Sentry.', 1),
  SENTRY_RELEASE: text('Release that reports to Sentry name; empty means the version of the portal.', ''),

  OTEL_EXPORTER_OTLP_ENDPOINT: text(
    'OpenTelemetry collector that takes traces by OTLP over HTTP, such as http://collector:4318; empty traces nothing.',
    '',
    { form: webUrl },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: text('Headers for the collector: name=value, separated by commas.', '', { secret: true }),

  AUTH_MODE: choice(
    '`token` asks for a credential, an API key or a token; `open` lets everybody in (loopback only).',
    ['open', 'token'],
    'token',
  ),
  AUTH_JWKS_URL: text(
    'Where the token issuer publishes its keys; with neither this nor a secret API keys alone are accepted.',
    '',
    { form: webUrl },
  ),
  AUTH_JWT_SECRET: text(
    'Shared secret of HS256 tokens, at least 32 characters where AUTH_MODE=open would be refused; used when there is no key set.',
    '',
    { secret: true },
  ),
  AUTH_ISSUER: text('Required `iss` of a token; empty accepts any.', ''),
  AUTH_ALGORITHMS: list('Signatures accepted from a key set; with a shared secret it is HS256.', [
    ...signatureAlgorithms,
  ]),
  AUTH_CLOCK_SKEW_SECONDS: integer('How far the clocks of issuer and portal may differ, seconds.', 30, {
    min: 0,
    max: 300,
  }),
  AUTH_AUDIENCE: text('Required `aud` of a token; empty accepts any.', ''),

  RATE_LIMIT_PER_MINUTE: integer(
    'Requests a minute of one credential, over all processes; 0 for no limit. Open portals have none.',
    6_000,
    {
      min: 0,
      max: 10_000_000,
    },
  ),
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: integer(
    'Requests a minute of one address without a valid credential, over all processes; 0 for no limit. Open portals have none.',
    600,
    { min: 0, max: 10_000_000 },
  ),
  CORS_ORIGINS: list('Web origins whose pages may call the API, such as https://shop.example; empty for none.', []),
  TRUST_PROXY: list(
    'Addresses or networks (CIDR) of the reverse proxies whose X-Forwarded-For names the client; empty for none.',
    [],
  ),

  PRIVACY_MASTER_KEY: masterKeys(
    'Wraps the keys of personal data; required in production. Without it a key stands in for it that everybody can know. While it is being changed, several with commas between: the first wraps, all unwrap.',
  ),
  AUDIT_SIGNING_KEY: checked(
    'Private key of the audit seals and of export manifests; empty seals nothing.',
    'Ed25519: PKCS #8 as PEM or its DER in base64, or the 32 bytes in base64 or hex',
    createSigner,
    { secret: true },
  ),
  AUDIT_FORMER_KEYS: checked(
    'Public keys of former signing keys; what they signed stays verifiable.',
    'Ed25519: PEM, one after the other, or a JWK set',
    readPublicKeys,
  ),
  AUDIT_SEAL_INTERVAL_SECONDS: integer('Pause between two audit seals, seconds.', 3_600, { min: 1, max: 604_800 }),
} satisfies Record<string, Variable<unknown>>;

export type Config = {
  readonly [Name in keyof typeof variables]: (typeof variables)[Name] extends Variable<infer Value> ? Value : never;
};
