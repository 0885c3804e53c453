import type { Knex } from 'knex';
import { brandsProjection } from '../projections/models/brands.js';
import type { LedgerProjection } from '../projections/models/ledger.js';
import { lotsProjection } from '../projections/models/lots.js';
import { ordersProjection } from '../projections/models/orders.js';
import { payoutsProjection } from '../projections/models/payouts.js';
import { productsProjection } from '../projections/models/products.js';
import type { StreamFoldProjection } from '../projections/models/stream-fold.js';
import { syncsProjection } from '../projections/models/syncs.js';
import { readLiveGeneration } from '../projections/runtime/live-generation.js';
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

/** Where it is told that a read model cannot be compared. */
interface Told {
  readonly findings: Findings;
  readonly notes: string[];
}

/** Read models that this code's events can be compared with. */
export async function comparableModels(db: Knex, told: Told): Promise<FoldedModel[]> {
  const models: FoldedModel[] = [];
  for (const projection of foldedProjections) {
    if (!(await isComparable(db, projection, told))) continue;
    models.push({ projection, skipped: await skippedEvents(db, projection.name) });
  }
  return models;
}

/** What is shown and cannot be compared may be anything. */
async function isComparable(
  db: Knex,
  { name, version, tables }: Projection,
  { findings, notes }: Told,
): Promise<boolean> {
  const live = await readLiveGeneration(db, name);
  if (live?.version === version) return true;
  if (await isShown(db, tables)) {
    const maker = live ? `version ${live.version} of its code` : 'nobody knows what';
    const detail = `its rows were made by ${maker}, and cannot be compared before a rebuild`;
    findings.add({ kind: 'row', table: name, key: '*', reason: 'unexpected', columns: [], detail });
  } else {
    notes.push(`read.${name} has never been made and is not compared`);
  }
  return false;
}

async function isShown(db: Knex, tables: Projection['tables']): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { shown: boolean }[] }>(
    'select bool_or(to_regclass(name) is not null) as shown from unnest(?::text[]) as name',
    [tables.map(({ name }) => `"read"."${name}"`)],
  );
  return rows[0]?.shown === true;
}

/** Checks of the ledgers that this code's events can be compared with. */
export async function ledgerChecks(deps: AuditDeps & Told): Promise<{ table: string; check: LedgerCheck }[]> {
  const checks = [];
  for (const projection of ledgerProjections) {
    if (!(await isComparable(deps.db, projection, deps))) continue;
    const skipped = await skippedEvents(deps.db, projection.name);
    for (const ledger of projection.ledgers) {
      checks.push({ table: ledger.table, check: createLedgerCheck(ledger, { ...deps, skipped }) });
    }
  }
  return checks;
}

/**
 * Null when this code's events cannot be compared with the runs.
 * @param stream only the runs of this one
 */
export async function syncCheck(deps: AuditDeps & Told, stream?: string): Promise<SyncCheck | null> {
  if (!(await isComparable(deps.db, syncsProjection, deps))) return null;
  return createSyncCheck({ ...deps, stream, skipped: await skippedEvents(deps.db, syncsProjection.name) });
}
