import { finished, type Readable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turnOver } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  ErrorType,
  type EventStoreDBClient,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';
import { EventStoreUnavailable } from '../../commands/event-store.js';
import { type Connection, isTransient, typeOf } from './connection.js';
import { callOff, leave } from './leave.js';
import { watchSilence } from './silence.js';

/** Events in a page at most. One may be large: a seal is some hundred kilobytes. */
const maxPage = 128;

/** Pause before a read that was refused is asked for again, milliseconds. */
const pauseMs = 100;

/**
 * Everything a read of the client yields, a page at a time: each turn of the event loop costs about as much as taking an
 * event apart. A read that is refused is asked for once more: a server can be busy for a moment, and a node that does not
 * lead has told the client by then which one does.
 *
 * @throws EventStoreUnavailable when the server says nothing for too long, and when the client was dropped meanwhile: its
 * reads then end early and without an error
 */
export async function* readPages<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<readonly Event[]> {
  let came = false;
  try {
    for await (const page of readOnce(connection, start)) {
      came = true;
      yield page;
    }
  } catch (error) {
    if (came || error instanceof EventStoreUnavailable || !isTransient(error)) throw error;
    if (typeOf(error) !== ErrorType.NOT_LEADER) await sleep(pauseMs);
    yield* readOnce(connection, start);
  }
}

async function* readOnce<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<readonly Event[]> {
  const client = await connection.client();
  const reading = start(client);
  hearErrors(reading as Readable);
  let begun = false;
  let isLeft = true;
  try {
    for await (const page of pagesOf<Event>(reading as Readable, connection.silenceMs)) {
      begun = true;
      yield page;
    }
    isLeft = false;
    if (connection.isDropped(client)) throw new EventStoreUnavailable('the connection was replaced during a read');
  } catch (error) {
    isLeft = false;
    // The server may never speak on this connection.
    if (!begun && error instanceof EventStoreUnavailable) connection.replace(client);
    throw error;
  } finally {
    if (isLeft) leave(reading);
    else await callOff(reading);
  }
}

/** The same, event by event. */
export async function* read<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<Event> {
  for await (const page of readPages(connection, start)) for (const event of page) yield event;
}

/** A connection can be lost just after a reader has left; an error that nobody hears then would end the process. */
export function hearErrors(stream: Readable): void {
  stream.on('error', () => undefined);
}

/** What a stream of objects iterates over, as much as comes in a turn of the event loop at a time. */
async function* pagesOf<Item>(stream: Readable, silenceMs: number): AsyncGenerator<readonly Item[]> {
  let page: Item[] = [];
  let end: { readonly failure: unknown } | null = null;
  let wake: () => void = () => undefined;
  const onItem = (item: Item) => {
    if (page.push(item) >= maxPage) stream.pause();
    wake();
  };
  const forget = finished(stream, { writable: false }, (failure) => {
    end = { failure };
    wake();
  });
  const ended = () => end;
  const silence = watchSilence(silenceMs, (failure) => {
    end ??= { failure };
    wake();
  });
  stream.on('data', onItem);
  try {
    for (;;) {
      const over = ended();
      if (page.length > 0) {
        // The client hands over what has arrived one by one, with other work between.
        if (!over && page.length < maxPage) await turnOver();
        const taken = page;
        page = [];
        stream.resume();
        yield taken;
        continue;
      }
      if (over?.failure) throw over.failure;
      if (over) return;
      silence.begins();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      silence.ends();
    }
  } finally {
    silence.close();
    stream.off('data', onItem);
    forget();
    if (ended()?.failure) stream.destroy();
  }
}
