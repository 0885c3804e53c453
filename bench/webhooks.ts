import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withPortal } from './portal-stack.js';
import { type BenchRow, type Round, row } from './row.js';
import { acknowledged } from './workload/webhooks.js';

const rounds = 3;

/**
 * Measures how fast webhooks are acknowledged, while their processing goes on behind, beside a bare Fastify route in a
 * process of its own that only checks the signature and inserts one row.
 */
export function benchWebhooks(): Promise<BenchRow[]> {
  return withPortal(async ({ base, env }) => {
    const bare = await startBare(env);
    const acknowledge = (url: string) => acknowledged(url, env.STRIPE_WEBHOOK_SECRET ?? '');
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
