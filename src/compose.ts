import { randomUUID } from 'node:crypto';
import { createDeliveryPartner } from './adapters/delivery/delivery-partner.js';
import { createEventStore } from './adapters/eventstore/index.js';
import { createExtensivWarehouse } from './adapters/extensiv/warehouse.js';
import { createMailTemplates } from './adapters/mail/mail-templates.js';
import { createSmtpMailer } from './adapters/mail/smtp-mailer.js';
import { createDatabase } from './adapters/postgres/database.js';
import { createIdempotencyKeys } from './adapters/postgres/idempotency-keys.js';
import { createLocks } from './adapters/postgres/locks.js';
import { createOwnerLock } from './adapters/postgres/owner-lock.js';
import { createPersonalKeys } from './adapters/postgres/personal-keys.js';
import { createJobQueues } from './adapters/queue/queues.js';
import { createCacheStore } from './adapters/redis/cache-store.js';
import { createRedis } from './adapters/redis/client.js';
import { createInvalidationFeed } from './adapters/redis/invalidations.js';
import { createRateCounter } from './adapters/redis/rate-counter.js';
import { createSyncProgressBoard } from './adapters/redis/sync-progress.js';
import { createStripePayments } from './adapters/stripe/payments.js';
import { createStripeWebhookVerifier } from './adapters/stripe/webhooks.js';
import { createAlerts } from './adapters/telemetry/alerts.js';
import { createErrorReporter } from './adapters/telemetry/error-reporter.js';
import type { PortalLogger } from './adapters/telemetry/logger.js';
import { createMetrics } from './adapters/telemetry/metrics.js';
import { tracedCalls, tracedEventStore, tracedHandler } from './adapters/telemetry/traced.js';
import { createAuditKeys } from './audit/keys.js';
import { cancelOrder } from './commands/cancel-order.js';
import type { ErasureDeps } from './commands/erase-personal-data.js';
import { fetchPayment } from './commands/fetch-payment.js';
import { createCommandHandler } from './commands/handler.js';
import { createHistories } from './commands/histories.js';
import { overrideBrandShare } from './commands/override-brand-share.js';
import { placeOrder } from './commands/place-order.js';
import type { Tracing } from './commands/ports.js';
import { openedEvents } from './commands/privacy/opened-events.js';
import { createPersonalData } from './commands/privacy/personal-data.js';
import { requestRefund } from './commands/request-refund.js';
import { retryExport } from './commands/retry-export.js';
import { setStatus } from './commands/set-status.js';
import type { UseCases } from './commands/use-cases.js';
import type { Config } from './config.js';
import { createRelay } from './processes/effects/relay.js';
import { createEffectStore } from './processes/effects/store.js';
import { createSyncInventory } from './processes/inventory/request.js';
import { createPersonalRecords } from './processes/privacy/records.js';
import { createReconcileReads } from './processes/reconcile/reads.js';
import { createWebhookInbox } from './processes/webhooks/inbox.js';
import { createReceiveWebhook } from './processes/webhooks/receive.js';
import { createProjections } from './projections/create-projections.js';
import { createChangeFeed } from './projections/feed/change-feed.js';

/** Everything a process of the portal is made of; what of it runs is decided by its roles. */
export type Portal = ReturnType<typeof compose>;

/** Equal alerts within this time are one. */
const alertWindowSeconds = 900;
/** Pause between two looks for effects that no job carries, milliseconds. */
const reconcileEveryMs = 2_000;
/** Of one attempt, milliseconds. All three of them fit into the 30 s that a request which opens a payment may take. */
const stripeTimeoutMs = 8_000;
/** An append takes up to half a minute and holds its key for that long; who retires the key waits for it. */
const keyTimeoutsMs = { statement: 50_000, lock: 45_000, idleInTransaction: 45_000 };
/** A rush of orders queues up for the connections that hold locks; a caller still gets its answer in time. */
const lockPatienceMs = 20_000;

/** Wires the adapters to the inner layers. Connects lazily: nothing is reached before it is used. */
export function compose(config: Config, logger: PortalLogger, tracing: Tracing | null = null) {
  const clock = { now: () => new Date() };
  const ids = { next: () => randomUUID() };
  const stopping = new AbortController();
  const metrics = createMetrics();
  const reporter = createErrorReporter({
    dsn: config.SENTRY_DSN,
    environment: config.NODE_ENV,
    sampleRate: config.SENTRY_SAMPLE_RATE,
    ...(config.SENTRY_RELEASE ? { release: config.SENTRY_RELEASE } : {}),
  });

  const pools = {
    api: pool(config, 'api', 10),
    projections: pool(config, 'projections', 10),
    workers: pool(config, 'workers', 12),
    locks: pool(config, 'locks', 24, { ...usualTimeoutsMs, acquire: lockPatienceMs }),
    keys: pool(config, 'keys', 4, keyTimeoutsMs),
    keyLocks: pool(config, 'key locks', 1, { ...usualTimeoutsMs, acquire: lockPatienceMs }),
  };
  const redis = {
    cache: createRedis({ url: config.REDIS_CACHE_URL || config.REDIS_URL, role: 'cache' }),
    producer: createRedis({ url: config.REDIS_URL, role: 'producer' }),
    feed: createRedis({ url: config.REDIS_CACHE_URL || config.REDIS_URL, role: 'feed' }),
  };
  for (const [role, connection] of Object.entries(redis)) {
    connection.on('error', (error) => logger.debug({ err: error, role }, 'Redis is not reachable'));
  }
  const personalKeys = createPersonalKeys({
    db: pools.keys,
    locks: pools.keyLocks,
    master: config.PRIVACY_MASTER_KEY,
  });
  const personalData = createPersonalData(personalKeys);
  const storedEvents = tracedEventStore(tracing, createEventStore(config.EVENTSTORE_URL));
  const eventStore = openedEvents(storedEvents, personalData);
  const handler = tracedHandler(tracing, createCommandHandler({ eventStore, personalData, clock }));
  const audit = createAuditKeys(config);
  const locks = createLocks(pools.locks);
  const ownerLock = createOwnerLock({ url: config.DATABASE_URL, applicationName: 'portal' });

  const mailer = tracedCalls(
    tracing,
    'mail',
    createSmtpMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, logger }),
  );
  const alerts = createAlerts({
    mailer,
    adminEmail: config.ADMIN_EMAIL,
    reporter,
    metrics,
    logger,
    redis: redis.cache,
    windowSeconds: alertWindowSeconds,
  });
  const payments = tracedCalls(
    tracing,
    'stripe',
    createStripePayments({
      secretKey: config.STRIPE_SECRET_KEY,
      ...(config.STRIPE_API_BASE ? { apiBase: config.STRIPE_API_BASE } : {}),
      timeoutMs: stripeTimeoutMs,
      logger,
      metrics,
    }),
  );
  const verifier = createStripeWebhookVerifier({ webhookSecret: config.STRIPE_WEBHOOK_SECRET });
  const warehouse = tracedCalls(
    tracing,
    'warehouse',
    createExtensivWarehouse({
      baseUrl: config.EXTENSIV_BASE_URL,
      clientId: config.EXTENSIV_CLIENT_ID,
      clientSecret: config.EXTENSIV_CLIENT_SECRET,
      timeoutMs: config.EXTENSIV_TIMEOUT_MS,
      maxRetries: config.EXTENSIV_MAX_RETRIES,
      retryBaseMs: config.EXTENSIV_RETRY_BASE_MS,
      redis: redis.cache,
      logger,
      metrics,
      reporter,
      currency: config.CURRENCY,
      signal: stopping.signal,
      budget: { perSecond: config.EXTENSIV_REQUESTS_PER_SECOND, burst: 2 * config.EXTENSIV_REQUESTS_PER_SECOND },
    }),
  );
  const delivery = tracedCalls(
    tracing,
    'delivery',
    createDeliveryPartner({ baseUrl: config.DELIVERY_PARTNER_URL, timeoutMs: 10_000, logger }),
  );

  const projections = createProjections({
    eventStore,
    db: pools.projections,
    queryDb: pools.api,
    ownerLock,
    cache: createCacheStore(redis.cache, config.CACHE_TTL_SECONDS),
    invalidations: createInvalidationFeed(redis.feed),
    clock,
    logger,
    metrics,
    reporter,
    config: { cacheTtlSeconds: config.CACHE_TTL_SECONDS + syncGraceSeconds(config) },
    onParked: ({ projection, stream, error }) =>
      void alerts.raise({
        kind: 'projection-parked',
        subject: `${projection} ${stream}`,
        message: `the projection ${projection} left the stream ${stream} behind`,
        error,
      }),
  });

  const changes = createChangeFeed({ eventStore, queries: projections.queries, logger });

  const queues = createJobQueues(redis.producer, {
    exportAttempts: config.EXPORT_ATTEMPTS,
    exportBackoffMs: config.EXPORT_BACKOFF_MS,
    effectBackoffMs: config.EFFECT_BACKOFF_MS,
  });
  const effects = createEffectStore(pools.workers);
  const inbox = createWebhookInbox(pools.workers, effects);
  const relay = createRelay({ store: effects, queue: queues, clock, logger, metrics, reconcileEveryMs });
  const nudge = () => relay.nudge();

  const commandDeps = { handler, clock };
  const placing = {
    ...commandDeps,
    ids,
    logger,
    payments,
    locks,
    idempotencyKeys: createIdempotencyKeys(pools.api),
    reservationTtlSeconds: config.RESERVATION_TTL_SECONDS,
  };
  const useCases: UseCases = {
    placeOrder: (request, context) => placeOrder(placing, request, context),
    fetchPayment: (orderId, context) => fetchPayment(placing, orderId, context),
    cancelOrder: (request, context) => cancelOrder(commandDeps, request, context),
    setStatus: (request, context) => setStatus(commandDeps, request, context),
    retryExport: (request, context) => retryExport(commandDeps, request, context),
    requestRefund: (request, context) => requestRefund(commandDeps, request, context),
    overrideBrandShare: (request, context) => overrideBrandShare(commandDeps, request, context),
    receiveWebhook: createReceiveWebhook({ verifier, inbox, metrics, logger, onStored: nudge }),
    syncInventory: createSyncInventory({ handler, effects, queue: queues, locks, ids, clock, onRequested: nudge }),
  };

  const personalRecords = createPersonalRecords({ db: pools.workers, projections, effects, inbox, queues });
  const erasure: ErasureDeps = { handler, clock, eventStore, keys: personalKeys, records: personalRecords };

  return {
    config,
    logger,
    clock,
    ids,
    metrics,
    tracing,
    reporter,
    alerts,
    pools,
    redis,
    eventStore,
    /** The same events exactly as stored, with personal data sealed. */
    storedEvents,
    personalKeys,
    erasure,
    handler,
    histories: createHistories(eventStore),
    locks,
    ownerLock,
    mailer,
    templates: createMailTemplates(),
    payments,
    verifier,
    audit,
    warehouse,
    delivery,
    projections,
    changes,
    queues,
    effects,
    inbox,
    relay,
    reconcileReads: createReconcileReads(pools.workers),
    syncProgress: createSyncProgressBoard(redis.cache),
    rateCounter: createRateCounter(redis.cache),
    useCases,
    /** Ends the calls to the warehouse that are under way, and refuses further ones. */
    interruptWarehouse: () => stopping.abort(),
    /** Ends calls under way, closes connections, and writes what is still to be written. */
    async close() {
      stopping.abort();
      await changes.stop();
      await queues.close().catch(() => undefined);
      for (const connection of Object.values(redis)) connection.disconnect();
      mailer.close();
      await eventStore.close().catch(() => undefined);
      await Promise.all(Object.values(pools).map((db) => db.destroy()));
      await reporter.flush();
    },
  };
}

/** A sync that starts on time ends a little after the last one has come of age; that alone makes no stock stale. */
function syncGraceSeconds(config: Config): number {
  return Math.min(60, config.CACHE_TTL_SECONDS / 10);
}

interface PoolTimeouts {
  readonly statement: number;
  readonly lock: number;
  readonly idleInTransaction: number;
  readonly acquire?: number;
}

const usualTimeoutsMs: PoolTimeouts = { statement: 30_000, lock: 10_000, idleInTransaction: 30_000 };

function pool(config: Config, role: string, poolMax: number, timeoutsMs = usualTimeoutsMs) {
  return createDatabase({
    url: config.DATABASE_URL,
    poolMax,
    statementTimeoutMs: timeoutsMs.statement,
    lockTimeoutMs: timeoutsMs.lock,
    idleInTransactionTimeoutMs: timeoutsMs.idleInTransaction,
    ...(timeoutsMs.acquire === undefined ? {} : { acquireTimeoutMs: timeoutsMs.acquire }),
    applicationName: `portal ${role}`,
  });
}
