import type { Knex } from 'knex';
import { inventorySyncs } from '../commands/aggregates.js';
import { currentEvent } from '../commands/event-reading.js';
import type { EventStore, Position, RecordedEvent } from '../commands/event-store.js';
import { EventUnreadable } from '../commands/event-unreadable.js';
import { idOf, isStreamOf, prefixOf } from '../commands/streams.js';
import type { SyncEvent } from '../domain/sync/events.js';
import { evolveSync, isSyncEvent, syncColumns, syncRow } from '../projections/models/syncs.js';
import type { SyncView } from '../projections/views.js';
import { askAbout, differs, fromExpected } from './expected-rows.js';
import type { Findings, RowFinding } from './findings.js';

/** Rows compared in one query. */
const chunkRows = 500;
/** Some 500 bytes each; at the usual pace of four runs an hour this is more than five years. */
const maxRuns = 200_000;

/** Compares `read.syncs` with the events that make its rows. Other runs go on between those of one, so all runs are held. */
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
  /** Only the runs of this stream. */
  stream?: string | undefined;
}): SyncCheck {
  const { db, eventStore, findings, skipped, stream } = deps;
  const runs = new Map<string, SyncView>();
  /** Events that a row lacks, by what names the row, with the reason. */
  const unreadable = new Map<string, string>();
  let full = false;

  function add(event: RecordedEvent): void {
    if (!isStreamOf(inventorySyncs, event.stream) || skipped.has(event.id)) return;
    try {
      const current = currentEvent(event) as SyncEvent;
      if (!isSyncEvent(current)) return;
      const { syncId } = current.data;
      if (!runs.has(syncId) && runs.size >= maxRuns) full = true;
      else runs.set(syncId, evolveSync(runs.get(syncId) ?? null, current));
    } catch (error) {
      // Of another type nothing would become of it.
      if (isSyncEvent(event as Pick<SyncEvent, 'type'>)) unreadable.set(rowOf(event), reasonOf(error, event));
    }
  }

  return {
    add,
    async end(head, notes) {
      if (full) {
        notes.push(`there are more than ${maxRuns} sync runs; read.syncs is not compared`);
        return 0;
      }
      const due = runs.size + [...unreadable.keys()].filter((key) => !runs.has(key)).length;
      const suspects = await differing([...runs.values()]);
      // Whose runs the other rows are, one stream does not tell.
      const strangers = stream === undefined ? await unexplained() : [];
      if (suspects.length + strangers.length > 0) await addSince(head);
      const wrong = await differing(suspects.flatMap((key) => runs.get(key) ?? []));
      for (const key of wrong) report(key, 'differs', 'it is missing, or not what its events say');
      // Where a true row was made of what is unreadable now, that row is the stranger.
      for (const key of strangers) if (!runs.has(key)) report(key, 'unexpected', 'no event makes it');
      reportUnreadable(new Set([...wrong, ...strangers]));
      return due;
    },
  };

  /** Runs and rows may have moved on since they were read: they are looked at again with what was recorded meanwhile. */
  async function addSince(head: Position): Promise<void> {
    const events =
      stream === undefined
        ? eventStore.readAll({ prefixes: [prefixOf(inventorySyncs)], from: head })
        : eventStore.readStream(stream);
    for await (const event of events) add(event);
  }

  /** @param named rows that are reported already */
  function reportUnreadable(named: ReadonlySet<string>): void {
    for (const [key, reason] of unreadable) {
      if (!named.has(key)) report(key, runs.has(key) ? 'behind' : 'missing', reason);
    }
  }

  async function differing(views: readonly SyncView[]): Promise<string[]> {
    const keys: string[] = [];
    for (let at = 0; at < views.length; at += chunkRows) {
      keys.push(...(await askAbout(views.slice(at, at + chunkRows), compare, ({ syncId }) => syncId)));
    }
    return keys;
  }

  async function compare(views: readonly SyncView[]): Promise<string[]> {
    const { rows } = await db.raw<{ rows: { key: string }[] }>(
      `select e.sync_id as key ${fromExpected(syncColumns)}
       left join "read".syncs r using (sync_id) where ${differs(syncColumns)}`,
      [JSON.stringify(views.map(syncRow))],
    );
    return rows.map(({ key }) => key);
  }

  async function unexplained(): Promise<string[]> {
    const { rows } = await db.raw<{ rows: { key: string }[] }>(
      'select sync_id as key from "read".syncs order by sync_id',
    );
    return rows.map(({ key }) => key).filter((key) => !runs.has(key));
  }

  function report(key: string, reason: RowFinding['reason'], detail: string): void {
    findings.add({ kind: 'row', table: 'syncs', key, reason, columns: [], detail });
  }
}

/** The run, or where its event is when that does not tell: forged data can be anything. */
function rowOf(event: RecordedEvent): string {
  const { syncId } = (event.data ?? {}) as { syncId?: unknown };
  return typeof syncId === 'string' ? syncId : `${idOf(event.stream)}/${event.revision}`;
}

function reasonOf(error: unknown, { type, revision, stream }: RecordedEvent): string {
  const what = error instanceof EventUnreadable ? error.message : `${type} #${revision} of ${stream} cannot be applied`;
  return `its event cannot be read: ${what}`;
}
