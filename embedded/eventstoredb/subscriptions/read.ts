import type { Log } from '../log/log.js';
import type { Direction, Source, StoredEvent } from '../log/types.js';

/** Where a read or a subscription starts: a number, which is a revision or a position, or an end of the source. */
export type Start = 'start' | 'end' | number;

export interface ReadRequest {
  readonly source: Source;
  readonly start: Start;
  readonly direction: Direction;
  readonly limit: number;
}

/** The events that exist, page by page. */
export function* read(log: Log, { source, start, direction, limit }: ReadRequest): Generator<StoredEvent[]> {
  let next = firstNumber(log, source, start, direction);
  let left = limit;
  while (left > 0 && next >= 0) {
    const page = log.read(source, next, direction, left);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    left -= page.length;
    next = numberOf(last, source) + (direction === 'forwards' ? 1 : -1);
  }
}

/** An event's number in a source. */
export function numberOf(event: StoredEvent, source: Source): number {
  return source === undefined ? event.position : event.revision;
}

function firstNumber(log: Log, source: Source, start: Start, direction: Direction): number {
  const last = log.last(source) ?? -1;
  if (start === 'start') return 0;
  if (start === 'end') return direction === 'forwards' ? last + 1 : last;
  // Backwards through the log, a position means the events before it, as the place a forward read stopped at does.
  return direction === 'backwards' && source === undefined ? start - 1 : start;
}
