import type { AllStreamResolvedEvent, EventStoreDBClient, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { EventStoreUnavailable } from '../../commands/event-store.js';
import type { Connection } from './connection.js';

/**
 * Everything a read of the client yields.
 *
 * @throws EventStoreUnavailable when the client was dropped meanwhile: its reads then end early and without an error
 */
export async function* read<Event extends ResolvedEvent | AllStreamResolvedEvent>(
  connection: Connection,
  start: (client: EventStoreDBClient) => StreamingRead<Event>,
): AsyncGenerator<Event> {
  const client = await connection.client();
  const reading = start(client);
  try {
    yield* reading.iterator({ destroyOnReturn: false }) as AsyncIterable<Event>;
    if (connection.isDropped(client)) throw new EventStoreUnavailable('the connection was replaced during a read');
  } finally {
    // A read that is left early goes on in the client until it is cancelled, and what had arrived by then must run out,
    // or the read never ends and keeps the client from closing.
    await reading.cancel().catch(() => undefined);
    reading.resume();
  }
}
