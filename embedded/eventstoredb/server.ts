import { setMaxListeners } from 'node:events';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { openLog } from './log/log.js';
import { addServices } from './protocol/services.js';
import { encodeReadEvent } from './protocol/wire.js';

/** A little more than a client may send in one message, as the real server's limit. */
const receiveLimit = 17 * 1024 * 1024;
/** Calls that are still open this long after closing began are cut off. */
const closeTimeout = 500;

export interface EventStoreDbOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly dataDir: string;
}

export interface EventStoreDb {
  /** Connection string for clients. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts an event store that speaks EventStoreDB's gRPC protocol and keeps its events in `dataDir`.
 * @throws {FolderRefusedError} when the folder is foreign or in use.
 */
export async function startEventStoreDb({ host, port, dataDir }: EventStoreDbOptions): Promise<EventStoreDb> {
  const log = openLog(dataDir, encodeReadEvent);
  const server = new Server({ 'grpc.max_receive_message_length': receiveLimit });
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  let boundPort = port;
  addServices(server, log, stopping.signal, () => ({ host, port: boundPort }));
  try {
    boundPort = await listen(server, `${host}:${port}`);
  } catch (error) {
    await log.close();
    throw error;
  }
  return {
    url: `esdb://${host}:${boundPort}?tls=false`,
    port: boundPort,
    async close() {
      stopping.abort();
      await stop(server);
      await log.close();
    },
  };
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), closeTimeout);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
