import type { Knex } from 'knex';
import { currentEvent } from '../commands/event-envelope.js';
import type { EventStore, Position, RecordedEvent } from '../commands/event-store.js';
import type { SyncEvent } from '../domain/sync/events.js';
import { evolveSync, isSyncEvent, syncColumns, syncRow } from '../projections/models/syncs.js';
import type { SyncView } from '../projections/queries.js';
import type { Findings } from './findings.js';
import { isUnfit } from './rows.js';

/** Rows compared in one query. */
const chunkRows = 500;
/** Some 500 bytes each; at the usual pace of four runs an hour this is more than five years. */
const maxRuns = 200_000;

/** Compares `read.syncs` with the events that make its rows. A run may span two streams, so all runs are held. */
export interface SyncCheck {
  add(event: RecordedEvent): void;
  /** @returns how many rows are due */
  end(head: Position, notes: string[]): Promise<number>;
}

export function createSyncCheck(deps: {
  db: Knex;
  eventStore: EventStore;
  findings: Findings;
  skipped: ReadonlySet<string>;
}): SyncCheck {
  const { db, eventStore, findings, skipped } = deps;
  const runs = new Map<string, SyncView>();
  let full = false;

  function add(event: RecordedEvent): void {
    if (!event.stream.startsWith(prefix) || skipped.has(event.id)) return;
    try {
      const current = currentEvent(event) as SyncEvent;
      if (!isSyncEvent(current)) return;
      const { syncId } = current.data;
      if (!runs.has(syncId) && runs.size >= maxRuns) full = true;
      else runs.set(syncId, evolveSync(runs.get(syncId) ?? null, current));
    } catch {
      // Forged data can be anything; the row that was made of the true event then differs.
    }
  }

  return {
    add,
    async end(head, notes) {
      if (full) {
        notes.push(`there are more than ${maxRuns} sync runs; read.syncs is not compared`);
        return 0;
      }
      const due = runs.size;
      const suspects = await differing([...runs.values()]);
      const strangers = await unexplained();
      // Both may have moved on since they were read: look again with what has been recorded meanwhile.
      if (suspects.length + strangers.length > 0) {
        for await (const event of eventStore.readAll({ prefixes: [prefix], from: head })) add(event);
      }
      const again = suspects.flatMap((key) => runs.get(key) ?? []);
      for (const key of await differing(again)) report(key, 'differs', 'it is missing, or not what its events say');
      for (const key of strangers) if (!runs.has(key)) report(key, 'unexpected', 'no event makes it');
      return due;
    },
  };

  async function differing(views: readonly SyncView[]): Promise<string[]> {
    const keys: string[] = [];
    for (let at = 0; at < views.length; at += chunkRows) keys.push(...(await compare(views.slice(at, at + chunkRows))));
    return keys;
  }

  async function compare(views: readonly SyncView[]): Promise<string[]> {
    const names = Object.keys(syncColumns);
    const definition = names.map((name) => `${name} ${syncColumns[name]}`).join(', ');
    const tuple = (table: string) => names.map((name) => `${table}.${name}`).join(', ');
    try {
      const { rows } = await db.raw<{ rows: { key: string }[] }>(
        `select e.sync_id as key from jsonb_to_recordset(?::jsonb) as e(${definition})
         left join "read".syncs r using (sync_id) where (${tuple('e')}) is distinct from (${tuple('r')})`,
        [JSON.stringify(views.map(syncRow))],
      );
      return rows.map(({ key }) => key);
    } catch (error) {
      if (!isUnfit(error)) throw error;
      if (views.length === 1) return views.map(({ syncId }) => syncId);
      const middle = Math.ceil(views.length / 2);
      return [...(await compare(views.slice(0, middle))), ...(await compare(views.slice(middle)))];
    }
  }

  async function unexplained(): Promise<string[]> {
    const { rows } = await db.raw<{ rows: { key: string }[] }>(
      'select sync_id as key from "read".syncs order by sync_id',
    );
    return rows.map(({ key }) => key).filter((key) => !runs.has(key));
  }

  function report(key: string, reason: 'differs' | 'unexpected', detail: string): void {
    findings.add({ kind: 'row', table: 'syncs', key, reason, columns: [], detail });
  }
}

const prefix = 'inventorySync-';
