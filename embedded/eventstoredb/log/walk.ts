import type { Log } from './log.js';
import type { Source, StoredEvent } from './types.js';

/** What a reader is told, in order: events, the position of a checkpoint, or that it has caught up. */
export type Notice = readonly StoredEvent[] | number | 'caught_up';

/** Chooses events, and asks for a checkpoint after so many events looked at, whether they passed or not. */
export interface Filter {
  readonly passes: (event: StoredEvent) => boolean;
  readonly checkpointInterval: number;
}

export interface Walk {
  readonly source: Source;
  /** Number of the first event. */
  readonly from: number;
  readonly backwards: boolean;
  readonly limit: number;
  /** Whether to go on with what is appended after the end was reached. */
  readonly live: boolean;
  readonly filter: Filter | undefined;
}

/**
 * Walks along a source, page by page; a live walk ends only by rejecting when the reader is `gone`. Catching up and
 * being live are one loop: read the next page, or wait for an append. So there is no seam to miss or repeat an event at,
 * and nothing is buffered for a consumer that is slow.
 */
export async function* walk(log: Log, walk: Walk, gone: AbortSignal): AsyncGenerator<Notice> {
  const { source, backwards, live, filter } = walk;
  let { from: next, limit: left } = walk;
  let considered = 0;
  let unsaved: number | undefined;
  let caughtUp = false;
  for (;;) {
    const page = left > 0 && next >= 0 ? log.read(source, next, backwards, left) : [];
    const last = page.at(-1);
    if (last === undefined) {
      if (!live) return;
      if (caughtUp) await log.nextAppend(source, gone);
      else if (unsaved !== undefined) yield unsaved;
      if (!caughtUp) yield 'caught_up';
      caughtUp = true;
      continue;
    }
    left -= page.length;
    next = (source === undefined ? last.position : last.revision) + (backwards ? -1 : 1);
    if (filter === undefined) {
      yield page;
      continue;
    }
    let chosen: StoredEvent[] = [];
    for (const event of page) {
      if (filter.passes(event)) chosen.push(event);
      considered += 1;
      unsaved = event.position;
      if (considered % filter.checkpointInterval !== 0) continue;
      yield chosen;
      yield unsaved;
      chosen = [];
      unsaved = undefined;
    }
    yield chosen;
  }
}
