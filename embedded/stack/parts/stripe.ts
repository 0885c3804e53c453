import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { nodeProgram, placeArguments, saysReady } from './node-program.js';

/** The payment stand-in. It never starts beside a real key, which must not be sent to anyone but Stripe. */
export const stripe: PartDefinition = {
  name: 'stripe',
  isNeeded: (env) => isUnset(env, 'STRIPE_API_BASE') && isUnset(env, 'STRIPE_SECRET_KEY'),
  ports: { main: 4020 },
  startLimitMs: 30_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 5_000,
  async prepare({ dataDir, env, secrets, port, portalUrl }) {
    const url = `http://127.0.0.1:${port('main')}`;
    const key = secrets.get('stripeSecretKey', 'sk_test_');
    const webhookSecret = env.STRIPE_WEBHOOK_SECRET || secrets.get('stripeWebhookSecret', 'whsec_');
    const webhookUrl = `${portalUrl}/api/v1/webhooks/stripe`;
    const webhook = ['--webhook-url', webhookUrl, `--webhook-secret=${webhookSecret}`];
    const place = { port: port('main'), dataDir: path.join(dataDir, 'stripe') };
    const account = { secretKey: key, webhookUrl, webhookSecret };
    return {
      command: nodeProgram('embedded/stripe/main', [...placeArguments(place), ...webhook, `--secret-key=${key}`], env),
      serve: async () => (await import('../../stripe/server.js')).startStripeSim({ ...place, ...account }),
      isReady: saysReady('stripe'),
      settings: { STRIPE_API_BASE: url, STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: webhookSecret },
      urls: { stripe: url },
    };
  },
};
