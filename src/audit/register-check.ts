import { type Deviation, deviationsOf, type LastRevision, type Renumbered } from './deviations.js';
import { apart, type Marked, placeOfAgreement } from './realignment.js';
import { digestOf, type Entry, entriesOf, markOf, type Registered, type Segment } from './register.js';

/** Compares events, as they pass by in their order, with a register of them. */
export interface RegisterCheck {
  add(event: Registered): Promise<void> | undefined;
  end(lastRevision: LastRevision): Promise<readonly Deviation[]>;
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
  /** Set while events are compared one by one. */
  let slow: SideBySide | null = null;
  let lost = false;
  let covered = 0;
  let beyond = 0;
  const missing: Entry[] = [];
  const missingMarks = new Set<string>();
  const strange: Marked[] = [];
  const renumbered = new Map<string, Renumbered>();

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
      return deviationsOf({ missing, strange, renumbered: [...renumbered.values()] }, lastRevision);
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
        pass(gathered.splice(0));
        return;
      }
      if (segment.unknown) {
        segment = passOver(segment);
        if (segment) return;
        continue;
      }
      if (gathered.length < segment.events) return;
      if (!agrees(segment)) {
        slow = slowly(segment, gathered.splice(0));
        segment = null;
        return;
      }
      covered += segment.events;
      gathered = gathered.slice(segment.events);
      segment = null;
    }
  }

  /** @returns what is left of a segment of which nothing is known but its length, or null */
  function passOver(unknown: Segment): Segment | null {
    const passing = Math.min(unknown.events, gathered.length);
    gathered = gathered.slice(passing);
    return passing < unknown.events ? { ...unknown, events: unknown.events - passing } : null;
  }

  function agrees({ events, previousDigest, digest }: Segment): boolean {
    const texts = gathered.slice(0, events).map(({ text }) => text);
    return events > 0 && digestOf(previousDigest, texts) === digest;
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
      takeSame(slow);
      if (slow.expected.length === 0) {
        await goOnBySegments(slow.actual, ended);
        continue;
      }
      await lookAhead(slow.expected);
      if (!ended && slow.actual.length < window) return;
      takeDifferent(slow, ended);
    }
  }

  /** Takes off what both sides begin with. */
  function takeSame({ expected, actual }: SideBySide): void {
    let same = 0;
    for (; same < expected.length && same < actual.length; same += 1) {
      const [entry, marked] = [expected[same], actual[same]];
      if (!entry || !marked || entry.mark !== marked.mark) break;
      agree(entry, marked);
    }
    expected.splice(0, same);
    actual.splice(0, same);
  }

  /** Takes off what both sides have up to the place where they agree again. */
  function takeDifferent({ expected, actual }: SideBySide, ended: boolean): void {
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

  async function lookAhead(expected: Entry[]): Promise<void> {
    while (expected.length < window) {
      const more = await next();
      if (!more) return;
      expected.push(...entriesOf(more));
    }
  }

  /** The register has agreed to the end of what was taken from it. */
  async function goOnBySegments(actual: readonly Marked[], ended: boolean): Promise<void> {
    slow = null;
    segment = null;
    gathered = actual.map(({ event }) => event);
    if (gathered.length > 0 || ended) await look();
    if (ended && !slow && segment) slow = slowly(segment, gathered.splice(0));
  }

  function agree(entry: Entry, { event }: Marked): void {
    covered += 1;
    if (entry.revision !== event.revision && !renumbered.has(entry.stream)) {
      renumbered.set(entry.stream, { entry, event });
    }
  }
}

/** What the register has next, and what came. */
interface SideBySide {
  readonly expected: Entry[];
  readonly actual: Marked[];
}

function slowly(segment: Segment, events: readonly Registered[]): SideBySide {
  return { expected: entriesOf(segment), actual: events.map((event) => ({ mark: markOf(event), event })) };
}
