import { envelope } from '../../src/commands/event-envelope.js';
import type { RecordedEvent } from '../../src/commands/event-store.js';
import type { DomainEvent } from '../../src/domain/shared/event-schema.js';
import { exampleId, minute } from './orders.js';

/** Events as they are recorded in a stream of their own, one a minute, with their hash chain. */
export function recordedStream(stream: string, events: readonly DomainEvent[], actor = 'system:test'): RecordedEvent[] {
  let prevHash: string | null = null;
  return events.map((event, index) => {
    const context = { correlationId: exampleId(900), causationId: exampleId(900 + index), actor };
    const recordedAt = minute(index);
    const [wrapped] = envelope([event], { commandId: exampleId(index), context, recordedAt, prevHash });
    if (!wrapped) throw new Error('an event is wrapped as one');
    prevHash = wrapped.metadata.hash;
    const position = { commit: BigInt(index), prepare: BigInt(index) };
    return { ...wrapped, stream, revision: BigInt(index), position };
  });
}
