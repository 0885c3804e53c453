import { setDefaultHighWaterMark } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorType, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import pLimit from 'p-limit';
import {
  type EventStore,
  EventStoreUnavailable,
  type NewEvent,
  type Position,
  WrongExpectedRevision,
} from '../../commands/event-store.js';
import { within } from '../within.js';
import { type Connection, isSound, isTransient, ofLeader, reasonOf, typeOf } from './connection.js';

/** More than a hundred appends at once could hang a fresh connection in old clients; 64 keeps the pipe full. */
const maxInFlight = 64;
const attemptTimeoutMs = 10_000;
/**
 * The client sends the deadline as a time of day by our clock, and the server compares it with its own: a process whose
 * clock is slow could append nothing. The client turns this value into a year; `attemptTimeoutMs` limits the wait.
 */
const deadline = Number.POSITIVE_INFINITY;
/** Repeats use the same event ids at the same expectation, which the store recognises. */
const attempts = 3;
const pauseMs = 200;

/**
 * The client puts appends beyond its stream's buffer in a queue whose failure nobody handles: a connection lost at that
 * moment would end the process. A buffer that holds all appends in flight leaves that queue empty. Node has no way to
 * size the buffer of that one stream, so this is every object stream's size in a process that appends.
 */
const objectsBuffered = 2 * maxInFlight;

/**
 * {@link EventStore.append} over the client.
 *
 * @param head stands for the position of an append that is answered without one, as a repeat is by old servers: not before it
 */
export function createAppend(connection: Connection, head: EventStore['head']): EventStore['append'] {
  setDefaultHighWaterMark(true, objectsBuffered);
  const limit = pLimit(maxInFlight);
  return (stream, events, expected) => limit(() => appendWithRetries({ connection, head }, stream, events, expected));
}

async function appendWithRetries(
  { connection, head }: { connection: Connection; head: EventStore['head'] },
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | 'no_stream',
): Promise<{ revision: bigint; position: Position }> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connection.client();
    try {
      const appending = client.appendToStream(
        stream,
        events.map((event) =>
          jsonEvent({
            id: event.id,
            type: event.type,
            data: event.data as Record<string, unknown>,
            metadata: { ...event.metadata },
          }),
        ),
        { expectedRevision: expected === 'no_stream' ? NO_STREAM : expected, deadline, ...ofLeader },
      );
      const result = await within(attemptTimeoutMs, appending, EventStoreUnavailable);
      const position = result.position ?? (await head());
      if (!position) throw new EventStoreUnavailable(`append to ${stream} was acknowledged without a position`);
      return { revision: result.nextExpectedRevision, position };
    } catch (error) {
      if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) throw new WrongExpectedRevision(stream);
      const failure = `append to ${stream} failed: ${reasonOf(error)}`;
      if (!isTransient(error)) throw new Error(failure, { cause: error });
      if (!isSound(error)) connection.replace(client);
      if (attempt === attempts) throw new EventStoreUnavailable(failure, { cause: error });
      await sleep(pauseMs * attempt);
    }
  }
}
