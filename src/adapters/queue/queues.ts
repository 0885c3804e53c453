import { type Job, type JobsOptions, Queue } from 'bullmq';
import type { JobData, JobQueue, QueueName, ScheduledQueueName } from '../../processes/ports/job-queue.js';
import type { QueueRedis } from '../redis/cluster.js';
import { within } from '../within.js';
import { assertTakesJobs, queuePrefix } from './policy.js';

export interface QueueSettings {
  /** Attempts of an export job. */
  readonly exportAttempts: number;
  /** First pause between export attempts, milliseconds; it doubles. */
  readonly exportBackoffMs: number;
  /** The same for every other effect. */
  readonly effectBackoffMs: number;
}

export type JobQueues = JobQueue & {
  readonly queues: readonly Queue<JobData>[];
  /** @throws when Redis answers and takes no job */
  assertTakesJobs(): Promise<void>;
  close(): Promise<void>;
};

/** With the usual pauses, 1 s doubling, the last of twelve attempts comes 34 minutes after the first. */
const effectAttempts = 12;
/** A Redis that takes longer to say that it is there is as good as away. */
const answerLimitMs = 1_000;
/** A first connection may take longer on a busy machine; well below what a stop may take, since a stop waits for it. */
const connectLimitMs = 5_000;
/** A pause that is too long by less than this was not stretched by a clock. */
const slackMs = 1_000;
/** BullMQ orders what pauses by milliseconds times this, to tell jobs of the same millisecond apart. */
const delayedScale = 0x1000;
/** Finished jobs kept for operators; the truth is in the streams. */
const kept = { removeOnComplete: 100, removeOnFail: 500 } as const;

const names: readonly QueueName[] = ['order-processing', 'status-polling', 'inventory-sync', 'effects'];

/** {@link JobQueue} over BullMQ. @param redis a connection that fails fast; it stays the caller's to close */
export function createJobQueues(redis: QueueRedis, settings: QueueSettings): JobQueues {
  const optionsOf = jobOptions(settings);
  const options = { connection: redis, prefix: queuePrefix(redis) };
  const queues = new Map(names.map((name) => [name, new Queue<JobData>(name, options)]));
  /** BullMQ waits without end for a Redis that was not there since the start, and a stop would wait with it. */
  const queueOf = async (name: QueueName): Promise<Queue<JobData>> => {
    const queue = queues.get(name);
    if (!queue) throw new Error(`no queue ${name}`);
    await within(connectLimitMs, queue.waitUntilReady());
    return queue;
  };
  for (const queue of queues.values()) queue.on('error', () => undefined);

  return {
    queues: [...queues.values()],
    assertTakesJobs: () => assertTakesJobs(redis),
    async add(name, jobs) {
      const queue = await queueOf(name);
      await queue.addBulk(
        jobs.map(({ id, data, delayMs }) => ({
          name: data.key.split(':')[0] ?? name,
          data,
          opts: { ...optionsOf(name), jobId: id, ...(delayMs > 0 ? { delay: delayMs } : {}) },
        })),
      );
    },
    async states(name, ids) {
      const queue = await queueOf(name);
      const states = await Promise.all(ids.map((id) => stateOf(queue, id)));
      const known = ids.flatMap((id, index): [string, 'live' | 'ended'][] => {
        const state = states[index];
        return state === undefined ? [] : [[id, state]];
      });
      return new Map(known);
    },
    async remove(name, ids) {
      const queue = await queueOf(name);
      for (const id of ids) {
        const state = await queue.getJobState(id);
        if (state === 'completed' || state === 'failed') await queue.remove(id);
      }
    },
    async realign(name) {
      const queue = await queueOf(name);
      let realigned = 0;
      for (const [id, runsAt] of await delayedUntil(queue)) {
        if (runsAt <= Date.now() + slackMs) continue;
        const job = await queue.getJob(id);
        // What a schedule has planned is the schedule's.
        if (!job || job.repeatJobKey !== undefined || runsAt <= Date.now() + job.delay + slackMs) continue;
        // It may have begun meanwhile.
        const changed = await job.changeDelay(job.delay).then(
          () => true,
          () => false,
        );
        if (changed) realigned += 1;
      }
      return realigned;
    },
    async schedule(name, everyMs) {
      // One that is there keeps the time of its next run.
      const queue = await queueOf(name);
      if (!(await isPlanned(name, everyMs))) await queue.removeJobScheduler(scheduleIdOf(name));
      await queue.upsertJobScheduler(
        scheduleIdOf(name),
        { every: everyMs },
        { name: 'schedule', data: { key: 'schedule' }, opts: { attempts: 1, ...kept } },
      );
    },
    isScheduled: isPlanned,
    isReachable: () =>
      within(answerLimitMs, redis.ping()).then(
        () => true,
        () => false,
      ),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };

  /** A job that Redis has, and in no list of the queue's, has ended too: nobody would ever take it up. */
  async function stateOf(queue: Queue<JobData>, id: string): Promise<'live' | 'ended' | undefined> {
    const state = await queue.getJobState(id);
    if (state === 'completed' || state === 'failed') return 'ended';
    if (state !== 'unknown') return 'live';
    if (!(await queue.getJob(id))) return undefined;
    // It may have been added between the two questions.
    return (await queue.getJobState(id)) === 'unknown' ? 'ended' : 'live';
  }

  /**
   * A schedule lives by its next run: where Redis has lost that alone, as it may when it comes back without its last
   * writes, nothing would ever ask for another one. Processes whose clocks differ plan for each other: what is late by no
   * more than a run is left alone.
   */
  async function isPlanned(name: ScheduledQueueName, everyMs: number): Promise<boolean> {
    const queue = await queueOf(name);
    const planned = await queue.getJobScheduler(scheduleIdOf(name));
    if (planned === undefined || (planned.next ?? 0) > Date.now() + 2 * everyMs) return false;
    const runs: (Job<JobData> | undefined)[] = await queue.getJobs(['active', 'waiting', 'delayed']);
    return runs.some((run) => run?.repeatJobKey === scheduleIdOf(name));
  }

  /** Ids of the jobs that pause, each with the time of day until which it does. */
  async function delayedUntil(queue: Queue<JobData>): Promise<[id: string, ms: number][]> {
    const found = await redis.zrange(queue.toKey('delayed'), 0, -1, 'WITHSCORES');
    return found.flatMap((id, index): [string, number][] =>
      index % 2 === 0 ? [[id, Number(found[index + 1]) / delayedScale]] : [],
    );
  }
}

function scheduleIdOf(name: ScheduledQueueName): string {
  return `${name}-schedule`;
}

function jobOptions(settings: QueueSettings): (name: QueueName) => JobsOptions {
  const exponential = (attempts: number, delay: number): JobsOptions => ({
    attempts,
    backoff: { type: 'exponential', delay },
    ...kept,
  });
  return (name) => {
    if (name === 'order-processing') return exponential(settings.exportAttempts, settings.exportBackoffMs);
    if (name === 'effects') return exponential(effectAttempts, settings.effectBackoffMs);
    return { attempts: 1, ...kept };
  };
}
