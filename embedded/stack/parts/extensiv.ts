import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { nodeProgram, placeArguments, saysReady } from './node-program.js';

/** The simulator moves an order every few seconds; polled every five minutes it would look as if nothing happened. */
const simulatedPollSeconds = '5';

/** The warehouse simulator. */
export const extensiv: PartDefinition = {
  name: 'extensiv',
  isNeeded: (env) => isUnset(env, 'EXTENSIV_BASE_URL'),
  ports: { main: 4010 },
  startLimitMs: 30_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 5_000,
  async prepare({ dataDir, env, secrets, port }) {
    const url = `http://127.0.0.1:${port('main')}`;
    const clientId = env.EXTENSIV_CLIENT_ID || 'portal';
    const clientSecret = env.EXTENSIV_CLIENT_SECRET || secrets.get('extensivClientSecret');
    // A generated secret may begin with a dash.
    const login = [`--client-id=${clientId}`, `--client-secret=${clientSecret}`];
    const place = { port: port('main'), dataDir: path.join(dataDir, 'extensiv') };
    return {
      command: nodeProgram('embedded/extensiv/main', [...placeArguments(place), ...login], env),
      serve: async () => (await import('../../extensiv/sim.js')).startExtensivSim({ ...place, clientId, clientSecret }),
      isReady: saysReady('extensiv'),
      settings: {
        EXTENSIV_BASE_URL: url,
        EXTENSIV_CLIENT_ID: clientId,
        EXTENSIV_CLIENT_SECRET: clientSecret,
        STATUS_POLL_INTERVAL_SECONDS: env.STATUS_POLL_INTERVAL_SECONDS || simulatedPollSeconds,
      },
      urls: { extensiv: url },
    };
  },
};
