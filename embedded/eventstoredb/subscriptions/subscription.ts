import type { StoredEvent } from '../log/types.js';
import { type Filter, passes } from './filter.js';
import type { Source, Start } from './source.js';

/** What a subscriber is told, in order. */
export type Notice =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'checkpoint'; readonly position: number }
  | { readonly kind: 'caught_up' };

export interface SubscriptionRequest {
  readonly source: Source;
  /** A number is that of the last event the subscriber has seen. */
  readonly start: Start;
  /** With a filter come checkpoints: one every `checkpointInterval` events looked at, whether they passed or not. */
  readonly filter: { readonly filter: Filter; readonly checkpointInterval: number } | undefined;
  /** Resolves after the next append, with false when the subscriber has gone. */
  readonly more: () => Promise<boolean>;
}

/**
 * Follows a source until the subscriber goes. Catching up and being live are the same loop: read the next page, or wait for an append.
 * So there is no seam to miss or repeat an event at, and nothing is buffered for a consumer that does not ask.
 */
export async function* subscribe({ source, start, filter, more }: SubscriptionRequest): AsyncGenerator<Notice> {
  let next = firstNumber(source, start);
  let considered = 0;
  let unsaved: number | undefined;
  let caughtUp = false;
  for (;;) {
    const page = source.page(next, 'forwards', Number.POSITIVE_INFINITY);
    if (page.length === 0) {
      if (!caughtUp) {
        if (filter !== undefined && unsaved !== undefined) yield { kind: 'checkpoint', position: unsaved };
        yield { kind: 'caught_up' };
        caughtUp = true;
      } else if (!(await more())) return;
      continue;
    }
    let chosen: StoredEvent[] = [];
    for (const event of page) {
      next = source.numberOf(event) + 1;
      if (passes(filter?.filter, event)) chosen.push(event);
      if (filter === undefined) continue;
      considered += 1;
      unsaved = event.position;
      if (considered % filter.checkpointInterval !== 0) continue;
      yield { kind: 'events', events: chosen };
      yield { kind: 'checkpoint', position: event.position };
      chosen = [];
      unsaved = undefined;
    }
    yield { kind: 'events', events: chosen };
  }
}

function firstNumber(source: Source, start: Start): number {
  if (start === 'start') return 0;
  if (start === 'end') return (source.last() ?? -1) + 1;
  return start.at + 1;
}
