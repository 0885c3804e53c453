import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../src/adapters/postgres/migrate.js';
import { createLogger } from '../src/adapters/telemetry/logger.js';
import { compose } from '../src/compose.js';
import { loadConfig } from '../src/config.js';
import { createSummaries } from '../src/processes/inventory/page-summary.js';
import { runInventorySync } from '../src/processes/inventory/sync.js';
import { snapshotFingerprint } from '../src/projections/models/products.js';

/** What a syncing process measured. */
export interface SyncReport {
  readonly runsMs: readonly number[];
  readonly peakResidentMiB: number;
}

// `sync N`: a portal's process that syncs so often; `project`: one whose read models catch up. Configured like the
// portal, by the environment. As in production, who syncs and who projects are processes of their own.
const [task, times = '1'] = process.argv.slice(2);
const config = loadConfig();
const logger = createLogger({ level: 'error', dir: null, pretty: false });
const portal = compose(config, logger);
const summarise = createSummaries(snapshotFingerprint);
await migrate(portal.pools.projections);
if (task === 'project') await project();
else await syncs(Number(times));
await portal.close();
process.exit(0);

async function syncs(count: number): Promise<void> {
  const runsMs: number[] = [];
  while (runsMs.length < count) runsMs.push(await run());
  const report: SyncReport = { runsMs, peakResidentMiB: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function project(): Promise<void> {
  const projector = portal.projections.startReadModels();
  while (!(await portal.projections.snapshotIndex().catch(() => null))) await sleep(50);
  const head = await portal.eventStore.head();
  if (head && !(await portal.projections.queries.waitFor(head, 600_000))) throw new Error('the read models are stuck');
  await projector.stop();
  process.stdout.write('{}\n');
}

/** @returns how long the run took, milliseconds */
async function run(): Promise<number> {
  const started = performance.now();
  const date = new Date().toISOString().slice(0, 10);
  const id = randomUUID();
  await runInventorySync(
    {
      ...portal,
      summarise,
      snapshotIndex: async () => ({ entries: await portal.projections.snapshotIndex(), current: true }),
    },
    { syncId: id, date, trigger: 'manual', force: false },
    { correlationId: id, causationId: id, actor: 'system:bench' },
  );
  return performance.now() - started;
}
