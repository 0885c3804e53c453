import type { StoredEvent } from '../log/types.js';
import type { Passes, Source, Start } from './source.js';

/** What a subscriber is told, in order: events, the position of a checkpoint, or that it has caught up. */
export type Notice = readonly StoredEvent[] | number | 'caught_up';

export interface SubscriptionRequest {
  readonly source: Source;
  /** A number is that of the last event the subscriber has seen. */
  readonly start: Start;
  readonly passes: Passes;
  /** With a filter, a checkpoint comes after so many events looked at, whether they passed or not. */
  readonly checkpointInterval: number;
  /** Resolves after the next append, with false when the subscriber has gone. */
  readonly more: () => Promise<boolean>;
}

/**
 * Follows a source until the subscriber goes. Catching up and being live are one loop: read the next page, or wait for
 * an append. So there is no seam to miss or repeat an event at, and nothing is buffered for a consumer that is slow.
 */
export async function* subscribe(request: SubscriptionRequest): AsyncGenerator<Notice> {
  const { source, start, passes, checkpointInterval, more } = request;
  let next = firstNumber(source, start);
  let considered = 0;
  let unsaved: number | undefined;
  let caughtUp = false;
  for (;;) {
    const page = source.page(next, 'forwards', Number.POSITIVE_INFINITY);
    if (page.length === 0) {
      if (caughtUp && !(await more())) return;
      if (!caughtUp && unsaved !== undefined) yield unsaved;
      if (!caughtUp) yield 'caught_up';
      caughtUp = true;
      continue;
    }
    let chosen: StoredEvent[] = [];
    for (const event of page) {
      next = source.numberOf(event) + 1;
      if (passes?.(event) ?? true) chosen.push(event);
      if (passes === undefined) continue;
      considered += 1;
      unsaved = event.position;
      if (considered % checkpointInterval !== 0) continue;
      yield chosen;
      yield unsaved;
      chosen = [];
      unsaved = undefined;
    }
    yield chosen;
  }
}

function firstNumber(source: Source, start: Start): number {
  if (start === 'start') return 0;
  if (start === 'end') return (source.last() ?? -1) + 1;
  return start.at + 1;
}
