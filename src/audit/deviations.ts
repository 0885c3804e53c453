import { type Marked, placeOf } from './realignment.js';
import type { Entry, Registered } from './register.js';

export type TamperKind = 'changed' | 'removed' | 'inserted' | 'reordered' | 'truncated';

/** The first event of a stream that is not as the register has it. */
export interface Deviation {
  /** What was done. Of removed and truncated ones the revision is the one they had. */
  readonly what: TamperKind;
  readonly stream: string;
  readonly revision: number;
  /** Null for what is gone. */
  readonly type: string | null;
  readonly eventId: string | null;
  readonly detail: string;
}

/** The last revision of a stream as it is now, null when it has no event: tells what was cut off from what was taken out. */
export type LastRevision = (stream: string) => number | null;

/** What a comparison has left over. */
export interface LeftOver {
  /** In the register and not among the events. */
  readonly missing: readonly Entry[];
  /** Among the events and not in the register. */
  readonly strange: readonly Marked[];
  /** On both sides, under another revision. */
  readonly renumbered: readonly Renumbered[];
}

export interface Renumbered {
  readonly entry: Entry;
  readonly event: Registered;
}

/** What became of the events, of each stream the earliest: what follows from it is no news. */
export function deviationsOf({ missing, strange, renumbered }: LeftOver, lastRevision: LastRevision): Deviation[] {
  const { found, unexplained } = missingOnes(missing, strange, lastRevision);
  for (const { event } of unexplained)
    found.push(deviation('inserted', event, 'it stands among events that were recorded without it'));
  const known = new Set(found.map(({ stream }) => stream));
  for (const { entry, event } of renumbered) {
    if (!known.has(event.stream))
      found.push(deviation('changed', event, `it was recorded as revision ${entry.revision}`));
  }
  return firstOfEach(found);
}

/** Missing events are found again elsewhere, replaced by another, or gone. */
function missingOnes(missing: readonly Entry[], strange: readonly Marked[], lastRevision: LastRevision) {
  const byMark = new Map(strange.map((marked) => [marked.mark, marked]));
  const byPlace = new Map(strange.map((marked) => [placeOf(marked.event), marked]));
  const unexplained = new Set(strange);
  const found = missing.map((entry): Deviation => {
    const moved = byMark.get(entry.mark);
    const other = moved ?? byPlace.get(placeOf(entry));
    if (!other || !(moved || unexplained.has(other))) return gone(entry, lastRevision(entry.stream));
    unexplained.delete(other);
    return moved
      ? deviation('reordered', other.event, 'it does not stand where it was recorded')
      : deviation('changed', other.event, 'it is not the event that was recorded here');
  });
  return { found, unexplained };
}

/** @param last of its stream as it is now */
function gone({ stream, revision }: Entry, last: number | null): Deviation {
  const nowhere = { stream, revision, type: null, eventId: null };
  if (last !== null && last >= revision) {
    return deviation('removed', nowhere, 'it was recorded and is gone, others of its stream are behind it');
  }
  const end = last === null ? 'the whole stream is gone' : `the stream now ends at revision ${last}`;
  return deviation('truncated', nowhere, `it was recorded, and ${end}`);
}

function deviation(
  what: TamperKind,
  { stream, revision, type, eventId }: Pick<Deviation, 'stream' | 'revision' | 'type' | 'eventId'>,
  detail: string,
): Deviation {
  return { what, stream, revision, type, eventId, detail };
}

function firstOfEach(found: readonly Deviation[]): Deviation[] {
  const first = new Map<string, Deviation>();
  for (const deviation of found) {
    const known = first.get(deviation.stream);
    if (!known || deviation.revision < known.revision) first.set(deviation.stream, deviation);
  }
  return [...first.values()];
}
