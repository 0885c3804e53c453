import { hash } from 'node:crypto';

/**
 * A register lists events in their order, so that a later look at the same events shows what was changed, removed,
 * inserted, reordered or cut off, and where. It comes in segments, each continuing the digest of the one before. Seals
 * are the register of the log, the index of an export is the register of its lines.
 */
export interface Segment {
  readonly events: number;
  readonly streams: readonly { readonly stream: string; readonly from: number }[];
  /** Per event the index of its stream in `streams`, which is there again after a gap; revisions follow by counting. */
  readonly order: readonly number[];
  /** Per event {@link markLength} hex digits. */
  readonly marks: string;
  readonly previousDigest: string | null;
  /** SHA-256, hex, over the previous digest (empty for the first) and each event's text, one per line. */
  readonly digest: string;
  /** Stands for a segment that is gone: so many events came there, and nothing is known of them. */
  readonly unknown?: true;
}

/** An event as a register sees it. */
export interface Registered {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly eventId: string;
  /** What the digest covers of it. */
  readonly text: string;
  /** What tells it from all others and stays with it when it is moved. */
  readonly identity: string;
}

/** What a segment says of one event. */
export interface Entry {
  readonly stream: string;
  readonly revision: number;
  readonly mark: string;
}

/**
 * An event store takes at most 1 MiB per append, so a segment is closed in good time: 4,096 events are at most some
 * 80 KB, and the names of their streams are counted.
 */
export const segmentLimits = { events: 4_096, nameBytes: 256 * 1024 } as const;

/** 48 bits: within a window of some thousands no two events look alike. */
const markLength = 12;

/** Makes segments of events as they pass by. */
export interface SegmentWriter {
  /** @returns the segment that this event completed, or null */
  add(event: Registered): Segment | null;
  /** @returns what has gathered since, or null when there is nothing */
  flush(): Segment | null;
}

export function createSegmentWriter(previousDigest: string | null): SegmentWriter {
  let previous = previousDigest;
  let gathered = empty();

  return {
    add(event) {
      const known = gathered.latest.get(event.stream);
      const index = known?.revision === event.revision - 1 ? known.index : gathered.streams.length;
      gathered.latest.set(event.stream, { index, revision: event.revision });
      if (index === gathered.streams.length) {
        gathered.streams.push({ stream: event.stream, from: event.revision });
        gathered.nameBytes += Buffer.byteLength(event.stream);
      }
      gathered.order.push(index);
      gathered.marks.push(markOf(event));
      gathered.texts.push(event.text);
      const full = gathered.order.length >= segmentLimits.events || gathered.nameBytes >= segmentLimits.nameBytes;
      return full ? this.flush() : null;
    },
    flush() {
      const { streams, order, marks, texts } = gathered;
      if (order.length === 0) return null;
      gathered = empty();
      const digest = digestOf(previous, texts);
      const segment = { events: order.length, streams, order, marks: marks.join(''), previousDigest: previous, digest };
      previous = digest;
      return segment;
    },
  };
}

/** See {@link Segment.unknown}. */
export function unknownSegment(events: number): Segment {
  return { events, streams: [], order: [], marks: '', previousDigest: null, digest: '', unknown: true };
}

function empty() {
  return {
    streams: [] as { stream: string; from: number }[],
    latest: new Map<string, { index: number; revision: number }>(),
    order: [] as number[],
    marks: [] as string[],
    texts: [] as string[],
    nameBytes: 0,
  };
}

export function digestOf(previousDigest: string | null, texts: readonly string[]): string {
  return hash('sha256', `${previousDigest ?? ''}\n${texts.join('\n')}\n`);
}

export function markOf({ identity }: Pick<Registered, 'identity'>): string {
  return hash('sha256', identity).slice(0, markLength);
}

/** Whether this, which may be forged, has what a segment has. */
export function isSegment(value: unknown): value is Segment {
  if (typeof value !== 'object' || value === null) return false;
  const { events, streams, order, marks, digest } = value as Partial<Record<keyof Segment, unknown>>;
  return (
    Number.isSafeInteger(events) &&
    [marks, digest].every((text) => typeof text === 'string') &&
    Array.isArray(order) &&
    order.every(Number.isSafeInteger) &&
    Array.isArray(streams) &&
    streams.every((entry) => typeof entry?.stream === 'string' && Number.isSafeInteger(entry.from))
  );
}

/** The events of a segment, as far as it is well-formed. */
export function entriesOf({ streams, order, marks }: Segment): Entry[] {
  const next = streams.map(({ from }) => from);
  return order.flatMap((index, at) => {
    const stream = streams[index]?.stream;
    const revision = next[index];
    if (stream === undefined || revision === undefined) return [];
    next[index] = revision + 1;
    return [{ stream, revision, mark: marks.slice(at * markLength, (at + 1) * markLength) }];
  });
}
