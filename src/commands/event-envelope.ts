import { v5 as uuidv5 } from 'uuid';
import { currentVersion } from '../domain/event-catalogue.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import { canonicalJson } from './canonical-json.js';
import type { NewEvent } from './event-store.js';
import { eventHash } from './hash-chain.js';
import type { CommandContext } from './use-cases.js';

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

/** Id of the event that a command makes at this place. @param commandId UUID */
export function eventId(commandId: string, index: number): string {
  return uuidv5(String(index), commandId);
}

function versionOf(type: string): number {
  const version = currentVersion(type);
  if (version === undefined) throw new TypeError(`event type ${type} is not in the catalogue`);
  return version;
}
