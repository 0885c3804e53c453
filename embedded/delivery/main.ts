import { portOf, run, standIn } from '../shared/stand-in.js';
import { startDeliverySim } from './server.js';

const { data: dataDir, ...place } = standIn(
  'node dist/embedded/delivery/main.js',
  'A stand-in for the delivery partner.',
)
  .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 4030)
  .option('--data <folder>', 'where its state is kept; without it nothing outlives the process')
  .parse()
  .opts<{ host: string; port: number; data?: string }>();

await run('delivery', async () => {
  const sim = await startDeliverySim({ ...place, dataDir });
  return { address: sim.url, settings: { DELIVERY_PARTNER_URL: sim.url }, close: () => sim.close() };
});
