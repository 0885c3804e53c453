import { warnOfNews } from '../commands/warn-of-news.js';
import type { Portal } from '../compose.js';
import type { ScheduledQueueName } from '../processes/ports/job-queue.js';
import { requestNextReconciliation } from '../processes/reconcile/daily.js';

/** The schedules live in Redis alone; one that was emptied gets them back within this time, as does a clock put back. */
const lookMs = 10_000;
/** The next day's reconciliation is asked for in good time; asking again changes nothing. */
const reconciliationLookMs = 60 * 60 * 1000;

type Scheduling = Pick<Portal, 'config' | 'queues' | 'effects' | 'clock' | 'ids' | 'logger'>;

/**
 * Has syncs and polls run at their intervals and the warehouse reconciled daily, and keeps it that way. A store that goes
 * away just now ends no start: what it has not taken is asked for again.
 */
export async function startSchedules(portal: Scheduling): Promise<{ stop(): void }> {
  const { config, queues, logger } = portal;
  const everyMs: Record<ScheduledQueueName, number> = {
    'inventory-sync': config.INVENTORY_SYNC_INTERVAL_SECONDS * 1000,
    'status-polling': config.STATUS_POLL_INTERVAL_SECONDS * 1000,
  };
  const names = Object.keys(everyMs) as ScheduledQueueName[];
  const failed = warnOfNews(logger, 'a schedule could not be looked for');
  /** Those that have their interval from this process: the one before may have had another. */
  const started = new Set<ScheduledQueueName>();
  await look();
  await askForReconciliation(portal);
  const looks = setInterval(() => void look(), lookMs);
  const reconciliations = setInterval(() => void askForReconciliation(portal), reconciliationLookMs);

  return {
    stop() {
      clearInterval(looks);
      clearInterval(reconciliations);
    },
  };

  /** Makes a schedule, and again when it is gone or its next run is not to come. While Redis is away nothing can be done. */
  async function look(): Promise<void> {
    for (const queue of names) {
      try {
        const again = started.has(queue);
        if (again && (await queues.isScheduled(queue, everyMs[queue]))) continue;
        await queues.schedule(queue, everyMs[queue]);
        started.add(queue);
        if (again) logger.warn({ queue }, 'the schedule was gone, or a clock was put back: it is made again');
        else logger.info({ queue, everySeconds: everyMs[queue] / 1000 }, 'cron schedule started');
      } catch (error) {
        failed(error);
      }
    }
  }
}

async function askForReconciliation(portal: Scheduling): Promise<void> {
  try {
    await requestNextReconciliation(portal);
  } catch (error) {
    portal.logger.debug({ err: error }, 'the next reconciliation could not be asked for');
  }
}
