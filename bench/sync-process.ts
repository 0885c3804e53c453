import { randomUUID } from 'node:crypto';
import { createSummaries } from '../src/processes/inventory/page-summary.js';
import { runInventorySync } from '../src/processes/inventory/sync.js';
import { snapshotFingerprint } from '../src/projections/models/products.js';
import { composedPortal, project } from './composed-portal.js';

/** What a syncing process measured. */
export interface SyncReport {
  readonly runsMs: readonly number[];
  readonly peakResidentMiB: number;
}

// `sync N`: a portal's process that syncs so often; `project`: one whose read models catch up. Configured like the
// portal, by the environment. As in production, who syncs and who projects are processes of their own.
const [task, times = '1'] = process.argv.slice(2);
const portal = await composedPortal();
const summarise = createSummaries(snapshotFingerprint);
const report = task === 'project' ? await project(portal) : await syncs(Number(times));
process.stdout.write(`${JSON.stringify(report ?? {})}\n`);
await portal.close();
process.exit(0);

async function syncs(count: number): Promise<SyncReport> {
  const runsMs: number[] = [];
  while (runsMs.length < count) runsMs.push(await run());
  return { runsMs, peakResidentMiB: process.resourceUsage().maxRSS / 1024 };
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
