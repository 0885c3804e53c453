import { comparePositions, type EventStore, type Position } from '../../commands/event-store.js';
import type { Logger } from '../../commands/ports.js';
import { type Batch, type BatchLimits, batches } from '../runtime/batches.js';
import { backoffMs, pause } from '../runtime/pause.js';
import { type Change, type ChangeQueries, changePrefixes, changesOf, untilShown } from './change.js';
import { type ChangeBatch, createFollower, type Follower } from './follower.js';
import { createPastPages } from './past-pages.js';

/** The changes of orders and stock as they come, told once the read models show them. */
export interface ChangeFeed {
  /**
   * Follows the changes behind `from`, or from now on: each once, in order, none left out.
   * @throws UnknownPosition when the event store has not come so far, EventStoreUnavailable
   */
  follow(request: FollowRequest): Promise<Following>;
  /** Ends the subscription, and everybody's following. */
  stop(): Promise<void>;
}

interface FollowRequest {
  readonly from: Position | null;
  /** What the reader may see of it all. */
  readonly sees: (change: Change) => boolean;
  /** More changes are waiting than may; the reader gets no more, and should end its following. */
  readonly onTooSlow: () => void;
  readonly signal: AbortSignal;
}

export interface Following {
  /** Everything up to here has been handed out, visible or not: where to go on after an interruption. */
  position(): Position;
  /** To be iterated once. Ends when the signal aborts or the feed stops. */
  readonly batches: AsyncGenerator<ChangeBatch>;
}

class UnknownPosition extends Error {
  override readonly name = 'UnknownPosition';
}

export interface FeedLimits {
  /** Changes that wait for one reader. At some 300 bytes in common, a thousand readers of them cost little. */
  readonly maxWaiting: number;
  /** Events told after an interruption; whoever missed more reads its lists anew, which is cheaper. */
  readonly maxMissed: number;
  /** Events of one look into the past. */
  readonly pageSize: number;
}

const defaultLimits: FeedLimits = { maxWaiting: 1_000, maxMissed: 10_000, pageSize: 500 };

/** Half the time a person takes for an instant, so that a burst is told in few queries. */
const batchLimits: BatchLimits = { maxEvents: 500, lingerMs: 20, maxBuffered: 2_000, tickMs: 60_000 };
const retryBaseMs = 100;
const retryMaxMs = 5_000;
const origin: Position = { commit: 0n, prepare: 0n };

/**
 * One subscription for the whole process, begun with the first reader and fanned out to all. It stands on the event
 * store alone, so every process has its own and needs no other.
 */
export function createChangeFeed(deps: {
  eventStore: Pick<EventStore, 'subscribeToAll' | 'readAll' | 'head'>;
  queries: ChangeQueries;
  logger: Logger;
  limits?: Partial<FeedLimits>;
}): ChangeFeed {
  const { eventStore, queries, logger } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  const stopping = new AbortController();
  const past = createPastPages({ eventStore, queries, pageSize: limits.pageSize, signal: stopping.signal });
  const followers = new Set<Follower>();
  let position = origin;
  let begun: Promise<void> | null = null;
  let running: Promise<void> = Promise.resolve();

  return {
    async follow(request) {
      begun ??= begin();
      await begun;
      const start = request.from ?? position;
      // Told by another process, which may be a little ahead; but not of an event that does not exist.
      if (comparePositions(start, position) > 0 && comparePositions(start, (await eventStore.head()) ?? origin) > 0) {
        throw new UnknownPosition('the event store has not come to that position');
      }
      return followFrom(start, request);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function begin(): Promise<void> {
    try {
      position = (await eventStore.head()) ?? origin;
      running = run();
    } catch (error) {
      begun = null;
      throw error;
    }
  }

  async function run(): Promise<void> {
    const { signal } = stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        for await (const batch of incoming()) {
          failures = 0;
          await fanOut(batch);
        }
      } catch (error) {
        if (failures === 0 && !signal.aborted) logger.warn({ err: error }, 'the feed of changes was interrupted');
      }
      await pause(backoffMs(failures, retryBaseMs, retryMaxMs), signal);
    }
  }

  function incoming(): AsyncGenerator<Batch> {
    const from = position === origin ? null : position;
    return batches(
      (stop) =>
        eventStore.subscribeToAll({
          prefixes: changePrefixes,
          from,
          signal: AbortSignal.any([stopping.signal, stop]),
        }),
      batchLimits,
    );
  }

  async function fanOut(batch: Batch): Promise<void> {
    if (!batch.position) return;
    const changes = followers.size > 0 ? await changesOf(batch.events, queries, stopping.signal) : [];
    position = batch.position;
    for (const follower of followers) follower.push(changes, position);
  }

  function followFrom(start: Position, { sees, onTooSlow, signal: given }: FollowRequest): Following {
    const signal = AbortSignal.any([given, stopping.signal]);
    let upTo = start;
    let follower: Follower | null = null;
    return { position: () => follower?.position ?? upTo, batches: told() };

    async function* told(): AsyncGenerator<ChangeBatch> {
      for (let missed = 0; !signal.aborted && comparePositions(upTo, position) < 0; ) {
        const page = await lookBack(upTo, missed, signal);
        missed = page.missed;
        upTo = page.position;
        const changes = page.changes.filter(sees);
        if (page.gap || changes.length > 0) yield { changes, position: upTo, gap: page.gap };
      }
      // Nothing is awaited between the last look at `position` and here, so no change falls between the two.
      const live = createFollower(upTo, sees, limits.maxWaiting, onTooSlow);
      follower = live;
      followers.add(live);
      try {
        yield* live.batches(signal);
      } finally {
        followers.delete(live);
      }
    }
  }

  /** A page of what has come since `from`; once more was missed than may be told, nothing but that. */
  async function lookBack(from: Position, missedBefore: number, signal: AbortSignal) {
    const goal = position;
    const { changes, events, end } = await past.behind(from, goal, signal);
    const missed = missedBefore + events;
    if (missed <= limits.maxMissed) return { changes, position: end, gap: false, missed };
    // The lists that the reader reads anew have to show what it is told no more.
    await untilShown(goal, queries, signal);
    return { changes: [], position: goal, gap: true, missed };
  }
}
