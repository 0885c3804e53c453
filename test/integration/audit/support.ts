import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { portalPrefixes } from '../../../src/commands/aggregates.js';
import type { EventStore, NewEvent, RecordedEvent } from '../../../src/commands/event-store.js';
import { collect } from '../../support/collect.js';
import { hostEventStore } from '../../support/eventstoredb.js';

/** An event for a store, as it may come out of the hands of somebody who can write to its files. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
}

/** Everything a store holds, in its order. */
export function everything(eventStore: EventStore): Promise<RecordedEvent[]> {
  return collect(eventStore.readAll({ prefixes: portalPrefixes }));
}

/** A store of its own that holds these events and no others, at whatever revisions their order gives them. */
export async function storeOf(
  events: readonly StoredEvent[],
): Promise<{ eventStore: EventStore; stop(): Promise<void> }> {
  const server = await hostEventStore();
  const eventStore = createEventStore(server.url);
  const revisions = new Map<string, bigint>();
  for (const { stream, ...event } of events) {
    const { revision } = await eventStore.append(stream, [event], revisions.get(stream) ?? 'no_stream');
    revisions.set(stream, revision);
  }
  return {
    eventStore,
    async stop() {
      await eventStore.close();
      await server.stop();
    },
  };
}
