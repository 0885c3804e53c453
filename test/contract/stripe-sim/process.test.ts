import { spawn } from 'node:child_process';
import { once } from 'node:events';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeProgram } from '../../../embedded/stack/parts/node-program.js';
import { startTestStack, type TestStack } from '../../support/stack.js';

let stack: TestStack;
let stripe: Stripe;

beforeAll(async () => {
  stack = await startTestStack(['stripe'], { programs: ['stripe'] });
  const url = new URL(stack.env.STRIPE_API_BASE ?? '');
  stripe = new Stripe(stack.env.STRIPE_SECRET_KEY ?? '', {
    protocol: 'http',
    host: url.hostname,
    port: url.port,
    maxNetworkRetries: 0,
    telemetry: false,
  });
});
afterAll(() => stack.stop());

it('keeps what it has answered when it is killed', async () => {
  const order = { amount: 1_000, currency: 'usd' };
  const created = await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' });
  await stack.kill('stripe');
  await stack.start('stripe');
  expect(await stripe.paymentIntents.retrieve(created.id)).toEqual(created);
  expect(await stripe.paymentIntents.create(order, { idempotencyKey: 'k-1' })).toEqual(created);
});

it('shows a page to pay with', async () => {
  const page = await fetch(stack.env.STRIPE_API_BASE ?? '');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('Payments');
});

it.each(['embedded/stripe/main', 'embedded/delivery/main'])('%s stops on SIGTERM', async (source) => {
  const child = start(source, process.pid);
  await ready(child);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.each(['embedded/stripe/main', 'embedded/delivery/main'])(
  '%s ends with the process that started it',
  async (source) => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const child = start(source, parent.pid ?? 0);
    await ready(child);
    parent.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

function start(source: string, parentPid: number) {
  const { file, args } = nodeProgram(source, ['--port', '0'], {});
  return spawn(file, args, { env: { PORTAL_PARENT_PID: String(parentPid) }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function ready(child: ReturnType<typeof start>): Promise<void> {
  for await (const chunk of child.stdout) if (/^\w+ ready http:\/\/127\.0\.0\.1:\d+$/m.test(String(chunk))) return;
  throw new Error('it ended before it was ready');
}
