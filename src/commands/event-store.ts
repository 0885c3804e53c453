/** The event store as commands, projections and processes see it. Revisions and positions are unsigned 64-bit. */
export interface EventStore {
  /**
   * Events of one stream as stored, oldest first; an empty iteration when the stream does not exist, or not any more.
   * `maxCount` bounds the answer. Large events are better asked for `pageSize` at a time, when they are wanted: a read
   * gets far ahead of who takes its events.
   */
  readStream(stream: string, options?: StreamRead): AsyncIterable<RecordedEvent>;
  /** The last event of a stream, or null when there is no such stream. */
  last(stream: string): Promise<RecordedEvent | null>;
  /**
   * Appends all events or none. Repeating a call whose answer was lost is safe: same event ids at the same expectation
   * succeed again.
   * @throws WrongExpectedRevision, EventStoreUnavailable
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expected: bigint | 'no_stream',
  ): Promise<{ revision: bigint; position: Position }>;
  /** All events whose stream name starts with one of the prefixes, oldest first, `from` exclusive. */
  readAll(options: AllRead): AsyncIterable<RecordedEvent>;
  /** The same, a page at a time: what has arrived together, never empty. For reading very many events. */
  readAllPages(options: AllRead): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * Catch-up subscription to `$all`, `from` exclusive. Ends by throwing when the connection drops and by returning when
   * `signal` aborts. A consumer that stops pulling makes the server stop sending.
   */
  subscribeToAll(options: AllSubscription): AsyncIterable<SubscriptionMessage>;
  /** Position of the last event in the store, or null when it is empty. */
  head(): Promise<Position | null>;
  close(): Promise<void>;
}

export interface StreamRead {
  readonly fromRevision?: bigint;
  readonly maxCount?: number;
  readonly pageSize?: number;
}

export interface AllRead {
  readonly prefixes: readonly string[];
  /** Null, or left out, for everything. */
  readonly from?: Position | null;
  readonly maxCount?: number;
}

export interface AllSubscription {
  readonly prefixes: readonly string[];
  readonly from: Position | null;
  readonly signal: AbortSignal;
}

export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** Of an event that a store returned without its position, as old servers do when one stream is read. */
export const unknownPosition: Position = { commit: 0n, prepare: 0n };

export interface EventMetadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  /** Who did it: `buyer:…`, `operator:…`, `stripe`, `wms`, `system:…`. Ids only. */
  readonly actor: string;
  readonly schemaVersion: number;
  /** ISO 8601 UTC with milliseconds. */
  readonly recordedAt: string;
  /** `hash` of the stream's previous event, null on the first one. */
  readonly prevHash: string | null;
  /** SHA-256 (hex) over prevHash, type, data and the other metadata, in canonical JSON (RFC 8785). */
  readonly hash: string;
}

/**
 * Stands for the metadata of an event that the portal did not write. Its type is prefixed with `foreign:`, which nothing
 * knows, so that it changes no state and has no effect.
 */
export function foreignMetadata(eventId: string, created: Date): EventMetadata {
  return {
    $correlationId: eventId,
    $causationId: eventId,
    actor: 'foreign',
    schemaVersion: 1,
    recordedAt: created.toISOString(),
    prevHash: null,
    hash: '',
  };
}

/** Whether the portal did not write this event. */
export function isForeign({ metadata }: { readonly metadata: Pick<EventMetadata, 'hash'> }): boolean {
  return metadata.hash === '';
}

export interface NewEvent {
  /** UUID. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

/** An event as recorded; `currentEvent` brings its data to the current schema. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
  /** The data as stored, which the hash covers, where personal members of `data` have been opened. */
  readonly stored?: unknown;
  /** Why personal members could not be opened; they are still encrypted then. */
  readonly unreadable?: string;
}

/** An event's data as they are in the store. */
export function storedData(event: Pick<RecordedEvent, 'data' | 'stored'>): unknown {
  return event.stored === undefined ? event.data : event.stored;
}

export type SubscriptionMessage =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** Everything up to here was considered, though filtered out. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' };

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  constructor(readonly stream: string) {
    super(`stream ${stream} has moved on since it was read`);
  }
}

export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
}

/** `commit/prepare` in decimal, the form of `X-Event-Position`. */
export function formatPosition(position: Position): string {
  return `${position.commit}/${position.prepare}`;
}

/** @returns null when the text is not a position */
export function parsePosition(text: string): Position | null {
  const match = /^(\d{1,20})\/(\d{1,20})$/.exec(text);
  return match?.[1] && match[2] ? { commit: BigInt(match[1]), prepare: BigInt(match[2]) } : null;
}

/** Negative, zero or positive as `a` lies before, at or behind `b`. */
export function comparePositions(a: Position, b: Position): number {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1;
  return 0;
}

export function later(a: Position, b: Position): Position {
  return comparePositions(a, b) < 0 ? b : a;
}

/** @returns null, which is before everything, also when there are none */
export function earliest(positions: readonly (Position | null)[]): Position | null {
  let found: Position | null = null;
  for (const position of positions) {
    if (position === null) return null;
    if (found === null || comparePositions(position, found) < 0) found = position;
  }
  return found;
}
