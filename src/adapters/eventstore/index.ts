import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  ErrorType,
  type EventStoreDBClient,
  START,
} from '@eventstore/db-client';
import {
  type AllRead,
  comparePositions,
  type EventStore,
  EventStoreUnavailable,
  type RecordedEvent,
  type StreamRead,
} from '../../commands/event-store.js';
import { createAppend } from './append.js';
import { type Connection, connect, isTransient, ofLeader, reasonOf, typeOf } from './connection.js';
import { read, readPages } from './read.js';
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

  return {
    append: createAppend(appends),
    subscribeToAll: createSubscribeToAll(connection),

    readStream: (stream, options) => readStream(connection, stream, options),

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

    async *readAll(options) {
      for await (const page of readAllPages(connection, options)) for (const event of page) yield event;
    },

    readAllPages: (options) => readAllPages(connection, options),

    async head() {
      const last = { direction: BACKWARDS, fromPosition: END, maxCount: 1, ...ofLeader } as const;
      try {
        for await (const { event } of read(connection, (client) => client.readAll(last))) {
          if (event) return event.position;
        }
        return null;
      } catch (error) {
        throw asUnavailable(error, 'reading the head of $all failed');
      }
    },

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

async function* readAllPages(
  connection: Connection,
  { prefixes, from, maxCount = Number.POSITIVE_INFINITY }: AllRead,
): AsyncGenerator<readonly RecordedEvent[]> {
  let remaining = maxCount;
  if (remaining <= 0) return;
  const start = (client: EventStoreDBClient) => client.readAll({ fromPosition: from ?? START, ...ofLeader });
  try {
    for await (const resolved of readPages(connection, start)) {
      const page = wantedOf(resolved, prefixes, from, remaining);
      if (page.length > 0) yield page;
      remaining -= page.length;
      if (remaining <= 0) return;
    }
  } catch (error) {
    throw asUnavailable(error, 'reading $all failed');
  }
}

/** The client's read of $all takes no filter, and includes where it begins. */
function wantedOf(
  resolved: readonly AllStreamResolvedEvent[],
  prefixes: AllRead['prefixes'],
  from: AllRead['from'],
  maxCount: number,
): RecordedEvent[] {
  const wanted: RecordedEvent[] = [];
  for (const one of resolved) {
    const event = toRecorded(one);
    if (!event || !prefixes.some((prefix) => event.stream.startsWith(prefix))) continue;
    if (from && comparePositions(event.position, from) <= 0) continue;
    wanted.push(event);
    if (wanted.length >= maxCount) break;
  }
  return wanted;
}

/** Whether there is no such stream, or none any more: somebody can have tombstoned it. */
function isGone(error: unknown): boolean {
  const type = typeOf(error);
  return type === ErrorType.STREAM_NOT_FOUND || type === ErrorType.STREAM_DELETED;
}

function asUnavailable(error: unknown, message: string): unknown {
  return isTransient(error) ? new EventStoreUnavailable(`${message}: ${reasonOf(error)}`, { cause: error }) : error;
}
