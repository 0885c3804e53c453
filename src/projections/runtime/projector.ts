import type { Knex } from 'knex';
import { type EventStore, earliest, type Position, type RecordedEvent } from '../../commands/event-store.js';
import type { Clock, ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import { type PoisonEvent, TooManyPoisonEvents } from './apply.js';
import { type Applied, applyBatch } from './apply-batch.js';
import { type Batch, type BatchLimits, batches } from './batches.js';
import { GenerationChanged, holdGenerations, OwnershipLost } from './checkpoints.js';
import { failureKind, messageOf } from './failures.js';
import { createProgress, type ProjectorHealth } from './health.js';
import { assertNotRewound, LogRewound } from './last-event.js';
import type { OwnerLock, Ownership } from './owner-lock.js';
import { backoffMs, pause } from './pause.js';
import type { Projection } from './projection.js';
import { firstDropped, loadSubject, type Subject } from './subject.js';

export interface ProjectorOptions {
  /** Names the ownership: one process at a time runs the projector of this name. */
  readonly name: string;
  readonly projections: readonly Projection[];
  readonly eventStore: EventStore;
  readonly db: Knex;
  readonly ownerLock: OwnerLock;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** Stops the projector when it aborts. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<ProjectorLimits>;
  /** Called once per stream that was taken out of a projection. */
  readonly onParked?: (parked: { projection: string; stream: string; error: unknown }) => void;
  /**
   * Called once per commit with its events and the position it moved to. Its failure is
   * logged and changes nothing.
   */
  readonly afterBatch?: (events: readonly RecordedEvent[], position: Position) => Promise<void>;
  /** Called, each time it is told, while the event store lacks what has been read from it. Nothing is applied then. */
  readonly onRewound?: (error: LogRewound) => void;
  /** Called each time this process becomes the owner, once the tables are known to have been made. */
  readonly onOwner?: () => void;
  /**
   * Called with the projections whose live tables come from another version of their code, or are gone, and again from
   * time to time as long as that is so.
   */
  readonly onBroken?: (projections: readonly Projection[]) => void;
}

export interface ProjectorLimits extends BatchLimits {
  /** With events waiting and nothing applied for so long, the projector counts as stalled. */
  readonly stallAfterMs: number;
  /** Between two looks whether the owner is gone; a standby must take over within ten seconds. */
  readonly standbyMs: number;
  /** Between two calls for the repair of what is broken. */
  readonly repairEveryMs: number;
  /**
   * `lingerMs` after too many events could not be applied at once: in a smaller batch, those would be few and be parked.
   */
  readonly lingerAfterPoisonMs: number;
  /** A checkpoint without events is written this often at most. */
  readonly checkpointEveryMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** What stays as it is, an event store that is away say, is told of in full once, and then in a line this often. */
  readonly tellAgainMs: number;
}

const defaultLimits: ProjectorLimits = {
  maxEvents: 2_000,
  lingerMs: 10,
  maxBuffered: 4_000,
  tickMs: 1_000,
  stallAfterMs: 30_000,
  standbyMs: 2_000,
  repairEveryMs: 30_000,
  lingerAfterPoisonMs: 1_000,
  checkpointEveryMs: 1_000,
  retryBaseMs: 100,
  retryMaxMs: 5_000,
  tellAgainMs: 60_000,
};

export interface Projector {
  health(): ProjectorHealth;
  /** Finishes the batch under way, gives up the ownership and resolves. */
  stop(): Promise<void>;
}

/**
 * Runs projections on one supervised subscription to `$all`. One process owns them at a time, others stand by. Whatever
 * fails (event store, database, connection, ownership) is retried with backoff; what cannot be applied is parked.
 */
export function startProjector(options: ProjectorOptions): Projector {
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const limits = { ...defaultLimits, ...options.limits };
  const logger = options.logger.child({ projector: options.name });
  const progress = createProgress(options.clock, limits.stallAfterMs);
  const prefixes = [...new Set(options.projections.flatMap((projection) => projection.prefixes))];
  let told = { reason: '', at: 0 };
  const done = standby();

  return {
    health: () => progress.health(),
    async stop() {
      stopping.abort();
      await done;
    },
  };

  /** Waits for the ownership, uses it until it is lost, and again. */
  async function standby(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      progress.standby();
      try {
        const ownership = await options.ownerLock.tryAcquire(`projector:${options.name}`);
        failures = 0;
        if (ownership) await own(ownership);
      } catch (error) {
        if (failures++ === 0) logger.warn({ err: error }, 'projector cannot reach its owner lock');
      }
      await pause(backoffMs(0, limits.standbyMs, limits.standbyMs), signal);
    }
    progress.standby();
  }

  async function own(ownership: Ownership): Promise<void> {
    const term = AbortSignal.any([signal, ownership.lost]);
    logger.info({}, 'projector is the owner');
    progress.owner();
    const pace: ProjectorLimits & { lingerMs: number } = { ...limits };
    let announced = false;
    const onReady = () => {
      if (!announced) options.onOwner?.();
      announced = true;
    };
    try {
      for (let failures = 0; !term.aborted; ) {
        try {
          await follow(term, pace, {
            onReady,
            onProgress: () => {
              failures = 0;
              pace.lingerMs = limits.lingerMs;
            },
          });
        } catch (error) {
          if (error instanceof OwnershipLost) throw error;
          if (error instanceof GenerationChanged) {
            logger.info({ reason: error.message }, 'projector reloads');
            continue;
          }
          if (error instanceof TooManyPoisonEvents) pace.lingerMs = limits.lingerAfterPoisonMs;
          const isTold = report(error, failures++);
          if (isTold && error instanceof LogRewound) options.onRewound?.(error);
        }
        if (!term.aborted) await pause(backoffMs(failures, limits.retryBaseMs, limits.retryMaxMs), term);
      }
    } catch (error) {
      logger.warn({ err: error }, 'projector steps down');
    } finally {
      if (ownership.lost.aborted) logger.warn({}, 'projector lost its owner lock');
      await ownership.release();
    }
  }

  /** One life of the subscription, from the checkpoints on. */
  async function follow(
    term: AbortSignal,
    pace: BatchLimits,
    on: { onReady: () => void; onProgress: () => void },
  ): Promise<void> {
    const subjects: Subject[] = [];
    for (const projection of options.projections) subjects.push(await loadSubject(options.db, projection));
    progress.subjects(subjects);
    const names = options.projections.map(({ name }) => name);
    await assertNotRewound(options, names);
    on.onReady();
    for (const { broken } of subjects) if (broken) logger.warn({ reason: broken }, 'projection needs a rebuild');
    let repairAskedAt = 0;
    const askForRepair = () => {
      const broken = subjects.filter((subject) => subject.broken).map(({ projection }) => projection);
      if (broken.length === 0 || Date.now() - repairAskedAt < limits.repairEveryMs) return;
      repairAskedAt = Date.now();
      options.onBroken?.(broken);
    };
    const from = startOf(subjects);
    let writtenAt = 0;
    /** A checkpoint that has been read and not yet written. */
    let unwritten: Position | null = null;
    const incoming = batches(
      (stop) => options.eventStore.subscribeToAll({ prefixes, from, signal: AbortSignal.any([term, stop]) }),
      pace,
      (waiting) => {
        progress.waiting(waiting);
        for (const { projection, missed } of subjects) {
          options.metrics.set('portal_projection_lag_events', waiting + missed, { projection: projection.name });
        }
      },
    );
    for await (const batch of incoming) {
      if (term.aborted) return;
      askForRepair();
      unwritten = batch.position ?? unwritten;
      const due = batch.events.length > 0 || Date.now() - writtenAt >= limits.checkpointEveryMs;
      if (unwritten && due) {
        await applyUntilDone(subjects, batch, unwritten, term);
        unwritten = null;
        writtenAt = Date.now();
        on.onProgress();
      } else if (!batch.position) {
        // An idle look: a rebuild may have switched generations, or somebody dropped tables, with no event to show it.
        await options.db.transaction((tx) =>
          holdGenerations(
            tx,
            subjects.map(({ projection, generation }) => ({ name: projection.name, generation })),
          ),
        );
        const dropped = await firstDropped(options.db, subjects);
        if (dropped) throw new GenerationChanged(`the tables of ${dropped} are gone`);
      }
      progress.moved(batch.caughtUp);
    }
    if (!term.aborted) throw new Error('the subscription ended');
  }

  /** Repeats a batch until the database takes it: nothing is skipped because a server was away. */
  async function applyUntilDone(
    subjects: readonly Subject[],
    batch: Batch,
    position: Position,
    term: AbortSignal,
  ): Promise<void> {
    for (let failures = 0; !term.aborted; failures++) {
      try {
        const brokenBefore = subjects.filter(({ broken }) => broken).length;
        const applied = await applyBatch(options.db, subjects, batch.events, position);
        await announce(applied, batch.events, position);
        if (subjects.filter(({ broken }) => broken).length === brokenBefore) return;
        // Whoever dropped one table has dropped others, perhaps.
        throw new GenerationChanged('tables have been dropped');
      } catch (error) {
        if (error instanceof OwnershipLost || error instanceof GenerationChanged) throw error;
        // Keys of personal data are looked up as events are read: what was unreadable is read again.
        if (error instanceof TooManyPoisonEvents) throw error;
        report(error, failures);
        await pause(backoffMs(failures, limits.retryBaseMs, limits.retryMaxMs), term);
      }
    }
  }

  async function announce(
    applied: readonly Applied[],
    events: readonly RecordedEvent[],
    position: Position,
  ): Promise<void> {
    for (const { subject, poison } of applied) {
      for (const { event, error } of poison) alarm(subject.projection.name, { event, error });
    }
    await options.afterBatch?.(events, position).catch((error: unknown) => {
      logger.warn({ err: error }, 'work after a commit failed');
    });
  }

  function alarm(projection: string, { event, error }: PoisonEvent): void {
    const facts = { projection, stream: event.stream, eventId: event.id, eventType: event.type };
    logger.error({ ...facts, err: error }, 'event cannot be applied; its stream is parked');
    options.reporter.capture(error, facts);
    options.onParked?.({ projection, stream: event.stream, error });
  }

  /** @returns false for what was told of a short while ago */
  function report(error: unknown, failures: number): boolean {
    const reason = messageOf(error);
    progress.failed(reason);
    if (failures === 0 && failureKind(error) !== 'transient') {
      options.reporter.capture(error, { projector: options.name });
    }
    const isNew = failures === 0 || reason !== told.reason;
    if (!isNew && Date.now() - told.at < limits.tellAgainMs) return false;
    told = { reason, at: Date.now() };
    logger.warn({ ...(isNew ? { err: error } : { reason }), failures }, 'projector could not go on; it tries again');
    return true;
  }
}

/** The earliest checkpoint of those that can apply anything; null is the beginning. */
function startOf(subjects: readonly Subject[]): Position | null {
  const able = subjects.filter((subject) => !subject.broken);
  return earliest((able.length > 0 ? able : subjects).map(({ checkpoint }) => checkpoint));
}
