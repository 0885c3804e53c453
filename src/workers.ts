import { startWorker } from './adapters/queue/worker.js';
import { effectsInContext } from './adapters/telemetry/in-context.js';
import { tracedEffects } from './adapters/telemetry/traced.js';
import { openQueueRedis } from './compose/redis.js';
import type { Portal } from './compose.js';
import { createPerformer } from './processes/effects/performer.js';
import type { JobRun, QueueName } from './processes/ports/job-queue.js';
import { type Projector, startProjector } from './projections/runtime/projector.js';
import { createEffectHandlers } from './workers/effect-handlers.js';
import { createScheduledRuns } from './workers/scheduled-runs.js';
import { startSchedules } from './workers/schedules.js';
import { startSeals } from './workers/seals.js';

/** Effects worked on at once in one process; they mostly wait for others. */
const effectConcurrency = 16;
const exportConcurrency = 8;
/** A warehouse call under way may end by itself for so long when the process stops. */
const warehouseGraceMs = 5_000;

/** The role `workers`: turns events into effects and performs them, follows orders, and keeps the schedules. */
export async function startWorkers(portal: Portal): Promise<{ projector: Projector; stop(): Promise<void> }> {
  const { config, logger, metrics, reporter } = portal;
  const stopping = new AbortController();
  const redis = openQueueRedis(config, 'queue', logger);

  const projector = startProjector({
    name: 'effects',
    projections: [portal.effectsProjection],
    eventStore: portal.eventStore,
    db: portal.pools.workers,
    ownerLock: portal.ownerLock,
    logger,
    metrics,
    reporter,
    onParked: portal.onParked,
    onRewound: portal.onRewound,
    afterBatch: async () => portal.relay.nudge(),
  });

  const handlers = effectsInContext(tracedEffects(portal.tracing, createEffectHandlers(portal, stopping.signal)));
  const perform = createPerformer({ store: portal.effects, handlers, logger, reporter });
  const runs = createScheduledRuns(portal, stopping.signal);
  const start = (queue: QueueName, concurrency: number, work: (run: JobRun) => Promise<void>) =>
    startWorker({ queue, redis, concurrency, lockMs: config.JOB_LOCK_MS, perform: work, logger, metrics });
  const workers = [
    start('effects', effectConcurrency, perform),
    start('order-processing', exportConcurrency, perform),
    start('inventory-sync', 2, (run) => (run.data.key === 'schedule' ? runs.sync('schedule', run) : perform(run))),
    start('status-polling', 1, runs.poll),
  ];

  const seals = startSeals(portal);
  // Asked for before its schedule is, whose first run then joins it. A failure is told, and made good by the schedule.
  await runs.sync('startup').catch(() => undefined);
  const schedules = await startSchedules(portal);

  return {
    projector,
    async stop() {
      stopping.abort();
      await seals.stop();
      schedules.stop();
      const grace = setTimeout(portal.interruptWarehouse, warehouseGraceMs);
      await Promise.all(workers.map((worker) => worker.close()));
      clearTimeout(grace);
      await projector.stop();
      redis.disconnect();
    },
  };
}
