import { v5 as uuidv5 } from 'uuid';
import { currentVersion, upcast } from '../domain/event-catalogue.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { NewEvent, RecordedEvent } from './event-store.js';
import { eventHash } from './hash-chain.js';
import type { CommandContext } from './use-cases.js';

/** A recorded event at its type's current schema version. An unknown type passes unchanged; deciders ignore it. */
export function currentEvent(recorded: RecordedEvent): DomainEvent {
  return {
    type: recorded.type,
    data: upcast(recorded.type, recorded.metadata.schemaVersion, recorded.data),
  };
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
    // What is hashed is what a reader will parse back: without undefined members.
    const data: unknown = JSON.parse(JSON.stringify(event.data));
    const metadata = {
      $correlationId: options.context.correlationId,
      $causationId: options.context.causationId,
      actor: options.context.actor,
      schemaVersion: versionOf(event.type),
      recordedAt: options.recordedAt,
      prevHash,
    };
    const hash = eventHash(event.type, data, metadata);
    prevHash = hash;
    return { id: uuidv5(String(index), options.commandId), type: event.type, data, metadata: { ...metadata, hash } };
  });
}

function versionOf(type: string): number {
  const version = currentVersion(type);
  if (version === undefined) throw new TypeError(`event type ${type} is not in the catalogue`);
  return version;
}
