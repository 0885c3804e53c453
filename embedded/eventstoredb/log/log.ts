import { hash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { type Database, type Key, open, type RootDatabase } from 'lmdb';
import { LRUCache } from 'lru-cache';
import { decide } from './decide.js';
import { explain } from './disk-full.js';
import { claimFolder, prepareFolder } from './folder.js';
import { createGroupCommit } from './group-commit.js';
import type { Append, AppendResult, Place, PlacedEvent, Source, StoredEvent } from './types.js';

/** A page is what one read takes from disk before others get their turn: small enough to keep memory flat. */
const pageEvents = 256;
const pageBytes = 1024 * 1024;

/** Event ids remembered for appends that expect no exact revision; about 10 MiB, whatever the log's size. */
const recentIdLimit = 32_768;
/** Streams whose last revision is remembered: more than one commit can touch, for it holds what is not on disk yet. */
const recentStreamLimit = 16_384;

/** An event by its position: what the log finds and filters by, then the body. */
type Row = [id: string, stream: string, type: string, revision: number, body: Uint8Array];

export type Log = ReturnType<typeof openLog>;

/**
 * Opens the log in `folder`, creating it when missing. Two LMDB tables: events by position, and an index from stream
 * and revision to position. `encode` makes the body that reads hand back.
 * @throws when the folder is foreign or in use.
 */
export function openLog(folder: string, encode: (event: PlacedEvent) => Uint8Array) {
  prepareFolder(folder);
  // A transaction is visible, and its promise resolved, only once it is on disk. Batches are made here; a second promise
  // for the event loop's turn could only reject unheard.
  const options = { overlappingSync: false, eventTurnBatching: false };
  const root = open(path.join(folder, 'log.mdb'), options);
  const events = root.openDB<Row, number>('events', { ...options, encoding: 'msgpack' });
  const index = root.openDB<number, [string, number]>('index', { ...options, encoding: 'ordered-binary' });
  claimFolder(folder, root);
  // Both grow in one transaction, so they differ only when somebody else wrote. The events are the truth: what was done
  // to them shows to whoever audits them, and no read fails or leaves anything out.
  if (entriesOf(index) !== entriesOf(events)) reindex(root, events, index);

  /** Tells of commits by the keys of the streams that grew. */
  const appended = new EventEmitter().setMaxListeners(0);
  const commits = createGroupCommit(bytesOf, commit);
  // Position of the last event on disk, and of the last one decided upon. The first is 1: clients take position 0 for
  // "before everything" and read after it.
  let head = 0;
  let tail = 0;
  // What was decided upon lately, on disk or on its way there.
  const streams = new LRUCache<string, { readonly key: string; last: number | undefined }>({
    max: recentStreamLimit,
    memoMethod: (stream) => ({ key: keyOf(stream), last: lastRevision(stream) }),
  });
  const recent = new LRUCache<string, Place>({ max: recentIdLimit });
  recall();

  return {
    /** Appends all events or none; resolves once they are on disk. Rejects when the disk refuses. */
    append: (append: Append): Promise<AppendResult> => commits.submit(append),

    /** Number of a source's last event; undefined when there is none. */
    last: (source: Source): number | undefined => (source === undefined ? head || undefined : lastRevision(source)),

    /** A page of events from a number, inclusive. Empty when nothing is left. */
    read(source: Source, from: number, backwards: boolean, limit = pageEvents): StoredEvent[] {
      const order = { reverse: backwards, limit: Math.min(limit, pageEvents) };
      if (source === undefined) return page(events.getRange({ start: from, ...order }).map(stored));
      const key = keyOf(source);
      const end: [string, number] = [key, backwards ? -1 : Number.POSITIVE_INFINITY];
      return page(index.getRange({ start: [key, from], end, ...order }).map(({ value }) => eventAt(value)));
    },

    /** Resolves after the next append to a source; rejects when `signal` aborts first. */
    nextAppend: (source: Source, signal: AbortSignal): Promise<unknown> => once(appended, keyOf(source), { signal }),

    /** Commits what was submitted and closes the files. */
    async close(): Promise<void> {
      await commits.drain();
      await root.close();
    },
  };

  /** Decides a batch and puts it on disk in one transaction, which LMDB writes and flushes in a thread of its own. */
  async function commit(batch: readonly Append[]): Promise<AppendResult[]> {
    const placed: PlacedEvent[] = [];
    const grown = new Set([keyOf(undefined)]);
    try {
      const results = batch.map((append) => place(append, placed));
      if (placed.length === 0) return results;
      await root.batch(() => {
        for (const event of placed) {
          const { position, id, stream, type, revision } = event;
          const { key } = streams.memo(stream);
          events.put(position, [id, stream, type, revision, encode(event)]);
          index.put([key, revision], position);
          grown.add(key);
        }
      });
      head = tail;
      for (const key of grown) appended.emit(key);
      return results;
    } catch (error) {
      recall();
      throw await explain(error, folder);
    }
  }

  function place(append: Append, placed: PlacedEvent[]): AppendResult {
    const { stream } = append;
    const at = streams.memo(stream);
    const decision = decide(append, at.last, (id, revision) => {
      const place = recent.get(eventKey(stream, id));
      return revision === undefined || place?.revision === revision ? place : onDisk(at.key, revision, id);
    });
    const current = at.last === undefined ? {} : { revision: at.last };
    if (decision === 'refuse') return { outcome: 'wrong_expected_version', ...current };
    if (decision !== 'write') return { outcome: 'appended', ...decision };
    if (append.events.length === 0) return { outcome: 'appended', ...current };
    const created = Date.now();
    let revision = at.last ?? -1;
    for (const event of append.events) {
      revision += 1;
      tail += 1;
      placed.push({ ...event, stream, revision, position: tail, created });
      recent.set(eventKey(stream, event.id), { revision, position: tail });
    }
    at.last = revision;
    return { outcome: 'appended', revision, position: tail };
  }

  /** Takes what is on disk for what was decided: at the start, and after a commit that failed. */
  function recall(): void {
    streams.clear();
    recent.clear();
    [head = 0] = events.getKeys({ reverse: true, limit: 1 });
    tail = head;
    for (const { stream, id, revision, position } of events.getRange({ start: head - recentIdLimit + 1 }).map(stored)) {
      recent.set(eventKey(stream, id), { revision, position });
    }
  }

  function lastRevision(stream: string): number | undefined {
    const key = keyOf(stream);
    const range = { start: [key, Number.POSITIVE_INFINITY], end: [key, -1], reverse: true, limit: 1 };
    return [...index.getKeys(range)][0]?.[1];
  }

  function onDisk(key: string, revision: number, id: string): Place | undefined {
    const position = index.get([key, revision]);
    return position !== undefined && eventAt(position).id === id ? { revision, position } : undefined;
  }

  function eventAt(position: number): StoredEvent {
    const value = events.get(position);
    if (value === undefined) throw new Error('the index names an event that the log does not have');
    return stored({ key: position, value });
  }
}

function entriesOf(table: Database<unknown, Key>): number {
  return (table.getStats() as { entryCount: number }).entryCount;
}

function reindex(root: RootDatabase, events: Database<Row, number>, index: Database<number, [string, number]>): void {
  root.transactionSync(() => {
    index.clearSync();
    for (const { key, value } of events.getRange()) {
      const { stream, revision } = stored({ key, value });
      index.putSync([keyOf(stream), revision], key);
    }
  });
}

function stored({ key, value: [id, stream, type, revision, body] }: { key: number; value: Row }): StoredEvent {
  return { position: key, revision, id, stream, type, body: Buffer.from(body.buffer, body.byteOffset, body.length) };
}

/** The name's first 132 bits of SHA-256: names of any length fit a key, and a collision is out of reach. */
function keyOf(source: Source): string {
  return source === undefined ? 'all' : hash('sha256', source, 'base64url').slice(0, 22);
}

function eventKey(stream: string, id: string): string {
  return `${id} ${stream}`;
}

function bytesOf({ events }: Append): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
}

function page(range: Iterable<StoredEvent>): StoredEvent[] {
  const events: StoredEvent[] = [];
  let bytes = 0;
  for (const event of range) {
    events.push(event);
    bytes += event.body.length;
    if (bytes >= pageBytes) break;
  }
  return events;
}
