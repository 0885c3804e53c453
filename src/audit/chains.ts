import { type RecordedEvent, storedData } from '../commands/event-store.js';
import { eventHash } from '../commands/hash-chain.js';
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
  readonly streams: number;
}

/** @param partial streams may begin in the middle: their first event shown is checked by its own hash only */
export function createChains({ partial = false }: { partial?: boolean } = {}): Chains {
  const links = new Map<string, Link>();
  return {
    check(event) {
      const { hash, ...metadata } = event.metadata;
      const revision = Number(event.revision);
      const link = links.get(event.stream);
      const reason = link?.broken ? null : faultOf(event, link, partial);
      if (link) Object.assign(link, { revision, hash, broken: link.broken || reason !== null });
      else links.set(event.stream, { revision, hash, broken: reason !== null });
      if (reason === null) return null;
      const { stream, type, id: eventId } = event;
      const expected = link ? link.revision + 1 : 0;
      const detail = details[reason](expected, revision, metadata.prevHash);
      return { kind: 'event', stream, revision, type, eventId, reason, detail };
    },
    has: (stream) => links.has(stream),
    get streams() {
      return links.size;
    },
  };
}

function faultOf(event: ChainedEvent, link: Link | undefined, partial: boolean): EventFinding['reason'] | null {
  const { hash, ...metadata } = event.metadata;
  if (!link && partial) return eventHash(event.type, storedData(event), metadata) === hash ? null : 'hash';
  if (Number(event.revision) !== (link ? link.revision + 1 : 0)) return 'revision';
  if (metadata.prevHash !== (link?.hash ?? null)) return 'prev-hash';
  return eventHash(event.type, storedData(event), metadata) === hash ? null : 'hash';
}

const details: Record<EventFinding['reason'], (expected: number, revision: number, prevHash: string | null) => string> =
  {
    revision: (expected, revision) =>
      `revision ${expected} was due and ${revision} came: what was between them is gone`,
    'prev-hash': (expected, _, prevHash) =>
      expected === 0
        ? `it follows an event ${prevHash?.slice(0, 12)}… that is gone, but stands first in its stream`
        : 'it does not follow the event before it: something was removed, inserted, exchanged or moved right before it',
    hash: () => 'its content is not what was recorded: type, data or metadata were changed',
  };
