import type { Append } from './types.js';

/** What the decision needs to know of the stream. */
export interface StreamView {
  /** Revision of the last event; undefined when there is no stream. */
  readonly current: number | undefined;
  /** Revision of a recently appended event; undefined when the id is not known. */
  recent(id: string): number | undefined;
  /** Whether the event at a revision up to `current` has this id. */
  isAt(revision: number, id: string): boolean;
}

/** Write the events after `current`; or answer as before, they are in already up to revision `last`; or refuse. */
export type Decision = 'write' | 'refuse' | { readonly last: number };

/**
 * Decides an append by EventStoreDB's rules. With an exact expectation (or no_stream) a repetition is known by the ids
 * stored after the expected revision, for ever; with any or stream_exists by the recent ids of the stream.
 */
export function decide({ expectation, events }: Append, view: StreamView): Decision {
  if (expectation === 'stream_exists' && view.current === undefined) return 'refuse';
  if (expectation === 'any' || expectation === 'stream_exists') {
    let last: number | undefined;
    for (const { id } of events) {
      const known = view.recent(id);
      if (known === undefined) return last === undefined ? 'write' : 'refuse';
      last = known;
    }
    return last === undefined ? 'write' : { last };
  }
  const expected = expectation === 'no_stream' ? -1 : expectation;
  const current = view.current ?? -1;
  if (expected === current) return 'write';
  const last = expected + events.length;
  if (last > current || events.length === 0) return 'refuse';
  return events.every(({ id }, index) => view.isAt(expected + 1 + index, id)) ? { last } : 'refuse';
}
