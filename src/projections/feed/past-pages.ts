import { setImmediate as nextTurn } from 'node:timers/promises';
import { comparePositions, type EventStore, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { type Change, type ChangeQueries, changePrefixes, changesOf } from './change.js';

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

/** A reader that asks for what follows a position. */
interface Asking {
  readonly position: Position;
  readonly goal: Position;
  readonly give: (page: KeptPage) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Pages of the past, for readers that were away. After a restart all of them come at once and have missed much the same:
 * one page is read at a time, for whoever has come least far, and given to everybody who asks for a part of it. So those
 * behind catch up with those before them, and go on together.
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
  const kept = new Set<KeptPage>();
  const asking = new Set<Asking>();
  let looking = false;

  return {
    /**
     * What follows a position, at most up to `goal`, which is later.
     * @throws the reason of `reader` when that aborts: a look under way goes on for the others
     */
    async behind(position: Position, goal: Position, reader: AbortSignal): Promise<PastPage> {
      const page = await ask(position, goal, reader);
      const isBehind = (at: Position) => comparePositions(at, position) > 0;
      return {
        changes: page.changes.filter((change) => isBehind(change.position)),
        events: page.positions.filter(isBehind).length,
        end: page.end,
      };
    },
  };

  function ask(position: Position, goal: Position, reader: AbortSignal): Promise<KeptPage> {
    return new Promise((resolve, reject) => {
      reader.throwIfAborted();
      const settle = () => {
        asking.delete(one);
        reader.removeEventListener('abort', leave);
      };
      const one: Asking = {
        position,
        goal,
        give(page) {
          settle();
          resolve(page);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      const leave = () => one.fail(reader.reason);
      reader.addEventListener('abort', leave);
      asking.add(one);
      void look();
    });
  }

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    for (let first = leastFar(); first; first = leastFar()) {
      try {
        const page = known(first.position) ?? (await read(first));
        for (const one of asking) if (holds(page, one.position)) one.give(page);
      } catch (error) {
        for (const one of asking) if (comparePositions(one.position, first.position) === 0) one.fail(error);
      }
      // They come back for the next page.
      await nextTurn();
    }
    looking = false;
  }

  function leastFar(): Asking | null {
    let found: Asking | null = null;
    for (const one of asking) if (!found || comparePositions(one.position, found.position) < 0) found = one;
    return found;
  }

  function known(position: Position): KeptPage | undefined {
    for (const page of kept) if (holds(page, position)) return page;
    return undefined;
  }

  async function read({ position: from, goal }: Asking): Promise<KeptPage> {
    const { events, end } = await eventsBetween(eventStore, from, goal, pageSize);
    const changes = await changesOf(events, queries, signal);
    const page = { from, end, positions: events.map(({ position }) => position), changes };
    for (const oldest of kept) if (kept.size >= maxKept) kept.delete(oldest);
    kept.add(page);
    setTimeout(() => kept.delete(page), keptMs).unref();
    return page;
  }
}

function holds({ from, end }: KeptPage, position: Position): boolean {
  return comparePositions(from, position) <= 0 && comparePositions(position, end) < 0;
}

/** The events behind a position up to another one, a page of them at most; `end` is how far they reach. */
async function eventsBetween(
  eventStore: Pick<EventStore, 'readAll'>,
  from: Position,
  goal: Position,
  maxCount: number,
): Promise<{ events: RecordedEvent[]; end: Position }> {
  const events: RecordedEvent[] = [];
  for await (const event of eventStore.readAll({ prefixes: changePrefixes, from, maxCount })) {
    if (comparePositions(event.position, goal) > 0) return { events, end: goal };
    events.push(event);
  }
  return { events, end: events.length < maxCount ? goal : (events.at(-1)?.position ?? goal) };
}
