import type { Log } from '../log/log.js';
import type { Direction, StoredEvent } from '../log/types.js';

/** Where a read or a subscription starts; `at` is a revision or a position, `end` lies after the last event. */
export type Start = 'start' | 'end' | { readonly at: number };

/** Chooses events; undefined lets all of them pass. */
export type Passes = ((event: StoredEvent) => boolean) | undefined;

/** One stream or the whole log, as numbered events: by revision there, by position here. */
export interface Source {
  readonly kind: 'stream' | 'all';
  page(from: number, direction: Direction, limit: number): StoredEvent[];
  numberOf(event: StoredEvent): number;
  /** Number of the last event; undefined when there is none. */
  last(): number | undefined;
}

export function streamSource(log: Log, stream: string): Source {
  return {
    kind: 'stream',
    page: (from, direction, limit) => log.readStream(stream, from, direction, limit),
    numberOf: (event) => event.revision,
    last: () => log.lastRevision(stream),
  };
}

export function allSource(log: Log): Source {
  return {
    kind: 'all',
    page: (from, direction, limit) => log.readAll(from, direction, limit),
    numberOf: (event) => event.position,
    last: () => log.head() || undefined,
  };
}
