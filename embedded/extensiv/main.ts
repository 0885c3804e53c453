import { numberOf, portOf, run, standIn } from '../shared/stand-in.js';
import { startExtensivSim } from './sim.js';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly skus: number;
  readonly stepSeconds: number;
  readonly tokenTtlSeconds: number;
  readonly seed: number;
}

/** `extensiv-sim`: the warehouse simulator as a process of its own. */
const { data: dataDir, ...options } = standIn('npm run extensiv-sim --', 'A warehouse that speaks the API of Extensiv.')
  .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 4010)
  .option('--data <folder>', 'where its state is kept; without it nothing outlives the process')
  .option('--client-id <id>', 'OAuth client id that it accepts', 'portal')
  .option('--client-secret <secret>', 'OAuth client secret that it accepts', 'portal-secret')
  .option('--skus <number>', 'products in its catalogue', numberOf, 300)
  .option('--step-seconds <number>', 'how long an order stays in one status', numberOf, 4)
  .option('--token-ttl-seconds <number>', 'how long an access token lives', numberOf, 3600)
  .option('--seed <number>', 'of the catalogue, and of faults with a probability', numberOf, 1)
  .parse()
  .opts<Options>();

await run('extensiv', async () => {
  const { url, close } = await startExtensivSim({ ...options, dataDir });
  const { clientId, clientSecret } = options;
  const settings = {
    EXTENSIV_BASE_URL: url,
    EXTENSIV_CLIENT_ID: clientId,
    EXTENSIV_CLIENT_SECRET: clientSecret,
  };
  return { address: url, settings, close };
});
