/** Queue names that operators know; BullMQ keeps them under `bull:`, in a cluster under `{bull}:`. */
export type QueueName = 'order-processing' | 'status-polling' | 'inventory-sync' | 'effects';

export type ScheduledQueueName = Extract<QueueName, 'status-polling' | 'inventory-sync'>;

/** The alarm clock and retry engine. What must not be lost is in PostgreSQL; a job only carries a key to it. */
export interface JobQueue {
  /** Adding an id that the queue still holds, in any state, changes nothing. @throws when Redis is down */
  add(queue: QueueName, jobs: readonly { id: string; data: JobData; delayMs: number }[]): Promise<void>;
  /** `live`: waiting, delayed or active; `ended`: kept after completion or failure; absent: the queue has no such job. */
  states(queue: QueueName, ids: readonly string[]): Promise<ReadonlyMap<string, 'live' | 'ended'>>;
  /** Forgets jobs that have ended, with the errors they ended with; those under way stay. */
  remove(queue: QueueName, ids: readonly string[]): Promise<void>;
  /**
   * A job that pauses waits for a time of day, and waits longer by as much as the clock that has set it is put back. Gives
   * each such job its pause again, from now on. @returns how many there were
   */
  realign(queue: QueueName): Promise<number>;
  /** Runs `work` every `everyMs` on one process of all that ask for it. */
  schedule(queue: ScheduledQueueName, everyMs: number): Promise<void>;
  /**
   * Whether the schedule is still there, and goes on: a Redis that was emptied has lost it, or its next run alone, and a
   * clock that was put back has left that far in the future.
   */
  isScheduled(queue: ScheduledQueueName, everyMs: number): Promise<boolean>;
  /** Whether Redis answers, within a second. */
  isReachable(): Promise<boolean>;
}

/** Work that was asked for waits for the queue; it is begun as soon as the queue is back. */
export class JobQueueUnavailable extends Error {
  override readonly name = 'JobQueueUnavailable';
}

export interface JobData {
  readonly key: string;
}

/** One run of a job. `lastAttempt` is true when the queue will not try again after a failure. */
export interface JobRun {
  readonly id: string;
  readonly data: JobData;
  readonly attempt: number;
  readonly lastAttempt: boolean;
}
