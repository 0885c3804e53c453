import pLimit from 'p-limit';
import { sealStream } from '../commands/aggregates.js';
import type { EventStore, RecordedEvent } from '../commands/event-store.js';
import { classifyFault } from './classify.js';
import type { Deviation } from './deviations.js';
import type { EventFinding, Findings } from './findings.js';

/** Events looked at on either side of a fault. */
const surroundings = 64;
/** Faults looked at a second time; more than this nobody reads. */
const maxLooks = 100;
const looksInFlight = 4;

/**
 * Brings together what chains and seals say. A seal says exactly what was done, so where both speak of the same stream
 * it has the word, unless the chain broke earlier.
 */
export async function reportEvents(
  findings: Findings,
  evidence: {
    readonly chains: readonly EventFinding[];
    /** Of the seals themselves. */
    readonly seals: readonly EventFinding[];
    readonly deviations: readonly (Deviation & Pick<EventFinding, 'reason'>)[];
    /** For a second look at broken chains; without one they are named as they broke. */
    readonly eventStore?: Pick<EventStore, 'readStream'>;
  },
): Promise<void> {
  const sealed = new Map(evidence.deviations.map((deviation) => [deviation.stream, deviation]));
  const [firstOfSeals] = evidence.seals;
  const chained = evidence.chains.filter(({ stream, revision, reason }) => {
    if (stream === sealStream && firstOfSeals) return revision < firstOfSeals.revision;
    const deviation = sealed.get(stream);
    if (!deviation) return true;
    // The chain shows at the event behind it what was done to the one before.
    if (revision >= deviation.revision - 1) return false;
    // An event that was moved up breaks the chain where it stands now.
    if (deviation.what === 'reordered' && reason === 'revision') return false;
    sealed.delete(stream);
    return true;
  });
  const { eventStore } = evidence;
  const look = pLimit(looksInFlight);
  const looked = await Promise.all(
    chained.map((finding, index) =>
      eventStore && index < maxLooks ? look(() => lookCloser(eventStore, finding)) : finding,
    ),
  );
  if (firstOfSeals && !chained.some(({ stream }) => stream === sealStream)) findings.add(firstOfSeals);
  for (const deviation of sealed.values()) findings.add({ kind: 'event', ...deviation });
  for (const finding of looked) findings.add(finding);
}

async function lookCloser(eventStore: Pick<EventStore, 'readStream'>, finding: EventFinding): Promise<EventFinding> {
  if (finding.reason === 'revision') return finding;
  const from = Math.max(0, finding.revision - surroundings);
  const events: RecordedEvent[] = [];
  const options = { fromRevision: BigInt(from), maxCount: 2 * surroundings };
  for await (const event of eventStore.readStream(finding.stream, options)) events.push(event);
  const at = events.findIndex(({ revision }) => Number(revision) === finding.revision);
  const { what, index } = classifyFault(events, at);
  const named = events[index];
  if (at < 0 || !named) return finding;
  const detail =
    what === 'removed' ? `${finding.detail}: that one was removed, or changed together with its hash` : finding.detail;
  return { ...finding, what, revision: Number(named.revision), type: named.type, eventId: named.id, detail };
}
