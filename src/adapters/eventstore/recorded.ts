import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import {
  type EventMetadata,
  foreignMetadata,
  type Position,
  type RecordedEvent,
  unknownPosition,
} from '../../commands/event-store.js';

/**
 * The store's event in the portal's terms. What somebody else has written, whatever its type, comes as an event that no one
 * acts on, see {@link foreignMetadata}: it takes up a revision, and an audit has to name it.
 *
 * @returns null for one in a stream of the store itself, other than settings of a stream (`$$…`), and in one whose name
 * PostgreSQL takes into no column: not even to be parked
 */
export function toRecorded(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | null {
  const { event } = resolved;
  if (!event || /^\$(?!\$)|\0/.test(event.streamId)) return null;
  const position = 'position' in event && isTold(event.position) ? event.position : unknownPosition;
  const { id, streamId: stream, revision, type, isJson, data, metadata, created } = event;
  if (isJson && isMetadata(metadata) && !stream.startsWith('$'))
    return { id, stream, revision, position, type, data, metadata };
  const foreign = { type: `foreign:${type}`, data: isJson ? data : {}, metadata: foreignMetadata(id, created) };
  return { id, stream, revision, position, ...foreign };
}

/** Where a server has no position to tell it leaves it out, or tells the largest number there is. */
function isTold(position: Position | undefined): position is Position {
  return position !== undefined && position.commit !== notTold;
}

const notTold = 2n ** 64n - 1n;

function isMetadata(metadata: unknown): metadata is EventMetadata {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { hash, recordedAt } = metadata as Record<string, unknown>;
  return (
    typeof hash === 'string' && hash !== '' && typeof recordedAt === 'string' && !Number.isNaN(Date.parse(recordedAt))
  );
}
