import { currentVersion, upcast } from '../domain/event-catalogue.js';
import type { Decider } from '../domain/shared/decider.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { RecordedEvent } from './event-store.js';
import { EventNotApplicable, PersonalDataUnreadable, SchemaVersionUnknown } from './event-unreadable.js';
import { encryptedMembers } from './privacy/personal-data.js';

/**
 * A recorded event at its type's current schema version. Of an unknown type there are no data; deciders ignore it.
 *
 * @throws PersonalDataUnreadable for an event whose personal data are not open: nobody may take a box for a customer
 * @throws SchemaVersionUnknown
 */
export function currentEvent(recorded: RecordedEvent): DomainEvent {
  if (encryptedMembers(recorded).length > 0) throw new PersonalDataUnreadable(recorded, whyUnreadable(recorded));
  const { type, metadata } = recorded;
  const data = upcast(type, metadata.schemaVersion, recorded.data);
  const newest = data === undefined ? currentVersion(type) : undefined;
  if (newest !== undefined) throw new SchemaVersionUnknown(recorded, newest);
  return { type, data };
}

/**
 * Folds one recorded event onto a state.
 *
 * @throws EventUnreadable when it cannot be read, or not be applied
 */
export function evolveRecorded<Event extends DomainEvent, State>(
  { evolve }: Pick<Decider<never, Event, State>, 'evolve'>,
  state: State,
  recorded: RecordedEvent,
): State {
  const event = currentEvent(recorded) as Event;
  try {
    return evolve(state, event);
  } catch (error) {
    // A decider bears whatever the portal has recorded; this is something else.
    throw new EventNotApplicable(recorded, error);
  }
}

/** What a recorded event has to show; `unreadable` says why that is not all, or not sure to be understood. */
export interface ShownEvent {
  readonly data: unknown;
  readonly unreadable?: string;
}

/**
 * A recorded event for people to look at: of an unknown type or version the data as they are stored, and nothing of
 * encrypted data.
 */
export function shownEvent(recorded: RecordedEvent): ShownEvent {
  const { type, metadata } = recorded;
  const encrypted = encryptedMembers(recorded);
  if (encrypted.length > 0) {
    const names = new Set(encrypted.map(([name]) => name));
    const open = Object.entries(recorded.data as object).filter(([name]) => !names.has(name));
    return { data: Object.fromEntries(open), unreadable: whyUnreadable(recorded) };
  }
  const data = upcast(type, metadata.schemaVersion, recorded.data);
  if (data !== undefined) return { data };
  const newest = currentVersion(type);
  if (newest === undefined) return { data: recorded.data };
  const unreadable = `it has schema version ${metadata.schemaVersion}, this release knows up to ${newest}`;
  return { data: recorded.data, unreadable };
}

function whyUnreadable({ unreadable }: RecordedEvent): string {
  return unreadable ?? 'it was read without being opened';
}
