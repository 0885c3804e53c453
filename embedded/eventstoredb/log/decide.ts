import type { Whereabouts } from './recent-ids.js';
import type { Append } from './types.js';

/** What the decision needs to know of the log. */
export interface StreamView {
  /** Revision of the stream's last event; undefined when there is no stream. */
  readonly current: number | undefined;
  /** Id of the stream's event at a revision up to `current`. */
  idAt(revision: number): string | undefined;
  /** Where a recently appended event is. */
  recent(id: string): Whereabouts | undefined;
}

/** Write the events after `current`; or answer as before, they are in already up to `last`; or refuse. */
export type Decision =
  | { readonly kind: 'write' }
  | { readonly kind: 'repeat'; readonly last: number }
  | { readonly kind: 'refuse' };

const write: Decision = { kind: 'write' };
const refuse: Decision = { kind: 'refuse' };

/**
 * Decides an append by EventStoreDB's rules. With an exact expectation (or no_stream) a repetition is known by the ids
 * stored after the expected revision, for ever; with any or stream_exists by the recent ids of the stream.
 */
export function decide(append: Append, view: StreamView): Decision {
  const { expectation } = append;
  if (expectation === 'stream_exists' && view.current === undefined) return refuse;
  if (expectation === 'any' || expectation === 'stream_exists') return decideByRecentIds(append, view);
  const expected = expectation === 'no_stream' ? -1 : expectation;
  const current = view.current ?? -1;
  if (expected === current) return write;
  if (expected > current || append.events.length === 0) return refuse;
  const repeated = append.events.every((event, index) => {
    const revision = expected + 1 + index;
    return revision <= current && view.idAt(revision) === event.id;
  });
  return repeated ? { kind: 'repeat', last: expected + append.events.length } : refuse;
}

function decideByRecentIds({ stream, events }: Append, view: StreamView): Decision {
  let last: number | undefined;
  for (const event of events) {
    const known = view.recent(event.id);
    if (known?.stream !== stream) return last === undefined ? write : refuse;
    last = known.revision;
  }
  return last === undefined ? write : { kind: 'repeat', last };
}
