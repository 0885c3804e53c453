import {
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../../src/commands/event-store.js';

/**
 * The event store's contract over a map, without `$all`.
 *
 * @param onEvents told of what was appended, before the append ends
 */
export function createMemoryStore(
  onEvents: (events: readonly RecordedEvent[]) => Promise<void> = async () => undefined,
): EventStore {
  const streams = new Map<string, RecordedEvent[]>();
  let written = 0n;
  return {
    async *readStream(stream, { fromRevision = 0n } = {}) {
      yield* (streams.get(stream) ?? []).slice(Number(fromRevision));
    },
    last: async (stream) => streams.get(stream)?.at(-1) ?? null,
    async append(stream, events: readonly NewEvent[], expected) {
      const known = streams.get(stream) ?? [];
      const at = known.length === 0 ? 'no_stream' : BigInt(known.length - 1);
      if (at !== expected) throw new WrongExpectedRevision(stream);
      for (const event of events) {
        written += 1n;
        const position = { commit: written, prepare: written };
        known.push({ ...event, stream, revision: BigInt(known.length), position });
        streams.set(stream, known);
      }
      await onEvents(known.slice(-events.length));
      return { revision: BigInt(known.length - 1), position: { commit: written, prepare: written } };
    },
    readAll: () => {
      throw new Error('nothing here reads $all');
    },
    readAllPages: () => {
      throw new Error('nothing here reads $all');
    },
    subscribeToAll: () => {
      throw new Error('nothing here subscribes');
    },
    head: async () => (written === 0n ? null : { commit: written, prepare: written }),
    close: async () => {},
  };
}
