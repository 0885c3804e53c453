import { isForeign, type RecordedEvent } from '../commands/event-store.js';
import { type ChainReason, faultInWords, hasOwnHash } from '../commands/hash-chain.js';
import type { EventFinding } from './findings.js';

/** What is remembered of a stream: some 200 bytes, however long it is. */
interface Link {
  revision: number;
  hash: string;
  broken: boolean;
}

/** What of an event the chain is about. */
export type ChainedEvent = Omit<RecordedEvent, 'position'>;

/** Follows the hash chains of many streams at once, as their events pass by in any interleaving. */
export interface Chains {
  /** @returns the finding when this is the first event of its stream that does not fit, else null */
  check(event: ChainedEvent): EventFinding | null;
  has(stream: string): boolean;
  /** Null for a stream that was not seen. */
  lastRevision(stream: string): number | null;
  readonly streams: number;
}

/** @param partial streams may begin in the middle: their first event shown is checked by its own hash only */
export function createChains({ partial = false }: { partial?: boolean } = {}): Chains {
  const links = new Map<string, Link>();
  return {
    check(event) {
      const { hash } = event.metadata;
      const revision = Number(event.revision);
      const link = links.get(event.stream);
      const due = link ? link.revision + 1 : 0;
      const reason = link?.broken ? null : faultOf(event, link, partial);
      const broken = link?.broken || reason !== null;
      if (!link) {
        links.set(event.stream, { revision, hash, broken });
      } else {
        link.revision = revision;
        link.hash = hash;
        link.broken = broken;
      }
      return reason && findingOf(event, reason, due);
    },
    has: (stream) => links.has(stream),
    lastRevision: (stream) => links.get(stream)?.revision ?? null,
    get streams() {
      return links.size;
    },
  };
}

function faultOf(event: ChainedEvent, link: Link | undefined, partial: boolean): ChainReason | null {
  if (isForeign(event)) return 'hash';
  if (link || !partial) {
    if (Number(event.revision) !== (link ? link.revision + 1 : 0)) return 'revision';
    if (event.metadata.prevHash !== (link?.hash ?? null)) return 'prev-hash';
  }
  return hasOwnHash(event) ? null : 'hash';
}

/** What one event and the one before it can tell; `classifyFault` tells more with those around them. */
function findingOf(event: ChainedEvent, reason: ChainReason, due: number): EventFinding {
  const { stream, type, id: eventId } = event;
  const revision = Number(event.revision);
  const detail = faultInWords(event, reason, BigInt(due));
  switch (reason) {
    case 'hash': {
      const what = isForeign(event) ? 'inserted' : 'changed';
      return { kind: 'event', what, stream, revision, type, eventId, reason, detail };
    }
    case 'revision': {
      const what = revision > due ? 'removed' : 'reordered';
      if (what === 'reordered') return { kind: 'event', what, stream, revision, type, eventId, reason, detail };
      return { kind: 'event', what, stream, revision: due, type: null, eventId: null, reason, detail };
    }
    case 'prev-hash':
      return { kind: 'event', what: 'removed', stream, revision, type, eventId, reason, detail };
  }
}
