/** What a writer expects of the stream it appends to: a state, or the exact revision of its last event. */
export type Expectation = 'any' | 'no_stream' | 'stream_exists' | number;

/** Events to append to one stream, all or none. */
export interface Append {
  readonly stream: string;
  readonly expectation: Expectation;
  readonly events: readonly ProposedEvent[];
}

/** An event as a writer proposes it. `id` is a UUID in lower case. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Where an event is in its stream and in the log. */
export interface Place {
  readonly revision: number;
  readonly position: number;
}

/** An event that the log gave a place; `created` is milliseconds since the Unix epoch. */
export interface PlacedEvent extends ProposedEvent, Place {
  readonly stream: string;
  readonly created: number;
}

/** An event as the log keeps it. `body` is the encoded event; the log never looks inside. */
export interface StoredEvent extends Place, Pick<PlacedEvent, 'id' | 'stream' | 'type'> {
  readonly body: Buffer;
}

/** The stream's last revision afterwards, if there is a stream, and the position of an appended last event. */
export interface AppendResult extends Partial<Place> {
  readonly outcome: 'appended' | 'wrong_expected_version';
}

/** One stream, whose events are numbered by revision; or with undefined the whole log, numbered by position. */
export type Source = string | undefined;
