import { finished, type Readable } from 'node:stream';
import type { AllStreamResolvedEvent, EventStoreDBClient, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { EventStoreUnavailable } from '../../commands/event-store.js';
import type { Connection } from './connection.js';

/** Events in a page at most. A stream buffers fewer; one that refills while it is emptied must let its reader in, too. */
const maxPage = 1_024;

/**
 * Everything a read of the client yields, a page at a time: each turn of the event loop costs about as much as taking an
 * event apart.
 *
 * @throws EventStoreUnavailable when the client was dropped meanwhile: its reads then end early and without an error
 */
export async function* readPages<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<readonly Event[]> {
  const client = await connection.client();
  const reading = start(client);
  try {
    yield* pagesOf<Event>(reading as Readable);
    if (connection.isDropped(client)) throw new EventStoreUnavailable('the connection was replaced during a read');
  } finally {
    // A read that is left early goes on in the client until it is cancelled, and what had arrived by then must run out,
    // or the read never ends and keeps the client from closing.
    await reading.cancel().catch(() => undefined);
    reading.resume();
  }
}

/** The same, event by event. */
export async function* read<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<Event> {
  for await (const page of readPages(connection, start)) for (const event of page) yield event;
}

/** What a stream of objects iterates over, as much as there is at a time. */
async function* pagesOf<Item>(stream: Readable): AsyncGenerator<readonly Item[]> {
  let end: { readonly failure: unknown } | null = null;
  let wake: () => void = () => undefined;
  const onReadable = () => wake();
  stream.on('readable', onReadable);
  const forget = finished(stream, { writable: false }, (failure) => {
    end = { failure };
    wake();
  });
  const ended = () => end;
  try {
    for (;;) {
      const page = take<Item>(stream);
      if (page.length > 0) {
        yield page;
        continue;
      }
      const over = ended();
      if (over?.failure) throw over.failure;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stream.off('readable', onReadable);
    forget();
    if (ended()?.failure) stream.destroy();
  }
}

function take<Item>(stream: Readable): Item[] {
  const page: Item[] = [];
  if (stream.destroyed) return page;
  while (page.length < maxPage) {
    const item: Item | null = stream.read();
    if (item === null) break;
    page.push(item);
  }
  return page;
}
