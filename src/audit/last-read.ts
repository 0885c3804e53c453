import type { EventStore } from '../commands/event-store.js';
import type { LastRead } from '../projections/runtime/last-event.js';
import type { Chains } from './chains.js';
import type { Deviation } from './deviations.js';
import type { EventFinding } from './findings.js';

/**
 * What projections have read last and the event store does not have, or not as it was: what came after the last seal is
 * seen to be gone by nothing else.
 *
 * @param read looked up before the head of the log
 * @param sealed what seals say, who know it better
 */
export async function lostSinceRead(
  eventStore: Pick<EventStore, 'readStream'>,
  read: readonly LastRead[],
  { chains, sealed }: { chains: Pick<Chains, 'lastRevision'>; sealed: readonly Deviation[] },
): Promise<(Deviation & Pick<EventFinding, 'reason'>)[]> {
  const found = new Map<string, Deviation & Pick<EventFinding, 'reason'>>();
  for (const { projection, last } of read) {
    const { stream } = last;
    if (found.has(stream) || sealed.some((deviation) => deviation.stream === stream)) continue;
    const end = chains.lastRevision(stream) ?? -1;
    const revision = Number(last.revision);
    if (end < revision) {
      const left = end < 0 ? 'the whole stream is gone' : `the stream now ends at revision ${end}`;
      const detail = `the projection ${projection} has read it up to revision ${revision}, and ${left}`;
      const gone = { what: 'truncated', type: null, eventId: null, reason: 'read' } as const;
      found.set(stream, { ...gone, stream, revision: end + 1, detail });
      continue;
    }
    for await (const event of eventStore.readStream(stream, { fromRevision: last.revision, maxCount: 1 })) {
      if (last.hash === '' || event.metadata.hash === last.hash) break;
      const detail = `the projection ${projection} has read another event there: it was changed, or one before it`;
      const { type, id: eventId } = event;
      found.set(stream, { what: 'changed', stream, revision, type, eventId, reason: 'read', detail });
    }
  }
  return [...found.values()];
}
