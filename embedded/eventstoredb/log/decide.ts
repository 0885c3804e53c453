import type { Append, Place } from './types.js';

/**
 * Decides an append to a stream whose last revision is `current` by EventStoreDB's rules: write the events after it,
 * refuse, or answer as before, since they are in already and the last of them has this place. With an exact expectation
 * (or no_stream) a repetition is known by the ids stored after the expected revision, for ever; with any or stream_exists
 * by the recent ids of the stream. `find` looks for an id, at a revision or anywhere among the recent ones.
 */
export function decide(
  { expectation, events }: Append,
  current: number | undefined,
  find: (id: string, revision?: number) => Place | undefined,
): 'write' | 'refuse' | Place {
  const loose = expectation === 'any' || expectation === 'stream_exists';
  const expected = typeof expectation === 'number' ? expectation : -1;
  if (expectation === 'stream_exists' && current === undefined) return 'refuse';
  if (!loose && expected === (current ?? -1)) return 'write';

  const places = events.map(({ id }, index) => (loose ? find(id) : find(id, expected + 1 + index)));
  if (loose && places[0] === undefined) return 'write';
  const last = places.at(-1);
  return last === undefined || places.includes(undefined) ? 'refuse' : last;
}
