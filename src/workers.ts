import { startWorker } from './adapters/queue/worker.js';
import { createRedis } from './adapters/redis/client.js';
import { tracedEffects } from './adapters/telemetry/traced.js';
import { startSealSchedule } from './audit/seal-schedule.js';
import type { Portal } from './compose.js';
import { createPerformer, type EffectHandlers } from './processes/effects/performer.js';
import { createAlertHandler } from './processes/handlers/alert.js';
import { createEraseHandler } from './processes/handlers/erase.js';
import { createExportHandler } from './processes/handlers/export.js';
import { createCancelIntentHandler, createRefundHandler } from './processes/handlers/money.js';
import { createNotifyHandler } from './processes/handlers/notify.js';
import { createPackedHandler } from './processes/handlers/packed.js';
import {
  createCommitHandler,
  createReleaseHandler,
  createReservationExpiryHandler,
} from './processes/handlers/stock.js';
import { createUnparkHandler, createWebhookHandler } from './processes/handlers/webhook.js';
import { createWmsCancelHandler } from './processes/handlers/wms-cancel.js';
import { createSummaries } from './processes/inventory/page-summary.js';
import { createSyncHandler } from './processes/inventory/request.js';
import { pollStatuses } from './processes/polling/poll.js';
import type { JobRun, QueueName, ScheduledQueueName } from './processes/ports/job-queue.js';
import { createDailyReconciliation, requestNextReconciliation } from './processes/reconcile/daily.js';
import { createReconcile } from './processes/reconcile/reconcile.js';
import { snapshotFingerprint } from './projections/models/products.js';
import { findOrderOfPayment, loadOpenOrders } from './projections/queries/open-orders.js';
import { ReadModelMissing } from './projections/queries/sql.js';
import { type Projector, startProjector } from './projections/runtime/projector.js';

/** Effects worked on at once in one process; they mostly wait for others. */
const effectConcurrency = 16;
const exportConcurrency = 8;
/** A sync that cannot trust its index within this reads every stream instead. */
const catchUpMs = 30_000;
/** The schedules live in Redis alone; one that was emptied gets them back within this time. */
const scheduleLookMs = 10_000;

/** The next day's reconciliation is asked for in good time; asking again changes nothing. */
const reconciliationLookMs = 60 * 60 * 1000;
/** A warehouse call under way may end by itself for so long when the process stops. */
const warehouseGraceMs = 5_000;

/** The role `workers`: turns events into effects and performs them, follows orders, and keeps the schedules. */
export async function startWorkers(portal: Portal): Promise<{ projector: Projector; stop(): Promise<void> }> {
  const { config, logger, metrics, reporter, alerts } = portal;
  const stopping = new AbortController();
  const redis = createRedis({ url: config.REDIS_URL, role: 'queue' });
  redis.on('error', (error) => logger.debug({ err: error }, 'Redis is not reachable'));

  const projector = startProjector({
    name: 'effects',
    projections: [portal.effectsProjection],
    eventStore: portal.eventStore,
    db: portal.pools.workers,
    ownerLock: portal.ownerLock,
    clock: portal.clock,
    logger,
    metrics,
    reporter,
    onParked: portal.onParked,
    onRewound: portal.onRewound,
    afterBatch: async () => portal.relay.nudge(),
  });

  const handlers = tracedEffects(portal.tracing, effectHandlers(portal, stopping.signal));
  const performEffect = createPerformer({ store: portal.effects, handlers, logger, reporter, alerts });
  const start = (queue: QueueName, concurrency: number, perform: (run: JobRun) => Promise<void>) =>
    startWorker({ queue, redis, concurrency, lockMs: config.JOB_LOCK_MS, perform, logger, metrics });
  const workers = [
    start('effects', effectConcurrency, performEffect),
    start('order-processing', exportConcurrency, performEffect),
    start('inventory-sync', 2, async (run) => {
      if (run.data.key !== 'schedule') return performEffect(run);
      const request = { force: false, wait: false, trigger: 'schedule' } as const;
      await scheduled(portal, 'inventory-sync', () =>
        portal.useCases.syncInventory(request, contextOf(portal, 'sync')),
      );
    }),
    start('status-polling', 1, () =>
      alone(portal, 'status-polling', async () => {
        const openOrders = () => loadOpenOrders(portal.pools.workers);
        const deps = { ...portal, openOrders, signal: stopping.signal };
        await scheduled(portal, 'status-polling', () => pollStatuses(deps, contextOf(portal, 'poll')));
      }),
    ),
  ];

  portal.relay.start();
  const seals = startSeals(portal);
  const everySeconds: Record<ScheduledQueueName, number> = {
    'inventory-sync': config.INVENTORY_SYNC_INTERVAL_SECONDS,
    'status-polling': config.STATUS_POLL_INTERVAL_SECONDS,
  };
  await portal.queues.schedule('inventory-sync', everySeconds['inventory-sync'] * 1000);
  await portal.queues.schedule('status-polling', everySeconds['status-polling'] * 1000);
  const scheduleLooks = setInterval(() => void restoreSchedules(portal, everySeconds), scheduleLookMs);
  await requestNextReconciliation(portal);
  const reconciliations = setInterval(() => void askForReconciliation(portal), reconciliationLookMs);
  await portal.useCases.syncInventory({ force: false, wait: false, trigger: 'startup' }, contextOf(portal, 'sync'));

  return {
    projector,
    async stop() {
      stopping.abort();
      await seals.stop();
      clearInterval(scheduleLooks);
      clearInterval(reconciliations);
      const grace = setTimeout(portal.interruptWarehouse, warehouseGraceMs);
      await Promise.all(workers.map((worker) => worker.close()));
      clearTimeout(grace);
      await portal.relay.stop();
      await projector.stop();
      redis.disconnect();
    },
  };
}

/** Without a key nothing can be sealed, which must be seen, once. */
function startSeals(portal: Portal): { stop(): Promise<void> } {
  const { signer, verifier } = portal.audit;
  if (!signer) {
    portal.logger.warn({}, 'the log is not sealed: AUDIT_SIGNING_KEY is not set');
    return { stop: async () => undefined };
  }
  return startSealSchedule({
    ...portal,
    db: portal.pools.workers,
    eventStore: portal.storedEvents,
    signer,
    onBroken: (error) =>
      void portal.alerts.raise({
        kind: 'seal-broken',
        subject: 'the seals are not as they were made',
        message: `${error.message}: run \`portal audit verify\``,
        error,
      }),
    verifier,
    context: () => contextOf(portal, 'sealer'),
    intervalSeconds: portal.config.AUDIT_SEAL_INTERVAL_SECONDS,
  });
}

/** Runs `work` unless another process is at it: a run that outlasts its interval is not joined by a second. */
async function alone(portal: Portal, name: string, work: () => Promise<void>): Promise<void> {
  const ownership = await portal.ownerLock.tryAcquire(name);
  if (!ownership) {
    portal.logger.info({ process: name }, 'the last run is still under way');
    return;
  }
  try {
    await work();
  } finally {
    await ownership.release();
  }
}

async function askForReconciliation(portal: Portal): Promise<void> {
  try {
    await requestNextReconciliation(portal);
  } catch (error) {
    portal.logger.debug({ err: error }, 'the next reconciliation could not be asked for');
  }
}

/** Runs what a schedule asks for, and tells when it fails: the schedule goes on, and nobody awaits its jobs. */
async function scheduled(portal: Portal, process: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ReadModelMissing) {
      portal.logger.info({ process }, 'the read models are not there yet; it is left to the next time');
      return;
    }
    portal.logger.error({ err: error, process }, 'a scheduled job has failed');
    portal.reporter.capture(error, { process });
    throw error;
  }
}

/** Makes a schedule again that is gone. While Redis is away there is nothing to do. */
async function restoreSchedules(portal: Portal, everySeconds: Record<ScheduledQueueName, number>): Promise<void> {
  for (const queue of ['inventory-sync', 'status-polling'] as const) {
    try {
      if (await portal.queues.isScheduled(queue)) continue;
      await portal.queues.schedule(queue, everySeconds[queue] * 1000);
      portal.logger.warn({ queue }, 'the schedule was gone and is made again');
    } catch (error) {
      portal.logger.debug({ err: error, queue }, 'the schedule could not be looked for');
    }
  }
}

function effectHandlers(portal: Portal, signal: AbortSignal): EffectHandlers {
  const { config, handler, clock, inbox, pools, projections } = portal;
  const warehouseTimeoutMs = config.EXTENSIV_TIMEOUT_MS;
  const notifyDeps = { ...portal, messageIdDomain: config.MAIL_FROM.match(/@([\w.-]+)/)?.[1] ?? 'localhost' };
  const wmsCancel = createWmsCancelHandler({ ...portal, warehouseTimeoutMs });
  const paymentDeps = {
    handler,
    clock,
    reservationTtlSeconds: config.RESERVATION_TTL_SECONDS,
    payoutBrandShareBps: config.PAYOUT_BRAND_SHARE_BPS,
  };
  return {
    webhook: createWebhookHandler({
      ...portal,
      ...paymentDeps,
      orderOfPayment: (paymentIntentId) => findOrderOfPayment(pools.workers, paymentIntentId),
    }),
    unpark: createUnparkHandler(inbox),
    export: createExportHandler({ ...portal, ...paymentDeps, warehouseTimeoutMs }),
    commit: createCommitHandler(portal, wmsCancel),
    release: createReleaseHandler(portal),
    'reservation-expiry': createReservationExpiryHandler(portal),
    packed: createPackedHandler(notifyDeps),
    notify: createNotifyHandler(notifyDeps),
    refund: createRefundHandler(portal),
    'wms-cancel': wmsCancel,
    'cancel-intent': createCancelIntentHandler(portal),
    alert: createAlertHandler(portal.alerts),
    reconcile: createDailyReconciliation({
      ...portal,
      reconcile: createReconcile(portal),
      reportDir: config.LOG_DIR === 'none' ? null : config.LOG_DIR,
      signal,
    }),
    erase: createEraseHandler(portal.personalKeys),
    sync: createSyncHandler({
      ...portal,
      signal,
      summarise: createSummaries(snapshotFingerprint),
      async snapshotIndex() {
        const head = await portal.eventStore.head();
        const current = head === null || (await projections.queries.waitFor(head, catchUpMs));
        try {
          return { entries: await projections.snapshotIndex(), current };
        } catch (error) {
          // Dropped, or not made yet: the streams are all a sync needs.
          if (error instanceof ReadModelMissing) return { entries: new Map(), current: false };
          throw error;
        }
      },
    }),
  };
}

function contextOf(portal: Portal, actor: string) {
  const id = portal.ids.next();
  return { correlationId: id, causationId: id, actor: `system:${actor}` };
}
