import { BACKWARDS, END, ErrorType, START } from '@eventstore/db-client';
import { comparePositions, type EventStore, EventStoreUnavailable } from '../../commands/event-store.js';
import { createAppend } from './append.js';
import { connect, isTransient, typeOf } from './connection.js';
import { toRecorded } from './recorded.js';
import { createSubscribeToAll } from './subscribe.js';

/**
 * {@link EventStore} over `@eventstore/db-client`.
 *
 * @param url connection string, `esdb://…` or `esdb+discover://…`
 */
export function createEventStore(url: string): EventStore {
  const connection = connect(url);

  return {
    append: createAppend(connection),
    subscribeToAll: createSubscribeToAll(connection),

    // A read that is left early goes on in the client until it is cancelled, and would keep the client from closing.
    async *readStream(stream, { fromRevision = 0n, maxCount } = {}) {
      const client = connection.client();
      const reading = client.readStream(stream, { fromRevision, ...(maxCount === undefined ? {} : { maxCount }) });
      try {
        for await (const resolved of reading) {
          const event = toRecorded(resolved);
          if (event) yield event;
        }
      } catch (error) {
        if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) return;
        if (isTransient(error)) connection.replace(client);
        throw asUnavailable(error, `reading ${stream} failed`);
      } finally {
        await reading.cancel();
      }
    },

    async *readAll({ prefixes, from, maxCount = Number.POSITIVE_INFINITY }) {
      // The client's read of $all takes no filter; ours is applied here.
      let remaining = maxCount;
      if (remaining <= 0) return;
      const reading = connection.client().readAll({ fromPosition: from ?? START });
      try {
        for await (const resolved of reading) {
          const event = toRecorded(resolved);
          if (!event || !prefixes.some((prefix) => event.stream.startsWith(prefix))) continue;
          if (from && comparePositions(event.position, from) <= 0) continue;
          yield event;
          remaining -= 1;
          if (remaining <= 0) return;
        }
      } catch (error) {
        throw asUnavailable(error, 'reading $all failed');
      } finally {
        await reading.cancel();
      }
    },

    async head() {
      const reading = connection.client().readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
      try {
        for await (const { event } of reading) {
          if (event) return event.position;
        }
        return null;
      } catch (error) {
        throw asUnavailable(error, 'reading the head of $all failed');
      } finally {
        await reading.cancel();
      }
    },

    close: () => connection.close(),
  };
}

function asUnavailable(error: unknown, message: string): unknown {
  return isTransient(error) ? new EventStoreUnavailable(message, { cause: error }) : error;
}
