import { portOf, run, standIn } from '../shared/stand-in.js';
import { startStripeSim } from './server.js';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly secretKey: string;
  readonly webhookUrl?: string;
  readonly webhookSecret: string;
}

/** `stripe-sim`: the payment stand-in as a process of its own. */
const { data: dataDir, ...options } = standIn('npm run stripe-sim --', 'A stand-in for one account of Stripe.')
  .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 4020)
  .option('--data <folder>', 'where its state is kept; without it nothing outlives the process')
  .option('--secret-key <key>', 'secret key that it accepts', 'sk_test_embedded')
  .option('--webhook-url <url>', 'where events are posted: /api/v1/webhooks/stripe of the portal; without it nowhere')
  .option('--webhook-secret <secret>', 'what it signs them with', 'whsec_embedded')
  .parse()
  .opts<Options>();

await run('stripe', async () => {
  const sim = await startStripeSim({ ...options, dataDir });
  const settings = {
    STRIPE_API_BASE: sim.url,
    STRIPE_SECRET_KEY: options.secretKey,
    STRIPE_WEBHOOK_SECRET: options.webhookSecret,
  };
  return { address: sim.url, settings, close: () => sim.close() };
});
