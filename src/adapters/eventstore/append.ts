import { setDefaultHighWaterMark } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorType, type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import pLimit from 'p-limit';
import {
  type EventStore,
  EventStoreUnavailable,
  type NewEvent,
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

/** What is read of the store where the answer to an append does not say enough. */
type Read = Pick<EventStore, 'head' | 'readStream'>;
type Appended = Awaited<ReturnType<EventStore['append']>>;

/** {@link EventStore.append} over the client. */
export function createAppend(connection: Connection, read: Read): EventStore['append'] {
  setDefaultHighWaterMark(true, objectsBuffered);
  const limit = pLimit(maxInFlight);
  return (stream, events, expected) => limit(() => appendWithRetries({ connection, read }, stream, events, expected));
}

async function appendWithRetries(
  { connection, read }: { connection: Connection; read: Read },
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | 'no_stream',
): Promise<Appended> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connection.client();
    try {
      const appended = await appendOnce({ client, read }, stream, events, expected);
      if (appended) return appended;
    } catch (error) {
      const failure = `append to ${stream} failed: ${reasonOf(error)}`;
      if (!isTransient(error)) throw new Error(failure, { cause: error });
      if (!isSound(error)) connection.replace(client);
      if (attempt === attempts) throw new EventStoreUnavailable(failure, { cause: error });
      await sleep(pauseMs * attempt);
      continue;
    }
    const before = attempt > 1 ? await writtenBefore(read, stream, events, expected) : null;
    if (before) return before;
    throw new WrongExpectedRevision(stream);
  }
}

/** @returns null when the stream is not as expected */
async function appendOnce(
  { client, read }: { client: EventStoreDBClient; read: Read },
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | 'no_stream',
): Promise<Appended | null> {
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
  try {
    const { success, nextExpectedRevision, position } = await within(
      attemptTimeoutMs,
      appending,
      EventStoreUnavailable,
    );
    // A connection string can ask for conflicts as answers.
    if (!success) return null;
    // Old servers tell no position of a repeat. The end of the log is not before it.
    const known = position ?? (await read.head());
    if (!known) throw new EventStoreUnavailable(`append to ${stream} was acknowledged without a position`);
    return { revision: nextExpectedRevision, position: known };
  } catch (error) {
    if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) return null;
    throw error;
  }
}

/**
 * An attempt whose answer was lost can have been the one that succeeded. Not every store knows its repeat, and the command
 * would be decided once more: by its own events, which leave nothing to do, though nobody has acted on them.
 */
async function writtenBefore(
  { readStream }: Read,
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | 'no_stream',
): Promise<Appended | null> {
  const fromRevision = expected === 'no_stream' ? 0n : expected + 1n;
  const ids = events.map(({ id }) => id);
  for await (const { id, revision, position } of readStream(stream, { fromRevision, maxCount: events.length })) {
    if (id !== ids.shift()) return null;
    if (ids.length === 0) return { revision, position };
  }
  return null;
}
