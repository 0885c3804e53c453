import { comparePositions, type EventStore, type Position } from '../../commands/event-store.js';

/** How far a subscription has come. */
export interface Place {
  position: Position | null;
  /** It has brought everything that was there when it was begun. */
  caughtUp: boolean;
}

/** Pause between two looks, milliseconds: a server that tells by itself mostly has by the first. */
const lookEveryMs = 500;

/**
 * Servers before 23.10 do not tell that a subscription has caught up, and need not tell of events that it does not want.
 * So it is looked whether any that it wants lies between its place and where the log ended.
 *
 * @param caughtUp called once none does, unless `place` says so already
 */
export function lookOutForTheEnd(
  all: Pick<EventStore, 'head' | 'readAll'>,
  prefixes: readonly string[],
  place: Readonly<Place>,
  caughtUp: () => void,
): { close(): void } {
  let end: Position | null = null;
  let seen = place.position;
  let looking = false;

  async function look(): Promise<void> {
    end ??= await all.head();
    const moves = place.position !== seen;
    seen = place.position;
    if (end === null || isPast(end) || (!moves && (await nothingUpTo(end)))) caughtUp();
  }

  function isPast(end: Position): boolean {
    return place.position !== null && comparePositions(place.position, end) >= 0;
  }

  /** Reads what others have written, too, which can be very much: only once the subscription comes no further. */
  async function nothingUpTo(end: Position): Promise<boolean> {
    for await (const { position } of all.readAll({ prefixes, from: place.position, maxCount: 1 })) {
      return comparePositions(position, end) > 0;
    }
    return true;
  }

  const timer = setInterval(async () => {
    if (place.caughtUp) return clearInterval(timer);
    if (looking) return;
    looking = true;
    // Where the server cannot be asked, the subscription ends as well.
    await look().catch(() => undefined);
    looking = false;
  }, lookEveryMs);
  return { close: () => clearInterval(timer) };
}
