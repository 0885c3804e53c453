import { hashOf } from './canonical-json.js';
import { type EventMetadata, isForeign, type RecordedEvent, storedData } from './event-store.js';

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

export type ChainReason = 'hash' | 'prev-hash' | 'revision';

export interface ChainFault {
  readonly revision: bigint;
  readonly reason: ChainReason;
  /** The reason in words. */
  readonly detail: string;
}

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
    const reason = faultOf(event, expected, prevHash);
    if (reason) return { revision: event.revision, reason, detail: faultInWords(event, reason, expected) };
    prevHash = event.metadata.hash;
    expected += 1n;
  }
  return null;
}

function faultOf(event: RecordedEvent, due: bigint, prevHash: string | null): ChainReason | null {
  if (isForeign(event)) return 'hash';
  if (event.revision !== due) return 'revision';
  if (event.metadata.prevHash !== prevHash) return 'prev-hash';
  return hasOwnHash(event) ? null : 'hash';
}

/** @param due the revision that the event should have */
export function faultInWords(event: Omit<RecordedEvent, 'position'>, reason: ChainReason, due: bigint): string {
  switch (reason) {
    case 'hash':
      return isForeign(event)
        ? 'the portal did not write it'
        : 'its content is not what was recorded: type, data or metadata were changed';
    case 'revision':
      return `revision ${due} was due and ${event.revision} came`;
    case 'prev-hash':
      return due === 0n
        ? 'it stands first in its stream, but follows an event that is gone'
        : 'it does not follow the event before it';
  }
}
