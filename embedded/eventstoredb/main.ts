import { portOf, run, standIn } from '../shared/stand-in.js';
import { startEventStoreDb } from './server.js';

/** `eventstoredb`: the event store as a process of its own. */
const { host, port, data } = standIn(
  'npm run eventstoredb --',
  'An event store that speaks the protocol of EventStoreDB.',
)
  .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 2113)
  .option('--data <folder>', 'where the events are kept', '.data/eventstoredb')
  .parse()
  .opts<{ host: string; port: number; data: string }>();

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await run('eventstoredb', async () => {
  const { url, close } = await startEventStoreDb({ host, port, dataDir: data });
  return { address: url, settings: { EVENTSTORE_URL: url }, close };
});
