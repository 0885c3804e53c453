import { randomUUID } from 'node:crypto';
import { createMailTemplates } from './adapters/mail/mail-templates.js';
import { createIdempotencyKeys } from './adapters/postgres/idempotency-keys.js';
import { createLocks } from './adapters/postgres/locks.js';
import { createOwnerLock } from './adapters/postgres/owner-lock.js';
import { createJobQueues } from './adapters/queue/queues.js';
import { createCacheStore } from './adapters/redis/cache-store.js';
import { createInvalidationFeed } from './adapters/redis/invalidations.js';
import { createRateCounter } from './adapters/redis/rate-counter.js';
import { createSyncProgressBoard } from './adapters/redis/sync-progress.js';
import { createStripeWebhookVerifier } from './adapters/stripe/webhooks.js';
import { createAlerts } from './adapters/telemetry/alerts.js';
import { createErrorReporter } from './adapters/telemetry/error-reporter.js';
import { useCasesInContext } from './adapters/telemetry/in-context.js';
import type { PortalLogger } from './adapters/telemetry/logger.js';
import { createMetrics } from './adapters/telemetry/metrics.js';
import { tracedHandler, tracedRequests } from './adapters/telemetry/traced.js';
import { createAuditKeys } from './audit/keys.js';
import type { ErasureDeps } from './commands/erase-personal-data.js';
import { createCommandHandler } from './commands/handler.js';
import { createHistories } from './commands/histories.js';
import type { Tracing } from './commands/ports.js';
import { tellStatusChanges } from './commands/status-changes.js';
import { createEvents } from './compose/events.js';
import { createPartners } from './compose/partners.js';
import { createPools } from './compose/pools.js';
import { createRedisConnections } from './compose/redis.js';
import { staleAfterSeconds } from './compose/stale-after.js';
import { createUseCases } from './compose/use-cases.js';
import { createWriteChecks } from './compose/writes.js';
import type { Config } from './config.js';
import { createEffectsProcessManager } from './processes/effects/process-manager.js';
import { createRelay } from './processes/effects/relay.js';
import { createEffectStore } from './processes/effects/store.js';
import { createParkedWatch } from './processes/parked/watch.js';
import { createPersonalRecords } from './processes/privacy/records.js';
import { createWebhookInbox } from './processes/webhooks/inbox.js';
import { createProjections } from './projections/create-projections.js';
import { createChangeFeed } from './projections/feed/change-feed.js';
import { createPortalSide } from './projections/queries/portal-side.js';
import type { LogRewound } from './projections/runtime/rewound.js';
import { version } from './version.js';

/** Everything a process of the portal is made of; what of it runs is decided by its roles. */
export type Portal = ReturnType<typeof compose>;

/** Equal alerts within this time are one. */
const alertWindowSeconds = 900;
/** Pause between two looks for effects that no job carries, milliseconds. */
const relayLooksEveryMs = 2_000;

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
    release: config.SENTRY_RELEASE || version,
  });

  const pools = createPools(config);
  const redis = createRedisConnections(config, logger);
  const events = createEvents(config, pools, tracing);
  const { eventStore, personalData, personalKeys } = events;
  const commands = createCommandHandler({ eventStore, personalData, clock });
  const handler = tellStatusChanges(tracedHandler(tracing, commands), { metrics, logger });
  const audit = createAuditKeys(config);
  const locks = createLocks(pools.locks);
  const ownerLock = createOwnerLock({ url: config.DATABASE_URL, applicationName: 'portal' });

  const calls = { tracing, logger, metrics, reporter, redis: redis.cache, signal: stopping.signal };
  const { mailer, payments, warehouse, delivery } = createPartners(config, calls);
  const alerts = createAlerts({
    mailer,
    adminEmail: config.ADMIN_EMAIL,
    reporter,
    metrics,
    logger,
    redis: redis.cache,
    windowSeconds: alertWindowSeconds,
  });
  const verifier = createStripeWebhookVerifier({
    webhookSecret: config.STRIPE_WEBHOOK_SECRET,
    secretKey: config.STRIPE_SECRET_KEY,
  });

  const effects = tracedRequests(tracing, createEffectStore(pools.workers));
  const idempotencyKeys = createIdempotencyKeys(pools.api);
  const effectsProjection = createEffectsProcessManager(effects);
  const cache = createCacheStore(redis, config.CACHE_TTL_SECONDS);
  const onParked = () => parkedWatch.nudge();
  const onRewound = (error: LogRewound) =>
    void alerts.raise({
      kind: 'event-store-rewound',
      subject: 'the event store lacks what was read from it',
      message: `${error.message} Nothing is projected and no effect performed until an operator has it read again`,
      error,
    });
  const projections = createProjections({
    eventStore,
    db: pools.projections,
    queryDb: pools.api,
    ownerLock,
    cache,
    invalidations: createInvalidationFeed(redis.feed),
    clock,
    logger,
    metrics,
    reporter,
    staleAfterSeconds: staleAfterSeconds(config),
    others: [effectsProjection],
    onParked,
    onRewound,
  });
  const parkedWatch = createParkedWatch({ projections, alerts, ownerLock, metrics, logger });

  const changes = createChangeFeed({ eventStore, queries: projections.queries, logger });

  const queues = createJobQueues(redis.producer, {
    exportAttempts: config.EXPORT_ATTEMPTS,
    exportBackoffMs: config.EXPORT_BACKOFF_MS,
    effectBackoffMs: config.EFFECT_BACKOFF_MS,
  });
  const inbox = createWebhookInbox(pools.workers, effects);
  const relay = createRelay({ store: effects, queue: queues, clock, logger, metrics, lookEveryMs: relayLooksEveryMs });
  const useCases = useCasesInContext(
    createUseCases({
      handler,
      clock,
      ids,
      logger,
      metrics,
      locks,
      payments,
      idempotencyKeys,
      reservationTtlSeconds: config.RESERVATION_TTL_SECONDS,
      verifier,
      inbox,
      effects,
      queue: queues,
      nudge: () => relay.nudge(),
    }),
  );

  const personalRecords = createPersonalRecords({
    db: pools.workers,
    projections,
    effects,
    inbox,
    queues,
    idempotencyKeys,
  });
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
    /** The same events exactly as stored, with personal data encrypted. */
    storedEvents: events.storedEvents,
    writes: createWriteChecks({ events: events.watchedEvents, db: pools.api, cache: redis.cache }),
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
    cache,
    projections,
    changes,
    queues,
    effects,
    effectsProjection,
    onParked,
    parkedWatch,
    onRewound,
    inbox,
    relay,
    portalSide: createPortalSide(pools.workers),
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
