import { apart, type Marked, placeOf, placeOfAgreement } from './realignment.js';
import { digestOf, type Entry, entriesOf, markOf, type Registered, type Segment } from './register.js';

export const tamperKinds = ['changed', 'removed', 'inserted', 'reordered', 'truncated'] as const;
export type TamperKind = (typeof tamperKinds)[number];

/** The first event of a stream that is not as the register has it. */
export interface Deviation {
  readonly what: TamperKind;
  readonly stream: string;
  readonly revision: number;
  /** Null for what is gone. */
  readonly type: string | null;
  readonly eventId: string | null;
  readonly detail: string;
}

/** Compares events, as they pass by in their order, with a register of them. */
export interface RegisterCheck {
  add(event: Registered): Promise<void> | undefined;
  /** @param lastRevision of a stream as it is now, null when it has no event; tells what was cut off from what was taken out */
  end(lastRevision: (stream: string) => number | null): Promise<readonly Deviation[]>;
  /** Events that the register covers, and events behind its end. */
  readonly counts: { readonly covered: number; readonly beyond: number };
}

/** Events looked ahead for the place where both sides agree again; more than this missing at once is not sought. */
const window = 2 * 4_096;
/** Deviations remembered until the end, where moved events meet again. */
const maxOpen = 10_000;

/**
 * As long as the digests of whole segments agree nothing else is looked at. From the first that does not, events are
 * compared one by one by their marks, until the register has agreed to the end of what is in the window.
 */
export function createRegisterCheck(segments: AsyncIterator<Segment>): RegisterCheck {
  let segment: Segment | null = null;
  let exhausted = false;
  let gathered: Registered[] = [];
  /** Set while events are compared one by one: what the register has next, and what came. */
  let slow: { expected: Entry[]; actual: Marked[] } | null = null;
  let lost = false;
  let covered = 0;
  let beyond = 0;
  const missing: Entry[] = [];
  const missingMarks = new Set<string>();
  const strange: Marked[] = [];
  const renumbered = new Map<string, { entry: Entry; event: Registered }>();

  return {
    add(event) {
      if (lost) return;
      if (slow) {
        slow.actual.push({ mark: markOf(event), event });
        return slow.actual.length >= 2 * window ? compare(false) : undefined;
      }
      if (exhausted) {
        pass([event]);
        return;
      }
      gathered.push(event);
      return segment && !segment.unknown && gathered.length < segment.events ? undefined : look();
    },
    async end(lastRevision) {
      if (!slow && !exhausted) await look();
      if (!slow && segment) {
        slow = slowly(segment, gathered);
        gathered = [];
      }
      if (slow) await compare(true);
      return deviations(lastRevision);
    },
    get counts() {
      return { covered, beyond };
    },
  };

  /** Takes the next segment when there is none, and compares it when all its events are there. */
  async function look(): Promise<void> {
    for (;;) {
      segment ??= await next();
      if (!segment) {
        pass(gathered);
        gathered = [];
        return;
      }
      if (segment.unknown) {
        const passing = Math.min(segment.events, gathered.length);
        gathered = gathered.slice(passing);
        segment = passing < segment.events ? { ...segment, events: segment.events - passing } : null;
        if (segment) return;
        continue;
      }
      if (gathered.length < segment.events) return;
      const events = gathered.slice(0, segment.events);
      const texts = events.map(({ text }) => text);
      if (digestOf(segment.previousDigest, texts) !== segment.digest || segment.events === 0) {
        slow = slowly(segment, gathered);
        gathered = [];
        segment = null;
        return;
      }
      covered += segment.events;
      gathered = gathered.slice(segment.events);
      segment = null;
    }
  }

  /** Events behind the end of the register, among which one that is missing may have been put. */
  function pass(events: readonly Registered[]): void {
    beyond += events.length;
    if (missingMarks.size === 0) return;
    for (const event of events) {
      const mark = markOf(event);
      if (missingMarks.has(mark) && strange.length <= maxOpen) strange.push({ mark, event });
    }
  }

  function miss(entries: readonly Entry[]): void {
    for (const entry of entries) missingMarks.add(entry.mark);
    missing.push(...entries);
  }

  async function next(): Promise<Segment | null> {
    if (exhausted) return null;
    const { value, done } = await segments.next();
    if (!done) return value;
    exhausted = true;
    return null;
  }

  /** @param ended nothing comes after what has come */
  async function compare(ended: boolean): Promise<void> {
    while (slow && !lost) {
      const { expected, actual } = slow;
      let same = 0;
      for (; same < expected.length && same < actual.length; same += 1) {
        const [entry, marked] = [expected[same], actual[same]];
        if (!entry || !marked || entry.mark !== marked.mark) break;
        agree(entry, marked);
      }
      expected.splice(0, same);
      actual.splice(0, same);
      if (expected.length === 0) {
        slow = null;
        segment = null;
        gathered = actual.map(({ event }) => event);
        if (gathered.length > 0 || ended) await look();
        if (ended && !slow && segment) slow = slowly(segment, gathered.splice(0));
        continue;
      }
      while (expected.length < window) {
        const more = await next();
        if (!more) break;
        expected.push(...entriesOf(more));
      }
      if (!ended && actual.length < window) return;
      const [x, y] = placeOfAgreement(expected, actual, exhausted, ended);
      if (x < 0) {
        miss(expected.slice(0, 1));
        lost = true;
        return;
      }
      const { common, gone, came } = apart(expected.splice(0, x), actual.splice(0, y));
      for (const { entry, marked } of common) agree(entry, marked);
      miss(gone);
      strange.push(...came);
      lost = missing.length > maxOpen || strange.length > maxOpen;
    }
  }

  function agree(entry: Entry, { event }: Marked): void {
    covered += 1;
    if (entry.revision !== event.revision && !renumbered.has(entry.stream)) {
      renumbered.set(entry.stream, { entry, event });
    }
  }

  function deviations(lastRevision: (stream: string) => number | null): Deviation[] {
    const found: Deviation[] = [];
    const byMark = new Map(strange.map((marked) => [marked.mark, marked]));
    const byPlace = new Map(strange.map((marked) => [placeOf(marked.event), marked]));
    const explained = new Set<Marked>();
    for (const entry of missing) {
      const moved = byMark.get(entry.mark);
      const changed = byPlace.get(placeOf(entry));
      const { stream, revision } = entry;
      if (moved) {
        explained.add(moved);
        found.push({
          what: 'reordered',
          ...whereabouts(moved.event),
          detail: 'it does not stand where it was recorded',
        });
      } else if (changed && !explained.has(changed)) {
        explained.add(changed);
        found.push({
          what: 'changed',
          ...whereabouts(changed.event),
          detail: 'it is not the event that was recorded here',
        });
      } else {
        const last = lastRevision(stream);
        const cut = last === null || last < revision;
        const end = last === null ? 'the whole stream is gone' : `the stream now ends at revision ${last}`;
        const detail = cut
          ? `it was recorded, and ${end}`
          : 'it was recorded and is gone, others of its stream are behind it';
        found.push({ what: cut ? 'truncated' : 'removed', stream, revision, type: null, eventId: null, detail });
      }
    }
    for (const marked of strange) {
      if (explained.has(marked)) continue;
      found.push({
        what: 'inserted',
        ...whereabouts(marked.event),
        detail: 'it stands among events that were recorded without it',
      });
    }
    for (const [stream, { entry, event }] of renumbered) {
      if (found.some((other) => other.stream === stream)) continue;
      const detail = `it was recorded as revision ${entry.revision}`;
      found.push({ what: 'changed', ...whereabouts(event), detail });
    }
    return firstOfEach(found);
  }
}

function slowly(segment: Segment, events: readonly Registered[]) {
  return { expected: entriesOf(segment), actual: events.map((event) => ({ mark: markOf(event), event })) };
}

function whereabouts({ stream, revision, type, eventId }: Registered) {
  return { stream, revision, type, eventId };
}

/** Of each stream the earliest; what follows from it is no news. */
function firstOfEach(found: readonly Deviation[]): Deviation[] {
  const first = new Map<string, Deviation>();
  for (const deviation of found) {
    const known = first.get(deviation.stream);
    if (!known || deviation.revision < known.revision) first.set(deviation.stream, deviation);
  }
  return [...first.values()];
}
