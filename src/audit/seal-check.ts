import { sealStream } from '../commands/aggregates.js';
import { comparePositions, type Position, type RecordedEvent } from '../commands/event-store.js';
import type { LogSealed } from '../domain/seal/events.js';
import type { EventFinding } from './findings.js';
import { type Segment, unknownSegment } from './register.js';
import { eventsUpTo, sealIn, sealType, signedPart } from './seals.js';
import type { Verifier } from './signing.js';

/** What an audit has found out about the seals. */
export interface SealSummary {
  readonly count: number;
  readonly last: Pick<LogSealed, 'number' | 'digest' | 'sealedAt'> | null;
  /** Ids of the keys that signed them. */
  readonly keys: readonly string[];
}

/** Reads seals as the register of the log, and checks them on the way: signatures, numbers and the chain of digests. */
export interface SealReading {
  segments(): AsyncGenerator<Segment>;
  /** Once all have been read. */
  readonly summary: SealSummary;
  readonly findings: readonly EventFinding[];
}

/** Seals read at once: each is some hundred kilobytes, and serves while thousands of events pass by. */
export const sealPage = 2;
/** More than this nobody reads. */
const maxFindings = 100;

/**
 * @param events of the stream of seals, from the first one on
 * @param options `upTo`: seals behind it are not looked at, since the events they cover are not either. `verifier`: null
 *   when there is no key to check signatures with. `digests`: of seals that were kept elsewhere and must be there
 */
export function readSeals(
  events: AsyncIterable<Omit<RecordedEvent, 'position'> & { readonly position?: Position }>,
  options: { readonly verifier: Verifier | null; readonly upTo?: Position; readonly digests?: readonly string[] },
): SealReading {
  const { verifier, upTo, digests = [] } = options;
  const findings: EventFinding[] = [];
  const keys = new Set<string>();
  let last: LogSealed | null = null;
  let count = 0;
  let revision = -1;
  /** The first seal that came too early, and where the finding of it stands. */
  let early: { readonly seal: LogSealed; readonly at: number } | null = null;
  const sought = new Set(digests);

  return {
    async *segments() {
      for await (const event of events) {
        if (upTo && event.position && comparePositions(event.position, upTo) > 0) break;
        revision = Number(event.revision);
        const seal = sealIn(event);
        if (!seal) {
          report(event, 'inserted', 'it is no seal');
          continue;
        }
        // One whose signature is wrong is reported for that alone.
        const continues = !isSigned(event, seal) || isNext(event, seal);
        count += 1;
        sought.delete(seal.digest);
        // What it covers has been looked at, or is of another store.
        if (!continues) continue;
        const gone = seal.eventsBefore - eventsUpTo(last);
        if (gone > 0) yield unknownSegment(gone);
        last = seal;
        yield seal;
      }
      for (const digest of sought) {
        findings.push({
          kind: 'event',
          what: 'truncated',
          stream: sealStream,
          revision: revision + 1,
          type: sealType,
          eventId: null,
          reason: 'seal',
          detail: `the seal with the digest ${digest} is gone, and what it covered may be gone with it`,
        });
      }
    },
    get summary() {
      return {
        count,
        last: last && { number: last.number, digest: last.digest, sealedAt: last.sealedAt },
        keys: [...keys],
      };
    },
    findings,
  };

  function isSigned(event: SealPlace, seal: LogSealed): boolean {
    const keyId = String(seal.signature?.keyId);
    switch (verifier?.verify(signedPart(seal), seal.signature) ?? 'valid') {
      case 'valid':
        keys.add(keyId);
        return true;
      case 'invalid':
        report(event, 'changed', 'it is not what its signature is over');
        return false;
      case 'unknown-key':
        report(event, 'changed', `the key ${keyId} that signed it is not known: give it with --key if it is yours`);
        return false;
    }
  }

  /** @returns false for a seal that stands where later ones belong: it says nothing of the events that follow */
  function isNext(event: SealPlace, seal: LogSealed): boolean {
    const due = (last?.number ?? 0) + 1;
    if (early && seal.number < due && seal.digest === early.seal.previousDigest) {
      const found = findings[early.at];
      const detail = `seal ${early.seal.number} stands before seal ${seal.number}, which it continues`;
      if (found) findings[early.at] = { ...found, what: 'reordered', detail };
      return false;
    }
    if (seal.number < due) {
      report(event, 'inserted', `seal ${due} was due and seal ${seal.number} came: it is doubled, or of another store`);
      return false;
    }
    if (seal.number > due) {
      early ??= { seal, at: findings.length };
      report(event, 'removed', `seal ${due} was due and seal ${seal.number} came`);
      return true;
    }
    if (seal.previousDigest !== (last?.digest ?? null)) {
      report(event, 'changed', 'it does not continue the seal before it');
      return false;
    }
    return true;
  }

  function report({ revision: at, id }: SealPlace, what: EventFinding['what'], detail: string) {
    if (findings.length >= maxFindings) return;
    const place = { stream: sealStream, revision: Number(at), type: sealType, eventId: id };
    findings.push({ kind: 'event', what, ...place, reason: 'signature', detail });
  }
}

type SealPlace = Pick<RecordedEvent, 'revision' | 'id'>;

/** What the seals say of one stream alone. Digests are over all streams, so only marks and revisions are left of them. */
export async function* segmentsOf(stream: string, segments: AsyncIterable<Segment>): AsyncGenerator<Segment> {
  for await (const { streams, order, marks } of segments) {
    const indexes = new Map<number, number>();
    const kept = streams.filter((entry, index) => {
      if (entry.stream !== stream) return false;
      indexes.set(index, indexes.size);
      return true;
    });
    if (kept.length === 0) continue;
    const size = marks.length / order.length;
    const own = order.flatMap((index, at) => (indexes.has(index) ? [at] : []));
    yield {
      events: own.length,
      streams: kept,
      order: own.map((at) => indexes.get(order[at] ?? -1) ?? 0),
      marks: own.map((at) => marks.slice(at * size, (at + 1) * size)).join(''),
      previousDigest: null,
      digest: '',
    };
  }
}
