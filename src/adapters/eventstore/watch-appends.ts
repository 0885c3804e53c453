import { type EventStore, EventStoreUnavailable } from '../../commands/event-store.js';

/** An append that failed tells something about the present for so long, milliseconds. */
const toldForMs = 60_000;

/** An event store that remembers why appends fail at present: whoever only reads from it would not find out. */
export interface WatchedEventStore extends EventStore {
  /** Why the latest append failed, in words; null when it has succeeded, or failed a while ago. */
  appendFailure(): string | null;
}

export function watchAppends(store: EventStore): WatchedEventStore {
  let failure = { reason: '', until: Number.NEGATIVE_INFINITY };
  return {
    ...store,
    async append(stream, events, expected) {
      try {
        const appended = await store.append(stream, events, expected);
        failure.until = Number.NEGATIVE_INFINITY;
        return appended;
      } catch (error) {
        if (error instanceof EventStoreUnavailable) {
          failure = { reason: error.message, until: performance.now() + toldForMs };
        }
        throw error;
      }
    },
    appendFailure: () => (performance.now() < failure.until ? failure.reason : null),
  };
}
