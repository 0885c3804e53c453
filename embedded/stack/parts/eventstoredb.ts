import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { nodeProgram, placeArguments, saysReady } from './node-program.js';

/** The embedded event store, which speaks EventStoreDB's gRPC protocol. */
export const eventstoredb: PartDefinition = {
  name: 'eventstoredb',
  isNeeded: (env) => isUnset(env, 'EVENTSTORE_URL'),
  ports: { main: 2113 },
  startLimitMs: 60_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 10_000,
  async prepare(context) {
    const port = context.port('main');
    const url = `esdb://127.0.0.1:${port}?tls=false`;
    const place = { port, dataDir: path.join(context.dataDir, 'eventstoredb') };
    return {
      command: nodeProgram('embedded/eventstoredb/main', placeArguments(place), context.env),
      serve: async () =>
        (await import('../../eventstoredb/server.js')).startEventStoreDb({ host: '127.0.0.1', ...place }),
      isReady: saysReady('eventstoredb'),
      settings: { EVENTSTORE_URL: url },
      urls: { eventstoredb: url },
    };
  },
};
