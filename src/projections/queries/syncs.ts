import type { Knex } from 'knex';
import type { SyncView } from '../views.js';
import { pageSize, select } from './sql.js';

/** Sync runs, the newest first. */
export async function listSyncs(db: Knex, limit: number): Promise<SyncView[]> {
  const rows = await select<{ view: SyncView }>(
    db,
    'select view from "read".syncs order by started_at desc, sync_id desc limit ?',
    [pageSize(limit)],
    { prepareAs: 'syncs' },
  );
  return rows.map(({ view }) => view);
}

export async function findSync(db: Knex, syncId: string): Promise<SyncView | null> {
  const rows = await select<{ view: SyncView }>(db, 'select view from "read".syncs where sync_id = ?', [syncId]);
  return rows[0]?.view ?? null;
}

/**
 * A run that ended later than so many seconds from now was dated by a wrong clock, and says nothing of how old the stock
 * is.
 */
const skewSeconds = 10;

/** Completion of the last successful sync, ISO 8601, or null before the first. */
export async function lastSyncAt(db: Knex): Promise<string | null> {
  const rows = await select<{ at: Date | null }>(
    db,
    `select max(completed_at) as at from "read".syncs
     where status = 'completed' and completed_at < now() + interval '${skewSeconds} seconds'`,
  );
  return rows[0]?.at?.toISOString() ?? null;
}
