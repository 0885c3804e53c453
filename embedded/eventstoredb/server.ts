import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { promisify } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type Log, openLog } from './log/log.js';
import { addServices } from './protocol/services.js';
import { encodeReadEvent } from './protocol/wire.js';

/** A little more than a client may send in one message, as the real server's limit. */
const receiveLimit = 17 * 1024 * 1024;
/** Calls that are still open this long after closing began are cut off. */
const closeTimeout = 500;

/**
 * Starts an event store that speaks EventStoreDB's gRPC protocol and keeps its events in `dataDir`. Port 0 takes a free
 * one; `url` is the connection string for clients.
 * @throws when the folder is foreign or in use.
 */
export async function startEventStoreDb({ host, port, dataDir }: { host: string; port: number; dataDir: string }) {
  const log = openLog(dataDir, encodeReadEvent);
  const server = new Server({ 'grpc.max_receive_message_length': receiveLimit });
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  addServices(server, log, stopping.signal);
  try {
    await begin(log);
    const bound = await promisify(server.bindAsync.bind(server))(`${host}:${port}`, ServerCredentials.createInsecure());
    return { url: `esdb://${host}:${bound}?tls=false`, close };
  } catch (error) {
    await log.close();
    throw error;
  }

  async function close(): Promise<void> {
    stopping.abort();
    const cut = setTimeout(() => server.forceShutdown(), closeTimeout);
    await promisify(server.tryShutdown.bind(server))();
    clearTimeout(cut);
    await log.close();
  }
}

/** A new log begins with an event of the system's own, as the real server's does: readers of `$all` must expect them. */
async function begin(log: Log): Promise<void> {
  if (log.last(undefined) !== undefined) return;
  const type = '$epoch-information';
  const data = Buffer.from(JSON.stringify({ epochNumber: 0, timeStamp: new Date().toISOString() }));
  const event = { id: randomUUID(), type, contentType: 'application/json', data, metadata: Buffer.alloc(0) };
  await log.append({ stream: type, expectation: 'any', events: [event] });
}
