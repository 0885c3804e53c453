import type { Portal } from '../compose.js';
import { pollStatuses } from '../processes/polling/poll.js';
import { loadOpenOrders } from '../projections/queries/open-orders.js';
import { ReadModelMissing } from '../projections/queries/sql.js';
import { systemContext } from './system-context.js';

/**
 * What a schedule starts. A run that fails is told, since nobody awaits its job, and the schedule goes on.
 *
 * @param signal a poll under way ends early with it
 */
export function createScheduledRuns(portal: Portal, signal: AbortSignal) {
  const { logger, ownerLock, pools, reporter } = portal;

  return {
    sync: () =>
      run('inventory-sync', async () => {
        const request = { force: false, wait: false, trigger: 'schedule' } as const;
        await portal.useCases.syncInventory(request, systemContext(portal, 'sync'));
      }),
    poll: () =>
      alone('status-polling', () =>
        run('status-polling', async () => {
          const openOrders = () => loadOpenOrders(pools.workers);
          await pollStatuses({ ...portal, openOrders, signal }, systemContext(portal, 'poll'));
        }),
      ),
  };

  async function run(process: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ReadModelMissing) {
        logger.info({ process }, 'the read models are not there yet; it is left to the next time');
        return;
      }
      logger.error({ err: error, process }, 'a scheduled job has failed');
      reporter.capture(error, { process });
      throw error;
    }
  }

  /** Unless another process is at it: a run that outlasts its interval is not joined by a second. */
  async function alone(process: string, work: () => Promise<void>): Promise<void> {
    const ownership = await ownerLock.tryAcquire(process);
    if (!ownership) {
      logger.info({ process }, 'the last run is still under way');
      return;
    }
    try {
      await work();
    } finally {
      await ownership.release();
    }
  }
}
