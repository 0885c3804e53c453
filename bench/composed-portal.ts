import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../src/adapters/postgres/migrate.js';
import { createLogger } from '../src/adapters/telemetry/logger.js';
import { compose, type Portal } from '../src/compose.js';
import { loadConfig } from '../src/config.js';

/** What a portal needs to start, and nobody here asks for. */
const elsewhere = {
  EXTENSIV_BASE_URL: 'http://127.0.0.1:1',
  EXTENSIV_CLIENT_ID: 'unused',
  EXTENSIV_CLIENT_SECRET: 'unused',
  // Without an address it would be Stripe's own.
  STRIPE_API_BASE: 'http://127.0.0.1:1',
  STRIPE_SECRET_KEY: 'unused',
  STRIPE_WEBHOOK_SECRET: 'unused',
  SMTP_URL: 'smtp://127.0.0.1:1',
  ADMIN_EMAIL: 'ops@example.com',
  DELIVERY_PARTNER_URL: 'http://127.0.0.1:1',
  AUTH_MODE: 'open',
  LOG_DIR: 'none',
};

/** Longest wait for the read models of a large store, in milliseconds. */
const shownLimitMs = 600_000;

/** The parts of a portal, over a database that is up to date. Whoever asks for it closes it. */
export async function composedPortal(env: NodeJS.ProcessEnv = process.env): Promise<Portal> {
  const portal = compose(
    loadConfig({ ...elsewhere, ...env }),
    createLogger({ level: 'error', dir: null, pretty: false }),
  );
  await migrate(portal.pools.projections);
  return portal;
}

/** Waits until the read models show everything that is in the store now. */
export async function shown({ eventStore, projections }: Portal): Promise<void> {
  const head = await eventStore.head();
  if (head && !(await projections.queries.waitFor(head, shownLimitMs))) throw new Error('the read models are stuck');
}

/** Makes the read models, lets them show what is in the store now, and follows it no further. */
export async function project(portal: Portal): Promise<void> {
  const projector = portal.projections.startReadModels();
  while (!(await portal.projections.snapshotIndex().catch(() => null))) await sleep(50);
  await shown(portal);
  await projector.stop();
}
