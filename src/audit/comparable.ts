import type { Knex } from 'knex';
import { brandsProjection } from '../projections/models/brands.js';
import type { LedgerProjection } from '../projections/models/ledger.js';
import { lotsProjection } from '../projections/models/lots.js';
import { ordersProjection } from '../projections/models/orders.js';
import { payoutsProjection } from '../projections/models/payouts.js';
import { productsProjection } from '../projections/models/products.js';
import type { StreamFoldProjection } from '../projections/models/stream-fold.js';
import { syncsProjection } from '../projections/models/syncs.js';
import { readLiveGeneration } from '../projections/runtime/checkpoints.js';
import { skippedEvents } from '../projections/runtime/parking.js';
import type { Projection } from '../projections/runtime/projection.js';
import type { AuditDeps } from './audit-report.js';
import type { Findings } from './findings.js';
import type { FoldedModel } from './folds.js';
import { createLedgerCheck, type LedgerCheck } from './ledgers.js';
import { createSyncCheck, type SyncCheck } from './syncs.js';

const foldedProjections: readonly StreamFoldProjection<unknown>[] = [
  ordersProjection,
  productsProjection,
  brandsProjection,
];
const ledgerProjections: readonly LedgerProjection[] = [payoutsProjection, lotsProjection];

/** Read models that this code's events can be compared with. */
export async function comparableModels(db: Knex, notes: string[]): Promise<FoldedModel[]> {
  const models: FoldedModel[] = [];
  for (const projection of foldedProjections) {
    if (!(await isComparable(db, projection, notes))) continue;
    models.push({ projection, skipped: await skippedEvents(db, projection.name) });
  }
  return models;
}

async function isComparable(db: Knex, { name, version }: Projection, notes: string[]): Promise<boolean> {
  const live = await readLiveGeneration(db, name);
  if (live?.version === version) return true;
  const why = live ? `was made by version ${live.version} of its code` : 'has never been made';
  notes.push(`read.${name} ${why} and is not compared`);
  return false;
}

/** Checks of the ledgers that this code's events can be compared with. */
export async function ledgerChecks(
  deps: AuditDeps & { findings: Findings },
  notes: string[],
): Promise<{ table: string; check: LedgerCheck }[]> {
  const checks = [];
  for (const projection of ledgerProjections) {
    if (!(await isComparable(deps.db, projection, notes))) continue;
    const skipped = await skippedEvents(deps.db, projection.name);
    for (const ledger of projection.ledgers) {
      checks.push({ table: ledger.table, check: createLedgerCheck(ledger, { ...deps, skipped }) });
    }
  }
  return checks;
}

/** Null when this code's events cannot be compared with the runs. */
export async function syncCheck(deps: AuditDeps & { findings: Findings }, notes: string[]): Promise<SyncCheck | null> {
  if (!(await isComparable(deps.db, syncsProjection, notes))) return null;
  return createSyncCheck({ ...deps, skipped: await skippedEvents(deps.db, syncsProjection.name) });
}
