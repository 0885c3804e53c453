import type { Log } from '../log/log.js';
import type { Source, StoredEvent } from '../log/types.js';
import { numberOf, type Start } from './read.js';

/** What a subscriber is told, in order: events, the position of a checkpoint, or that it has caught up. */
export type Notice = readonly StoredEvent[] | number | 'caught_up';

/** Chooses events, and asks for a checkpoint after so many events looked at, whether they passed or not. */
export interface Filter {
  readonly passes: (event: StoredEvent) => boolean;
  readonly checkpointInterval: number;
}

export interface SubscriptionRequest {
  readonly source: Source;
  /** A number is that of the last event the subscriber has seen. */
  readonly start: Start;
  readonly filter: Filter | undefined;
}

/**
 * Follows a source; rejects when the subscriber is `gone`. Catching up and being live are one loop: read the next page,
 * or wait for an append. So there is no seam to miss or repeat an event at, and nothing is buffered for a consumer that
 * is slow.
 */
export async function* subscribe(log: Log, request: SubscriptionRequest, gone: AbortSignal): AsyncGenerator<Notice> {
  const { source, start, filter } = request;
  let next = start === 'start' ? 0 : (start === 'end' ? (log.last(source) ?? -1) : start) + 1;
  let considered = 0;
  let unsaved: number | undefined;
  let caughtUp = false;
  for (;;) {
    const page = log.read(source, next, 'forwards');
    if (page.length === 0) {
      if (caughtUp) await log.nextAppend(gone);
      else if (unsaved !== undefined) yield unsaved;
      if (!caughtUp) yield 'caught_up';
      caughtUp = true;
      continue;
    }
    let chosen: StoredEvent[] = [];
    for (const event of page) {
      next = numberOf(event, source) + 1;
      if (filter?.passes(event) ?? true) chosen.push(event);
      if (filter === undefined) continue;
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
