import { type AllStreamResolvedEvent, BACKWARDS, END, type EventStoreDBClient, START } from '@eventstore/db-client';
import { type AllRead, comparePositions, type EventStore, type RecordedEvent } from '../../commands/event-store.js';
import { asUnavailable, type Connection, ofLeader } from './connection.js';
import { read, readPages } from './read.js';
import { toRecorded } from './recorded.js';

/** The part of {@link EventStore} that reads `$all`, over the client. */
export function createReadAll(connection: Connection): Pick<EventStore, 'readAll' | 'readAllPages' | 'head'> {
  return {
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
  };
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
