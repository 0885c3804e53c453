import { randomUUID } from 'node:crypto';
import { migrate } from '../src/adapters/postgres/migrate.js';
import { createLogger } from '../src/adapters/telemetry/logger.js';
import { compose } from '../src/compose.js';
import { loadConfig } from '../src/config.js';
import { runInventorySync } from '../src/processes/inventory/sync.js';
import { snapshotFingerprint } from '../src/projections/models/products.js';

export interface SyncReport {
  readonly firstMs: number;
  readonly unchangedMs: readonly number[];
  readonly peakResidentMiB: number;
}

// A portal's process that syncs twice and projects what it syncs, configured like the portal, by its environment.
const config = loadConfig();
const logger = createLogger({ level: 'warn', dir: null, pretty: false });
const portal = compose(config, logger);
await migrate(portal.pools.projections);

let projecting = false;
// The read models follow in a process of their own in production; here they follow in their own time.
const firstMs = await run();
const projector = portal.projections.startReadModels();
await shown();
projecting = true;
const unchangedMs = [await run(), await run(), await run()];
const report: SyncReport = { firstMs, unchangedMs, peakResidentMiB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(report)}\n`);
await projector.stop();
await portal.close();
process.exit(0);

/** @returns how long the run took, milliseconds */
async function run(): Promise<number> {
  const started = performance.now();
  const date = new Date().toISOString().slice(0, 10);
  const id = randomUUID();
  await runInventorySync(
    {
      ...portal,
      fingerprint: snapshotFingerprint,
      snapshotIndex: async () => ({ entries: await knownProducts(), current: true }),
    },
    { syncId: id, date, trigger: 'manual', force: false },
    { correlationId: id, causationId: id, actor: 'system:bench' },
  );
  return performance.now() - started;
}

/** Before the projector has ever run there is no read model, and nothing it could show. */
function knownProducts() {
  return projecting ? portal.projections.snapshotIndex() : new Map();
}

async function shown(): Promise<void> {
  const head = await portal.eventStore.head();
  if (head && !(await portal.projections.queries.waitFor(head, 600_000))) throw new Error('the read models are stuck');
}
