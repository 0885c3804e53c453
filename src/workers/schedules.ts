import type { Portal } from '../compose.js';
import type { ScheduledQueueName } from '../processes/ports/job-queue.js';
import { requestNextReconciliation } from '../processes/reconcile/daily.js';

/** The schedules live in Redis alone; one that was emptied gets them back within this time, as does a clock put back. */
const lookMs = 10_000;
/** The next day's reconciliation is asked for in good time; asking again changes nothing. */
const reconciliationLookMs = 60 * 60 * 1000;

/** Has syncs and polls run at their intervals and the warehouse reconciled daily, and keeps it that way. */
export async function startSchedules(portal: Portal): Promise<{ stop(): void }> {
  const { config, queues } = portal;
  const everyMs: Record<ScheduledQueueName, number> = {
    'inventory-sync': config.INVENTORY_SYNC_INTERVAL_SECONDS * 1000,
    'status-polling': config.STATUS_POLL_INTERVAL_SECONDS * 1000,
  };
  const names = Object.keys(everyMs) as ScheduledQueueName[];
  for (const queue of names) {
    await queues.schedule(queue, everyMs[queue]);
    portal.logger.info({ queue, everySeconds: everyMs[queue] / 1000 }, 'cron schedule started');
  }
  await requestNextReconciliation(portal);
  const looks = setInterval(() => void restore(), lookMs);
  const reconciliations = setInterval(() => void askForReconciliation(portal), reconciliationLookMs);

  return {
    stop() {
      clearInterval(looks);
      clearInterval(reconciliations);
    },
  };

  /** Makes a schedule again that is gone, or whose next run is not to come. While Redis is away there is nothing to do. */
  async function restore(): Promise<void> {
    for (const queue of names) {
      try {
        if (await queues.isScheduled(queue, everyMs[queue])) continue;
        await queues.schedule(queue, everyMs[queue]);
        portal.logger.warn({ queue }, 'the schedule was gone, or a clock was put back: it is made again');
      } catch (error) {
        portal.logger.debug({ err: error, queue }, 'the schedule could not be looked for');
      }
    }
  }
}

async function askForReconciliation(portal: Portal): Promise<void> {
  try {
    await requestNextReconciliation(portal);
  } catch (error) {
    portal.logger.debug({ err: error }, 'the next reconciliation could not be asked for');
  }
}
