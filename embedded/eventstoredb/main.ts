import { parseArgs } from 'node:util';
import { runUntilStopped } from '../shared/lifecycle.js';
import { startEventStoreDb } from './server.js';

/** `eventstoredb`: the event store as a process of its own. */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '2113' },
    data: { type: 'string', default: '.data/eventstoredb' },
  },
});

try {
  const server = await startEventStoreDb({ host: values.host, port: Number(values.port), dataDir: values.data });
  runUntilStopped(server.close);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  console.log(`eventstoredb ready ${server.url}`);
} catch (error) {
  console.error(`eventstoredb cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
