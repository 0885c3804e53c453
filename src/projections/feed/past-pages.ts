import pLimit from 'p-limit';
import { comparePositions, type EventStore, type Position } from '../../commands/event-store.js';
import { type Change, type ChangeQueries, changesOf, eventsBetween } from './change.js';

/** What has happened behind one position up to another. */
export interface PastPage {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** Events it stands for, shown or not. */
  readonly events: number;
  readonly end: Position;
}

interface KeptPage {
  readonly from: Position;
  readonly end: Position;
  readonly positions: readonly Position[];
  readonly changes: readonly Change[];
}

/** So many pages of 500 changes, at a few kilobytes each, are some ten megabytes. */
const maxKept = 8;
/** What the read models show may have gone on meanwhile, which is told behind it; an old page is not worth its place. */
const keptMs = 2_000;

/**
 * Pages of the past, for readers that were away. After a restart all of them come at once and have missed much the same:
 * one page is read at a time, and given to everybody who asks for a part of it.
 */
export function createPastPages(deps: {
  eventStore: Pick<EventStore, 'readAll'>;
  queries: ChangeQueries;
  /** Events of one page. */
  pageSize: number;
  /** Ends a look that waits for the read models. */
  signal: AbortSignal;
}) {
  const { eventStore, queries, pageSize, signal } = deps;
  const oneAtATime = pLimit(1);
  const kept = new Set<KeptPage>();

  function known(position: Position): KeptPage | undefined {
    for (const page of kept) {
      if (comparePositions(page.from, position) <= 0 && comparePositions(position, page.end) < 0) return page;
    }
    return undefined;
  }

  const look = (position: Position, goal: Position, reader: AbortSignal) =>
    oneAtATime(async () => {
      reader.throwIfAborted();
      return known(position) ?? (await read(position, goal));
    });

  async function read(from: Position, goal: Position): Promise<KeptPage> {
    const { events, end } = await eventsBetween(eventStore, from, goal, pageSize);
    const changes = await changesOf(events, queries, signal);
    const page = { from, end, positions: events.map(({ position }) => position), changes };
    for (const oldest of kept) if (kept.size >= maxKept) kept.delete(oldest);
    kept.add(page);
    setTimeout(() => kept.delete(page), keptMs).unref();
    return page;
  }

  return {
    /**
     * What follows a position, at most up to `goal`, which is later.
     * @throws the reason of `reader` when that aborts: a look under way goes on for the others
     */
    async behind(position: Position, goal: Position, reader: AbortSignal): Promise<PastPage> {
      const page = known(position) ?? (await unlessAborted(look(position, goal, reader), reader));
      const isBehind = (at: Position) => comparePositions(at, position) > 0;
      return {
        changes: page.changes.filter((change) => isBehind(change.position)),
        events: page.positions.filter(isBehind).length,
        end: page.end,
      };
    },
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
