import { hashOf } from './canonical-json.js';
import { type EventMetadata, type RecordedEvent, storedData } from './event-store.js';

/**
 * Hash of an event in its stream's chain. A hash that is in the metadata already is left out.
 *
 * @returns SHA-256, hex, over the canonical JSON (RFC 8785) of `[prevHash, type, data, metadata without hash]`
 */
export function eventHash(type: string, data: unknown, metadata: Omit<EventMetadata, 'hash'>): string {
  return hashOf([metadata.prevHash, type, data, { ...metadata, hash: undefined }]);
}

/** Whether the hash of an event is that of its content. */
export function hasOwnHash(event: Omit<RecordedEvent, 'position'>): boolean {
  return eventHash(event.type, storedData(event), event.metadata) === event.metadata.hash;
}

export type ChainFault = { revision: bigint; reason: 'hash' | 'prev-hash' | 'revision' };

/**
 * Checks a stream from its first event on, or from behind another one.
 *
 * @param events as they follow each other, oldest first
 * @param before the event they follow, which is not checked itself; null for the beginning of the stream
 * @returns the first event that does not fit, or null when the chain holds
 */
export function firstChainFault(
  events: Iterable<RecordedEvent>,
  before: RecordedEvent | null = null,
): ChainFault | null {
  let prevHash = before?.metadata.hash ?? null;
  let expected = before ? before.revision + 1n : 0n;
  for (const event of events) {
    if (event.revision !== expected) return { revision: event.revision, reason: 'revision' };
    if (event.metadata.prevHash !== prevHash) return { revision: event.revision, reason: 'prev-hash' };
    if (!hasOwnHash(event)) return { revision: event.revision, reason: 'hash' };
    prevHash = event.metadata.hash;
    expected += 1n;
  }
  return null;
}
