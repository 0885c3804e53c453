import { v5 as uuidv5 } from 'uuid';
import { currentVersion, upcast } from '../domain/event-catalogue.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import { canonicalJson } from './canonical-json.js';
import type { NewEvent, RecordedEvent } from './event-store.js';
import { eventHash } from './hash-chain.js';
import { sealedMembers } from './privacy/personal-data.js';
import type { CommandContext } from './use-cases.js';

/** Personal data that the portal must be able to read is sealed: its key is lost, or it was changed. Erased data is not. */
export class PersonalDataUnreadable extends Error {
  override readonly name = 'PersonalDataUnreadable';
}

/** A type that this build knows, in a schema version that it does not: a newer release has written it. */
class SchemaVersionUnknown extends Error {
  override readonly name = 'SchemaVersionUnknown';
}

/**
 * A recorded event at its type's current schema version. Of an unknown type there are no data; deciders ignore it.
 *
 * @throws PersonalDataUnreadable for an event whose personal data are not open: nobody may take a box for a customer
 * @throws SchemaVersionUnknown
 */
export function currentEvent(recorded: RecordedEvent): DomainEvent {
  const data = dataIfKnown(recorded);
  const newest = data === undefined ? currentVersion(recorded.type) : undefined;
  if (newest !== undefined) {
    const { stream, revision, type, metadata } = recorded;
    throw new SchemaVersionUnknown(
      `${type} #${revision} of ${stream} has schema version ${metadata.schemaVersion}, this release knows up to ${newest}`,
    );
  }
  return { type: recorded.type, data };
}

/**
 * The data of {@link currentEvent} for people to look at: of a type or version that is not known, as they are stored.
 *
 * @throws PersonalDataUnreadable
 */
export function shownData(recorded: RecordedEvent): unknown {
  return dataIfKnown(recorded) ?? recorded.data;
}

function dataIfKnown(recorded: RecordedEvent): unknown {
  if (sealedMembers(recorded).length > 0) {
    const { stream, revision, type, unreadable = 'it was read without being opened' } = recorded;
    throw new PersonalDataUnreadable(`${type} #${revision} of ${stream} is not readable: ${unreadable}`);
  }
  return upcast(recorded.type, recorded.metadata.schemaVersion, recorded.data);
}

/** Id of the event that a command makes at this place. @param commandId UUID */
export function eventId(commandId: string, index: number): string {
  return uuidv5(String(index), commandId);
}

/**
 * Wraps decided events for appending: deterministic ids, metadata, and the next links of the stream's hash chain.
 *
 * @param commandId UUID; ids are its v5 children by index, so that an append can be repeated safely
 * @param prevHash hash of the stream's last event, null for a new stream
 */
export function envelope(
  events: readonly DomainEvent[],
  options: { commandId: string; context: CommandContext; recordedAt: string; prevHash: string | null },
): NewEvent[] {
  let prevHash = options.prevHash;
  return events.map((event, index) => {
    // What is hashed is what a reader will parse back: without undefined members. An audit is faster at members in order.
    const data: unknown = JSON.parse(canonicalJson(event.data));
    const metadata = {
      $causationId: options.context.causationId,
      $correlationId: options.context.correlationId,
      actor: options.context.actor,
      hash: '',
      prevHash,
      recordedAt: options.recordedAt,
      schemaVersion: versionOf(event.type),
    };
    metadata.hash = eventHash(event.type, data, metadata);
    prevHash = metadata.hash;
    return { id: eventId(options.commandId, index), type: event.type, data, metadata };
  });
}

function versionOf(type: string): number {
  const version = currentVersion(type);
  if (version === undefined) throw new TypeError(`event type ${type} is not in the catalogue`);
  return version;
}
