import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import Stripe from 'stripe';
import { withPortal } from './portal-stack.js';
import { type BenchRow, type Round, row } from './row.js';

const rounds = 3;
const measureSeconds = 5;
const connections = 16;

/**
 * Measures how fast webhooks are acknowledged, while their processing goes on behind, beside a bare Fastify route in a
 * process of its own that only checks the signature and inserts one row.
 */
export function benchWebhooks(): Promise<BenchRow[]> {
  return withPortal(async ({ base, env }) => {
    const bare = await startBare(env);
    const acknowledge = (url: string) => deliver(url, env.STRIPE_WEBHOOK_SECRET ?? '');
    const portalUrl = `${base}/api/v1/webhooks/stripe`;
    await acknowledge(bare.url);
    await acknowledge(portalUrl);
    const rates: Round[] = [];
    const waits: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const reference = await acknowledge(bare.url);
      const value = await acknowledge(portalUrl);
      rates.push({ value: value.rate, referenceValue: reference.rate });
      waits.push({ value: value.p99, referenceValue: reference.p99 });
    }
    await bare.stop();
    const reference = 'bare Fastify: signature and one row';
    return [
      row({ name: 'webhooks acknowledged', unit: '1/s', reference }, ...rates),
      row({ name: 'webhooks acknowledged: p99', unit: 'ms', reference }, ...waits),
    ];
  });
}

/** Sends events of a kind that the portal keeps and does nothing else about, each once and signed. */
async function deliver(url: string, secret: string): Promise<{ rate: number; p99: number }> {
  const run = await autocannon({
    url,
    connections,
    duration: measureSeconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const payload = JSON.stringify(event());
          const headers = {
            'content-type': 'application/json',
            'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
          };
          return { ...request, headers, body: payload };
        },
      },
    ],
  });
  const failures = run.non2xx + run.errors;
  if (failures > 0) throw new Error(`${failures} webhooks were refused by ${url}`);
  return { rate: run['2xx'] / run.duration, p99: run.latency.p99 };
}

function event(): object {
  return {
    id: `evt_${randomUUID()}`,
    object: 'event',
    api_version: '2026-01-28',
    type: 'customer.updated',
    created: Math.floor(Date.now() / 1000),
    data: { object: { id: `cus_${randomUUID()}`, object: 'customer', description: 'x'.repeat(800) } },
  };
}

async function startBare(env: Record<string, string>) {
  const program = fileURLToPath(new URL('./webhook-reference.js', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env });
  const [url] = await once(createInterface(child.stdout ?? process.stdin), 'line');
  return {
    url: String(url),
    async stop(): Promise<void> {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
