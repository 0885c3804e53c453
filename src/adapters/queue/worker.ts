import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Logger, Metrics } from '../../commands/ports.js';
import { warnOfNews } from '../../commands/warn-of-news.js';
import { EffectImpossible, EffectPostponed } from '../../processes/effects/effect.js';
import type { JobData, JobRun, QueueName } from '../../processes/ports/job-queue.js';
import type { QueueRedis } from '../redis/cluster.js';
import { queuePrefix } from './policy.js';

/** Stalled jobs are looked for this often while a lock lasts. */
const looksPerLock = 3;
/** Effects find out from the streams what is done, so being taken over many times is harmless. */
const maxStalled = 1_000;
/** A Redis that refuses to hand out a job, as a full one does, is asked again after this. */
const refusedPauseMs = 1_000;

/** Redis hears within this that the last jobs have ended, or is away. */
const farewellMs = 2_000;

/** Runs the jobs of one queue. @param redis a connection that waits for Redis; BullMQ makes a blocking copy of it */
export function startWorker(options: {
  queue: QueueName;
  redis: QueueRedis;
  concurrency: number;
  /** A job whose worker renews its lock no more is taken over after this. */
  lockMs: number;
  perform: (run: JobRun) => Promise<void>;
  logger: Logger;
  metrics: Metrics;
}): { close(): Promise<void> } {
  const { queue, metrics } = options;
  const logger = options.logger.child({ queue });

  const underWay = new Set<Promise<void>>();
  const perform = async (run: JobRun) => {
    const performing = options.perform(run);
    underWay.add(performing);
    await performing.finally(() => underWay.delete(performing));
  };
  const worker = new PatientWorker<JobData>(
    queue,
    async (job, token) => {
      const started = performance.now();
      // Later starts wait for a back-off or a lock, and not for a worker. `job.delay` is 0 once the delay is over.
      if (job.attemptsStarted <= 1) {
        const waited = Math.max(0, Date.now() - job.timestamp - (job.opts.delay ?? 0));
        metrics.observe('portal_job_wait_seconds', waited / 1000, { queue });
      }
      try {
        await perform(toRun(job));
      } catch (error) {
        if (error instanceof EffectPostponed) {
          await job.moveToDelayed(Date.now() + error.delayMs, token);
          throw new DelayedError();
        }
        if (error instanceof EffectImpossible) throw new UnrecoverableError(error.message);
        throw error;
      } finally {
        metrics.observe('portal_job_duration_seconds', (performance.now() - started) / 1000, { queue });
      }
    },
    {
      connection: options.redis,
      prefix: queuePrefix(options.redis),
      concurrency: options.concurrency,
      lockDuration: options.lockMs,
      stalledInterval: Math.ceil(options.lockMs / looksPerLock),
      maxStalledCount: maxStalled,
    },
  );
  worker.on('failed', (job, error) => {
    const final = !job || job.attemptsMade >= (job.opts.attempts ?? 1) || error instanceof UnrecoverableError;
    metrics.increment(final ? 'portal_jobs_failed_total' : 'portal_job_retries_total', { queue });
  });
  worker.on('stalled', (jobId) => logger.warn({ jobId }, 'a job lost its worker and runs again'));
  worker.on('error', tellsOfFailures(logger));
  // BullMQ waits for a Redis that is away, to say that the last jobs have ended. They begin again, and find what is done.
  return { close: () => Promise.race([worker.close(), idleForLong()]) };

  async function idleForLong(): Promise<void> {
    do {
      await Promise.allSettled(underWay);
      await sleep(farewellMs, undefined, { ref: false });
    } while (underWay.size > 0);
  }
}

/** BullMQ asks again at once while a job waits: thousands of times a second, each of them a line in the log. */
class PatientWorker<Data> extends Worker<Data> {
  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      await sleep(refusedPauseMs);
      throw error;
    }
  }
}

function tellsOfFailures(logger: Logger): (error: Error) => void {
  const unreachable = warnOfNews(logger, 'the job queue is not reachable');
  return (error) => {
    if (isTakenAway(error)) logger.warn({ err: error }, 'a job went while it ran: it was removed, or runs elsewhere');
    else unreachable(error);
  };
}

/** Redis answered, and no longer knew the job, or not as ours: its scripts refuse by number, and a renewal in words. */
function isTakenAway(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'number' || error.message.startsWith('could not renew lock');
}

function toRun(job: Job<JobData>): JobRun {
  const attempt = job.attemptsMade + 1;
  return { id: job.id ?? '', data: job.data, attempt, lastAttempt: attempt >= (job.opts.attempts ?? 1) };
}
