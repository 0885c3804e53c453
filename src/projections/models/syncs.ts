import type { Knex } from 'knex';
import { inventorySyncs } from '../../commands/aggregates.js';
import { currentEvent } from '../../commands/event-reading.js';
import { prefixOf } from '../../commands/streams.js';
import type { SyncEvent } from '../../domain/sync/events.js';
import type { Projection } from '../runtime/projection.js';
import type { SyncView } from '../views.js';
import { type Columns, tableDefinition, upsertRows } from './rows.js';

/** Every column of the table, the key first. */
export const syncColumns: Columns = {
  sync_id: 'text',
  status: 'text',
  started_at: 'timestamptz',
  completed_at: 'timestamptz',
  view: 'jsonb',
};
const key = ['sync_id'];

/**
 * `read.syncs`: one row per sync run, so several per stream: a stream holds the runs that were asked for on its day. A row
 * is made the same whichever event of its run comes first.
 */
export const syncsProjection: Projection = {
  name: 'syncs',
  version: 1,
  prefixes: [prefixOf(inventorySyncs)],
  rebuildable: true,
  tables: [
    {
      name: 'syncs',
      key,
      async create(tx, table) {
        await tx.raw(`create table ${table} (${tableDefinition(syncColumns, key)})`);
      },
      indexes: ['(started_at desc, sync_id desc)', "(completed_at desc) where status = 'completed'"],
    },
  ],
  async apply(events, tx, tableName) {
    const current = events.map((recorded) => currentEvent(recorded) as SyncEvent).filter(isSyncEvent);
    const views = await loadViews(tx, tableName('syncs'), [...new Set(current.map(({ data }) => data.syncId))]);
    for (const event of current) views.set(event.data.syncId, evolveSync(views.get(event.data.syncId) ?? null, event));
    const rows = [...views.values()].map(syncRow);
    await upsertRows(tx, tableName('syncs'), syncColumns, key, rows, 'replace');
  },
};

const eventTypes: readonly string[] = ['InventorySyncStarted', 'InventorySyncCompleted', 'InventorySyncFailed'];

/** The row of a run. */
export function syncRow(view: SyncView): Record<string, unknown> {
  return {
    sync_id: view.syncId,
    status: view.status,
    started_at: view.startedAt,
    completed_at: view.completedAt,
    view,
  };
}

export function isSyncEvent(event: Pick<SyncEvent, 'type'>): boolean {
  return eventTypes.includes(event.type);
}

/** Folds one event of a run; repeating an event, or seeing the end before the start, gives the same view. */
export function evolveSync(view: SyncView | null, event: SyncEvent): SyncView {
  switch (event.type) {
    case 'InventorySyncStarted': {
      const { syncId, trigger, startedAt } = event.data;
      return { ...(view ?? unknown(syncId)), trigger, startedAt };
    }
    case 'InventorySyncCompleted': {
      const { syncId, received, created, changed, delisted, rejected, completedAt, durationMs } = event.data;
      const counts = { received, created, changed, delisted, rejected };
      return { ...ended(view ?? unknown(syncId), completedAt, durationMs), status: 'completed', ...counts };
    }
    case 'InventorySyncFailed': {
      const { syncId, error, received, rejected, failedAt, durationMs } = event.data;
      return { ...ended(view ?? unknown(syncId), failedAt, durationMs), status: 'failed', error, received, rejected };
    }
  }
}

function ended(view: SyncView, at: string, durationMs: number): SyncView {
  const startedAt = view.startedAt === '' ? new Date(Date.parse(at) - durationMs).toISOString() : view.startedAt;
  return { ...view, startedAt, completedAt: at, durationMs };
}

function unknown(syncId: string): SyncView {
  return {
    syncId,
    status: 'running',
    trigger: 'schedule',
    startedAt: '',
    completedAt: null,
    received: 0,
    created: 0,
    changed: 0,
    delisted: 0,
    rejected: [],
    durationMs: null,
  };
}

async function loadViews(tx: Knex.Transaction, table: string, ids: readonly string[]): Promise<Map<string, SyncView>> {
  const { rows } = await tx.raw<{ rows: { sync_id: string; view: SyncView }[] }>(
    `select sync_id, view from ${table} where sync_id = any(?)`,
    [[...ids]],
  );
  return new Map(rows.map(({ sync_id, view }) => [sync_id, view]));
}
