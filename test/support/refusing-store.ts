import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  Metadata,
  ResponderBuilder,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { openLog } from '../../embedded/eventstoredb/log/log.js';
import { addServices } from '../../embedded/eventstoredb/protocol/services.js';
import { encodeReadEvent } from '../../embedded/eventstoredb/protocol/wire.js';

/** How a call is refused: a gRPC status, and the trailers by which the official client tells refusals apart. */
export interface Refused {
  readonly code: status;
  readonly details: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** @returns null to answer the call, `silence` to leave it as it is. `call` is the method's name, such as `Read`. */
type Refuse = (call: string, headers: Metadata) => Refused | 'silence' | null;

/** What goes out in place of an answer. */
type Alter = (answer: unknown) => unknown;

/** The embedded event store inside this process, refusing what it is told to refuse, and answering what it is told to. */
export async function hostRefusingStore(
  refuse: Refuse,
  alter: Alter = (answer) => answer,
): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'eventstoredb-'));
  const log = openLog(dataDir, encodeReadEvent);
  const server = new Server({ interceptors: [intercepting(refuse, alter)] });
  addServices(server, log, new AbortController().signal);
  const port = await promisify(server.bindAsync.bind(server))('127.0.0.1:0', ServerCredentials.createInsecure());
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    async stop() {
      server.forceShutdown();
      await log.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a node of a cluster that does not lead says to who asks for the leader. */
export function notLeader(leader: URL): Refused {
  return {
    code: status.NOT_FOUND,
    details: 'Leader info available',
    trailers: {
      exception: 'not-leader',
      'leader-endpoint-host': leader.hostname,
      'leader-endpoint-port': leader.port,
    },
  };
}

function intercepting(refuse: Refuse, alter: Alter): ServerInterceptor {
  return ({ path: method }, call) => {
    const listener = new ServerListenerBuilder().withOnReceiveMetadata((headers, next) => {
      const refused = refuse(method.slice(method.lastIndexOf('/') + 1), headers);
      if (refused === null) return next(headers);
      if (refused === 'silence') return;
      const metadata = Metadata.fromHttp2Headers({ ...refused.trailers });
      call.sendStatus({ code: refused.code, details: refused.details, metadata });
    });
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener.build()))
      .withSendMessage((answer, next) => next(alter(answer)));
    return new ServerInterceptingCall(call, responder.build());
  };
}
