import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import {
  comparePositions,
  type EventStore,
  earliest,
  formatPosition,
  type Position,
  parsePosition,
} from '../commands/event-store.js';
import type { CacheStore } from './cache/cache-store.js';
import type { Reached } from './queries.js';
import { toPosition } from './runtime/checkpoints.js';

/** First and longest pause between two looks at the checkpoints; all waiters of a process share each look. */
const firstPauseMs = 5;
const longestPauseMs = 50;
const pauseGrowth = 1.5;

/**
 * Checkpoints follow events of other streams only now and then. After so long without an answer the event store is asked
 * whether there is anything to wait for at all, and again after as long.
 */
const patienceMs = 500;

/** The cache follows the read models within milliseconds, or its projector has died before it came to that. */
const cachePatienceMs = 500;

interface Look {
  /** The slowest read model's checkpoint, null where one has none, or that of an event store which is no more. */
  readonly slowest: Position | null;
  /** One of them waits for an operator to have every event read again. */
  readonly rewound: boolean;
  /** The first event that one of them has parked its stream for. */
  readonly parked: Position | null;
}

/**
 * Waits until every read model, and the cache in front of them, has passed a position.
 *
 * @param names the projections that count
 * @returns `late` when the time ran out or the signal aborted first, and soon where nothing comes but by an operator
 */
export function createReach(deps: {
  db: Knex;
  cache: CacheStore;
  eventStore: EventStore;
  names: readonly string[];
  prefixes: readonly string[];
}) {
  let underWay: Promise<Look> | null = null;

  /** Asked for after the call and shared with everybody who waits. */
  async function look(): Promise<Look> {
    underWay ??= readLook(deps.db, deps.names).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return async function reach(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<Reached> {
    const deadline = performance.now() + timeoutMs;
    const seen = await readModelsFollow(position, deadline, signal);
    if (!seen) return 'late';
    // No cache entry can show what the read models do not have yet.
    const shown = seen.slowest ? (earliest([position, seen.slowest]) ?? position) : position;
    await cacheFollows(shown);
    return seen.parked && comparePositions(seen.parked, position) <= 0 ? 'parked' : 'all';
  };

  /** @returns the look that showed it, or null when the time ran out first, or would in any case */
  async function readModelsFollow(
    position: Position,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Look | null> {
    let askAt = performance.now() + patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * pauseGrowth, longestPauseMs)) {
      const seen = await look();
      if (seen.slowest && comparePositions(seen.slowest, position) >= 0) return seen;
      const left = deadline - performance.now();
      if (left <= 0 || signal?.aborted) return null;
      if (performance.now() >= askAt) {
        if (seen.rewound) return null;
        if (await nothingBetween(seen.slowest, position)) return seen;
        askAt = performance.now() + patienceMs;
      }
      await sleep(Math.min(pauseMs, left));
    }
  }

  /** No read model wants any event between its checkpoint and the position, so there is nothing to wait for. */
  async function nothingBetween(reached: Position | null, position: Position): Promise<boolean> {
    const { eventStore, prefixes } = deps;
    try {
      const head = await eventStore.head();
      // A position the store has not come to yet may still be given to an event that counts.
      if (!head || comparePositions(head, position) < 0) return false;
      for await (const event of eventStore.readAll({ prefixes, maxCount: 1, from: reached })) {
        return comparePositions(event.position, position) > 0;
      }
      return true;
    } catch {
      // The event store is away: the checkpoints will tell.
      return false;
    }
  }

  /**
   * Without this a read could still be answered from an entry that is about to be made invalid, or should have been. A cache
   * that was emptied knows no position, and may hold what was loaded since.
   */
  async function cacheFollows(position: Position): Promise<void> {
    const deadline = performance.now() + cachePatienceMs;
    try {
      for (
        let pauseMs = firstPauseMs;
        performance.now() < deadline;
        pauseMs = Math.min(pauseMs * pauseGrowth, longestPauseMs)
      ) {
        const text = await deps.cache.position();
        const followed = text === null ? null : parsePosition(text);
        if (followed && comparePositions(followed, position) >= 0) return;
        await sleep(pauseMs);
      }
      await deps.cache.invalidate('all', formatPosition(position));
    } catch {
      // The cache is down, or takes no writes: nothing old can come from it.
    }
  }
}

async function readLook(db: Knex, names: readonly string[]): Promise<Look> {
  const { rows } = await db.raw<{ rows: LookRow[] }>(
    `select c.commit_position, c.prepare_position, c.rewound_since is not null as rewound,
       p.commit_position as parked_commit, p.prepare_position as parked_prepare
     from portal.projection_generations g
     join portal.projection_checkpoints c on c.name = g.name and c.generation = g.live
     left join lateral (
       select commit_position, prepare_position from portal.parked_streams
       where projection = g.name and generation = g.live and status = 'parked'
       order by commit_position, prepare_position limit 1
     ) p on true
     where g.name = any(?)`,
    [[...names]],
  );
  const parked = rows.map((row) =>
    toPosition({ commit_position: row.parked_commit, prepare_position: row.parked_prepare }),
  );
  const rewound = rows.some((row) => row.rewound);
  return {
    slowest: rewound || rows.length < names.length ? null : earliest(rows.map(toPosition)),
    rewound,
    parked: earliest(parked.filter((position) => position !== null)),
  };
}

interface LookRow {
  readonly commit_position: string | null;
  readonly prepare_position: string | null;
  readonly rewound: boolean;
  readonly parked_commit: string | null;
  readonly parked_prepare: string | null;
}
