import { about } from '../adapters/telemetry/log-context.js';
import type { CommandContext } from '../commands/use-cases.js';
import type { Portal } from '../compose.js';
import { pollStatuses } from '../processes/polling/poll.js';
import type { JobRun } from '../processes/ports/job-queue.js';
import { loadOpenOrders } from '../projections/queries/open-orders.js';
import { ReadModelMissing } from '../projections/queries/sql.js';
import { systemContext } from './system-context.js';

/**
 * What a schedule starts. A run that fails is told, since nobody awaits its job, and the schedule goes on.
 *
 * @param signal a poll under way ends early with it
 */
export function createScheduledRuns(portal: Portal, signal: AbortSignal) {
  const { logger, ownerLock, pools, reporter, tracing } = portal;

  return {
    /** @param job the one that carries it; none at a start */
    sync: (trigger: 'startup' | 'schedule', job?: JobRun) =>
      run('inventory-sync', job, systemContext(portal, 'sync'), async (context) => {
        await portal.useCases.syncInventory({ force: false, wait: false, trigger }, context);
      }),
    poll: (job: JobRun) =>
      alone('status-polling', () =>
        run('status-polling', job, systemContext(portal, 'poll'), async (context) => {
          const openOrders = () => loadOpenOrders(pools.workers);
          await pollStatuses({ ...portal, openOrders, signal }, context);
        }),
      ),
  };

  async function run(
    process: string,
    job: JobRun | undefined,
    context: CommandContext,
    work: (context: CommandContext) => Promise<void>,
  ): Promise<void> {
    const { correlationId, causationId } = context;
    const facts = { process, correlationId, ...(job && { jobId: job.id, attempt: job.attempt }) };
    const span = { name: `scheduled ${process}`, kind: 'internal', correlationId, attributes: {} } as const;
    logger.info(facts, 'cron run started');
    const told = () => about({ ...facts, causationId }, () => work(context));
    try {
      await (tracing ? tracing.run(span, told) : told());
    } catch (error) {
      if (error instanceof ReadModelMissing) {
        logger.info(facts, 'the read models are not there yet; it is left to the next time');
        return;
      }
      logger.error({ ...facts, err: error }, 'a scheduled job has failed');
      reporter.capture(error, facts);
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
