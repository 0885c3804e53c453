import type { Direction, StoredEvent } from '../log/types.js';
import type { Passes, Source, Start } from './source.js';

export interface ReadRequest {
  readonly source: Source;
  readonly start: Start;
  readonly direction: Direction;
  readonly limit: number;
  readonly passes: Passes;
}

/** The events that exist, page by page; an empty page is a pause in a filtered read. */
export function* read({ source, start, direction, limit, passes }: ReadRequest): Generator<StoredEvent[]> {
  const step = direction === 'forwards' ? 1 : -1;
  let next = firstNumber(source, start, direction);
  let left = limit;
  while (left > 0 && next >= 0) {
    const page = source.page(next, direction, passes === undefined ? left : Number.POSITIVE_INFINITY);
    const last = page.at(-1);
    if (last === undefined) return;
    next = source.numberOf(last) + step;
    const chosen = passes === undefined ? page : page.filter(passes).slice(0, left);
    left -= chosen.length;
    yield chosen;
  }
}

function firstNumber(source: Source, start: Start, direction: Direction): number {
  const last = source.last() ?? -1;
  if (start === 'start') return 0;
  if (start === 'end') return direction === 'forwards' ? last + 1 : last;
  // Backwards through the log, a position means the events before it, as the place a forward read stopped at does.
  return direction === 'backwards' && source.kind === 'all' ? start.at - 1 : start.at;
}
