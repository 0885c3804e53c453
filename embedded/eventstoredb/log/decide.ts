import type { Append, Place } from './types.js';

/** What the decision needs to know of the stream. */
export interface StreamView {
  /** Revision of the last event; undefined when there is no stream. */
  readonly current: number | undefined;
  /** Where a recently appended event is; undefined when the id is not known. */
  recent(id: string): Place | undefined;
  /** Where the event at a revision is; undefined when none is there, or another one. */
  at(revision: number, id: string): Place | undefined;
}

/**
 * Decides an append by EventStoreDB's rules: write the events after `current`, refuse, or answer as before, since they
 * are in already and the last of them has this place. With an exact expectation (or no_stream) a repetition is known by
 * the ids stored after the expected revision, for ever; with any or stream_exists by the recent ids of the stream.
 */
export function decide({ expectation, events }: Append, view: StreamView): 'write' | 'refuse' | Place {
  const loose = expectation === 'any' || expectation === 'stream_exists';
  const expected = typeof expectation === 'number' ? expectation : -1;
  if (expectation === 'stream_exists' && view.current === undefined) return 'refuse';
  if (!loose && expected === (view.current ?? -1)) return 'write';

  const places = events.map(({ id }, index) => (loose ? view.recent(id) : view.at(expected + 1 + index, id)));
  if (loose && places[0] === undefined) return 'write';
  const last = places.at(-1);
  return last === undefined || places.includes(undefined) ? 'refuse' : last;
}
