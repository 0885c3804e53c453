import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import type { EventMetadata, RecordedEvent } from '../../commands/event-store.js';

/** The store's event in the portal's terms, or null for one that is not the portal's (system events, other content). */
export function toRecorded(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | null {
  const { event } = resolved;
  if (!event?.isJson || !isMetadata(event.metadata)) return null;
  const position = 'position' in event && event.position ? event.position : unknownPosition;
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
    stream: event.streamId,
    revision: event.revision,
    position,
  };
}

/** Old servers leave positions out of stream reads. */
const unknownPosition = { commit: 0n, prepare: 0n };

function isMetadata(metadata: unknown): metadata is EventMetadata {
  return typeof metadata === 'object' && metadata !== null && 'hash' in metadata && 'recordedAt' in metadata;
}
