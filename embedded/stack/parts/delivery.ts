import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { nodeProgram, placeArguments, saysReady } from './node-program.js';

/** The stand-in for the delivery partner. */
export const delivery: PartDefinition = {
  name: 'delivery',
  isNeeded: (env) => isUnset(env, 'DELIVERY_PARTNER_URL'),
  ports: { main: 4030 },
  startLimitMs: 30_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 5_000,
  async prepare({ dataDir, env, port }) {
    const url = `http://127.0.0.1:${port('main')}`;
    const place = { port: port('main'), dataDir: path.join(dataDir, 'delivery') };
    return {
      command: nodeProgram('embedded/delivery/main', placeArguments(place), env),
      serve: async () => (await import('../../delivery/server.js')).startDeliverySim(place),
      isReady: saysReady('delivery'),
      settings: { DELIVERY_PARTNER_URL: url },
      urls: { delivery: url },
    };
  },
};
