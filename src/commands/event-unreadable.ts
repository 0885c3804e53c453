import type { RecordedEvent } from './event-store.js';

/** Why an event stops whoever folds its stream. */
export type UnreadableReason =
  /** A newer release has written it. */
  | 'schema-version-unknown'
  /** The key of its personal data is lost, or they were changed. */
  | 'personal-data-sealed'
  /** It is not what this release would have recorded. */
  | 'not-applicable';

/** An event that this process cannot read or apply, so that its stream has no state. Its message holds no customer data. */
export class EventUnreadable extends Error {
  readonly stream: string;
  readonly revision: bigint;
  readonly eventType: string;

  constructor(
    { stream, revision, type }: Pick<RecordedEvent, 'stream' | 'revision' | 'type'>,
    readonly reason: UnreadableReason,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${type} #${revision} of ${stream} ${why}`, options);
    this.stream = stream;
    this.revision = revision;
    this.eventType = type;
  }
}

/**
 * Personal data that the portal must be able to read stays encrypted: its key is lost, or it was changed. Erased data is
 * not.
 */
export class PersonalDataUnreadable extends EventUnreadable {
  override readonly name = 'PersonalDataUnreadable';
  constructor(event: RecordedEvent, why: string) {
    super(event, 'personal-data-sealed', `is not readable: ${why}`);
  }
}

/** A type that this build knows, in a schema version that it does not. */
export class SchemaVersionUnknown extends EventUnreadable {
  override readonly name = 'SchemaVersionUnknown';
  constructor(event: RecordedEvent, newest: number) {
    const why = `has schema version ${event.metadata.schemaVersion}, this release knows up to ${newest}`;
    super(event, 'schema-version-unknown', why);
  }
}

/** Folding it failed: a broken invariant of the stream, or of the code. */
export class EventNotApplicable extends EventUnreadable {
  override readonly name = 'EventNotApplicable';
  constructor(event: RecordedEvent, cause: unknown) {
    super(event, 'not-applicable', 'cannot be applied', { cause });
  }
}
