import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import Stripe from 'stripe';
import { type StripeSim, type StripeSimOptions, startStripeSim } from '../../../embedded/stripe/server.js';
import { listen } from '../../support/listen.js';

export const secretKey = 'sk_test_contract';
export const webhookSecret = 'whsec_contract';

export const startSim = (options: Partial<StripeSimOptions> = {}): Promise<StripeSim> =>
  startStripeSim({
    secretKey: secretKey,
    webhookSecret: webhookSecret,
    webhookBaseDelayMs: 10,
    webhookMaxDelayMs: 50,
    ...options,
  });

/** The official client, only told where to connect to. */
export function officialClient(sim: StripeSim, options: Stripe.StripeConfig = {}): Stripe {
  return new Stripe(secretKey, {
    protocol: 'http',
    host: '127.0.0.1',
    port: sim.port,
    maxNetworkRetries: 0,
    telemetry: false,
    ...options,
  });
}

export interface Receiver {
  readonly url: string;
  /** Everything delivered so far, as it arrived. */
  readonly received: { event: Stripe.Event; signature: string; rawBody: Buffer }[];
  /** Answers to give next, then 200s. */
  readonly answers: number[];
  /** Resolves as soon as `count` deliveries of `type` have arrived. */
  arrived(type: string, count?: number): Promise<Stripe.Event[]>;
  close(): Promise<void>;
}

/** A webhook endpoint that remembers what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const answers: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const rawBody = await buffer(request);
    received.push({
      event: JSON.parse(rawBody.toString()) as Stripe.Event,
      signature: String(request.headers['stripe-signature']),
      rawBody,
    });
    response.writeHead(answers.shift() ?? 200).end();
    for (const look of waiting) look();
  });
  const { url, close } = await listen(server);
  return {
    url: `${url}/webhooks`,
    received,
    answers,
    arrived: (type, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const events = received.map(({ event }) => event).filter((event) => event.type === type);
          if (events.length < count) return;
          waiting.delete(look);
          resolve(events);
        };
        waiting.add(look);
        look();
      }),
    close,
  };
}
