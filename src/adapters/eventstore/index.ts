import { BACKWARDS, END, ErrorType } from '@eventstore/db-client';
import type { EventStore, RecordedEvent, StreamRead } from '../../commands/event-store.js';
import { createAppend } from './append.js';
import { asUnavailable, type Connection, connect, ofLeader, typeOf } from './connection.js';
import { read } from './read.js';
import { createReadAll } from './read-all.js';
import { toRecorded } from './recorded.js';
import { createSubscribeToAll } from './subscribe.js';

/** As long as an append is waited for; well below the time in which an HTTP request is answered. */
const usualSilenceMs = 10_000;

/**
 * {@link EventStore} over `@eventstore/db-client`.
 *
 * @param url connection string, `esdb://…` or `esdb+discover://…`
 * @param silenceMs how long a read waits for the server to say something; a subscription waits longer
 */
export function createEventStore(url: string, silenceMs = usualSilenceMs): EventStore {
  const connection = connect(url, silenceMs);
  // The client moves on after a call that did not reach a leader, and leaves its stream of appends where it was. An answer
  // to an append that the end of another such stream has taken for lost ends the process: reads must not make it move.
  const appends = connect(url, silenceMs);

  const all = createReadAll(connection);
  const one = (stream: string, options?: StreamRead) => readStream(connection, stream, options);

  return {
    append: createAppend(appends, { head: all.head, readStream: one }),
    subscribeToAll: createSubscribeToAll(connection, all),

    readStream: one,

    async last(stream) {
      const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, ...ofLeader } as const;
      try {
        for await (const resolved of read(connection, (client) => client.readStream(stream, options))) {
          return toRecorded(resolved);
        }
        return null;
      } catch (error) {
        if (isGone(error)) return null;
        throw asUnavailable(error, `reading the end of ${stream} failed`);
      }
    },

    ...all,

    async close() {
      await Promise.all([appends.close(), connection.close()]);
    },
  };
}

async function* readStream(
  connection: Connection,
  stream: string,
  { fromRevision = 0n, maxCount = Number.POSITIVE_INFINITY, pageSize = maxCount }: StreamRead = {},
): AsyncGenerator<RecordedEvent> {
  let from = fromRevision;
  let remaining = maxCount;
  try {
    while (remaining > 0) {
      const due = Math.min(remaining, pageSize);
      const options = { fromRevision: from, ...(Number.isFinite(due) ? { maxCount: due } : {}), ...ofLeader };
      let came = 0;
      for await (const resolved of read(connection, (client) => client.readStream(stream, options))) {
        came += 1;
        from = (resolved.event?.revision ?? from) + 1n;
        const event = toRecorded(resolved);
        if (event) yield event;
      }
      if (came < due) return;
      remaining -= came;
    }
  } catch (error) {
    if (isGone(error)) return;
    throw asUnavailable(error, `reading ${stream} failed`);
  }
}

/** Whether there is no such stream, or none any more: somebody can have tombstoned it. */
function isGone(error: unknown): boolean {
  return goneTypes.has(typeOf(error));
}

const goneTypes: ReadonlySet<string> = new Set([
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.STREAM_DELETED,
  // What the client makes of the same without a word of which kind it is.
  ErrorType.NOT_FOUND,
]);
