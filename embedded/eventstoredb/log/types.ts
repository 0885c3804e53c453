/** What a writer expects of the stream it appends to: a state, or the exact revision of its last event. */
export type Expectation = 'any' | 'no_stream' | 'stream_exists' | number;

/** An event as a writer proposes it. `id` is a UUID in lower case. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** A proposed event with the place the log gave it; `created` is milliseconds since the Unix epoch. */
export interface PlacedEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly created: number;
}

/** An event as the log keeps it. `body` is the encoded event; the log never looks inside. */
export interface StoredEvent {
  readonly position: number;
  readonly revision: number;
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly body: Buffer;
}

/** Events to append to one stream, all or none. */
export interface Append {
  readonly stream: string;
  readonly expectation: Expectation;
  readonly events: readonly ProposedEvent[];
}

/**
 * `revision` is the stream's last one afterwards (undefined: no stream), `position` the log position of the last event
 * of this append, which only a successful one with events has.
 */
export interface AppendResult {
  readonly outcome: 'appended' | 'wrong_expected_version';
  readonly revision: number | undefined;
  readonly position: number | undefined;
}

/** One stream, whose events are numbered by revision; or with undefined the whole log, numbered by position. */
export type Source = string | undefined;

export type Direction = 'forwards' | 'backwards';
