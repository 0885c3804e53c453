import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { type EventMetadata, foreignMetadata, type RecordedEvent } from '../../commands/event-store.js';

/**
 * The store's event in the portal's terms, or null for one of the store itself. What somebody else has written into a
 * stream comes as an event that no one acts on, see {@link foreignMetadata}: it takes up a revision, and an audit has to
 * name it.
 */
export function toRecorded(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | null {
  const { event } = resolved;
  if (!event || event.streamId.startsWith('$') || event.type.startsWith('$')) return null;
  const position = 'position' in event && event.position ? event.position : unknownPosition;
  const place = { id: event.id, stream: event.streamId, revision: event.revision, position };
  if (event.isJson && isMetadata(event.metadata)) {
    return { ...place, type: event.type, data: event.data, metadata: event.metadata };
  }
  return {
    ...place,
    type: `foreign:${event.type}`,
    data: event.isJson ? event.data : {},
    metadata: foreignMetadata(event.id, event.created),
  };
}

/** Old servers leave positions out of stream reads. */
const unknownPosition = { commit: 0n, prepare: 0n };

function isMetadata(metadata: unknown): metadata is EventMetadata {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { hash, recordedAt } = metadata as Record<string, unknown>;
  return (
    typeof hash === 'string' && hash !== '' && typeof recordedAt === 'string' && !Number.isNaN(Date.parse(recordedAt))
  );
}
