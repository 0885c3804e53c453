import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../src/adapters/postgres/migrate.js';
import { createLogger } from '../src/adapters/telemetry/logger.js';
import { compose, type Portal } from '../src/compose.js';
import { loadConfig } from '../src/config.js';

/** Longest wait for the read models of a large store, in milliseconds. */
const shownLimitMs = 600_000;

/** The parts of a portal, over a database that is up to date. Whoever asks for it closes it. */
export async function composedPortal(env: NodeJS.ProcessEnv = process.env): Promise<Portal> {
  const portal = compose(loadConfig(env), createLogger({ level: 'error', dir: null, pretty: false }));
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
