import { hash as digest } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { type EventMetadata, type RecordedEvent, storedData } from './event-store.js';

/**
 * Hash of an event in its stream's chain.
 *
 * @returns SHA-256, hex, over the canonical JSON (RFC 8785) of `[prevHash, type, data, metadata without hash]`
 */
export function eventHash(type: string, data: unknown, metadata: Omit<EventMetadata, 'hash'>): string {
  const canonical = canonicalJson([metadata.prevHash, type, data, metadata]);
  return digest('sha256', canonical);
}

export type ChainFault = { revision: bigint; reason: 'hash' | 'prev-hash' | 'revision' };

/**
 * Checks a stream from its first event on.
 *
 * @param events the whole stream, oldest first
 * @returns the first event that does not fit, or null when the chain holds
 */
export function firstChainFault(events: Iterable<RecordedEvent>): ChainFault | null {
  let prevHash: string | null = null;
  let expected = 0n;
  for (const event of events) {
    const { hash, ...metadata } = event.metadata;
    if (event.revision !== expected) return { revision: event.revision, reason: 'revision' };
    if (metadata.prevHash !== prevHash) return { revision: event.revision, reason: 'prev-hash' };
    if (eventHash(event.type, storedData(event), metadata) !== hash)
      return { revision: event.revision, reason: 'hash' };
    prevHash = hash;
    expected += 1n;
  }
  return null;
}
