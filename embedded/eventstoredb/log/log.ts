import { EventEmitter } from 'node:events';
import path from 'node:path';
import { open, type RootDatabaseOptions } from 'lmdb';
import { LRUCache } from 'lru-cache';
import { decide } from './decide.js';
import { explain } from './disk-full.js';
import { claimFolder, prepareFolder } from './folder.js';
import {
  decodeRecord,
  encodeRecord,
  largestNumber,
  numberOf,
  positionKey,
  revisionKey,
  streamPrefix,
} from './format.js';
import { createGroupCommit } from './group-commit.js';
import type { Append, AppendResult, Direction, PlacedEvent, StoredEvent } from './types.js';

/** A page is what one read takes from disk before others get their turn: small enough to keep memory flat. */
const pageEvents = 256;
const pageBytes = 1024 * 1024;

/** Event ids remembered for appends that expect no exact revision; about 10 MiB, whatever the log's size. */
const recentIdLimit = 32_768;
/** Streams whose last revision is remembered: more than one commit can touch, for it holds what is not on disk yet. */
const recentStreamLimit = 16_384;

/** Positions start at 1: clients take position 0 for "before everything" and read after it. */
const firstPosition = 1;

export type Log = ReturnType<typeof openLog>;

/**
 * Opens the log in `folder`, creating it when missing. Two LMDB tables: events by position, and an index from stream
 * and revision to position. `encode` makes the body that reads hand back.
 * @throws {FolderRefusedError} when the folder is foreign or in use.
 */
export function openLog(folder: string, encode: (event: PlacedEvent) => Uint8Array) {
  prepareFolder(folder);
  const options: RootDatabaseOptions = {
    encoding: 'binary',
    keyEncoding: 'binary',
    // A transaction is visible, and its promise resolved, only once it is on disk.
    overlappingSync: false,
    // Batches are made here; a second promise for the event loop's turn could only reject unheard.
    eventTurnBatching: false,
  };
  const root = open<Buffer, Buffer>(path.join(folder, 'log.mdb'), options);
  const events = root.openDB<Buffer, Buffer>('events', options);
  const index = root.openDB<Buffer, Buffer>('index', options);
  const releaseFolder = claimFolder(folder, root);

  const appended = new EventEmitter().setMaxListeners(0);
  const commits = createGroupCommit(bytesOf, commit);
  /** Position of the last event on disk, and of the last one decided upon. */
  let head = firstPosition - 1;
  let tail = head;
  // What was decided upon lately, on disk or on its way there.
  const recentStreams = new LRUCache<string, { readonly prefix: Buffer; last: number | undefined }>({
    max: recentStreamLimit,
  });
  const recentEvents = new LRUCache<string, { readonly revision: number; readonly position: number }>({
    max: recentIdLimit,
  });
  recall();

  return {
    /** Appends all events or none; resolves once they are on disk. Rejects when the disk refuses. */
    append: (append: Append): Promise<AppendResult> => commits.submit(append),

    /** Position of the last event, 0 in an empty log. */
    head: (): number => head,

    /** Revision of a stream's last event; undefined when there is no such stream. */
    lastRevision: (stream: string): number | undefined => lastRevision(streamPrefix(stream)),

    /** A page of the log from a position, inclusive. Empty when nothing is left. */
    readAll(from: number, direction: Direction, limit: number): StoredEvent[] {
      const range = events.getRange({
        start: positionKey(clamp(from)),
        reverse: direction === 'backwards',
        limit: Math.min(limit, pageEvents),
      });
      return page(range, ({ key, value }) => decodeRecord(numberOf(key), value));
    },

    /** A page of a stream from a revision, inclusive. */
    readStream(stream: string, from: number, direction: Direction, limit: number): StoredEvent[] {
      const prefix = streamPrefix(stream);
      const range = index.getRange({
        start: revisionKey(prefix, clamp(from)),
        // LMDB excludes the end of a range: one past the last, or one before the first revision.
        end: direction === 'forwards' ? revisionKey(prefix, largestNumber) : prefix,
        reverse: direction === 'backwards',
        limit: Math.min(limit, pageEvents),
      });
      return page(range, ({ value }) => decodeRecord(numberOf(value), existing(events.get(value))));
    },

    /** Resolves with true after the next append, or with false when `signal` aborts first. */
    nextAppend(signal: AbortSignal): Promise<boolean> {
      return new Promise((resolve) => {
        const wake = () => {
          appended.off('appended', wake);
          signal.removeEventListener('abort', wake);
          resolve(!signal.aborted);
        };
        appended.once('appended', wake);
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
      });
    },

    /** Commits what was submitted, closes the files and gives the folder back. */
    async close(): Promise<void> {
      await commits.drain();
      await root.close();
      releaseFolder();
    },
  };

  /** Decides a batch and puts it on disk in one transaction, which LMDB writes and flushes in a thread of its own. */
  async function commit(batch: readonly Append[]): Promise<AppendResult[]> {
    const placed: PlacedEvent[] = [];
    try {
      const results = batch.map((append) => place(append, placed));
      if (placed.length === 0) return results;
      await root.batch(() => {
        for (const event of placed) {
          const position = positionKey(event.position);
          events.put(position, encodeRecord(event, encode(event)));
          index.put(revisionKey(recent(event.stream).prefix, event.revision), position);
        }
      });
      head = tail;
      appended.emit('appended');
      return results;
    } catch (error) {
      recall();
      throw await explain(error, folder);
    }
  }

  function place(append: Append, placed: PlacedEvent[]): AppendResult {
    const { stream } = append;
    const known = recent(stream);
    const decision = decide(append, {
      current: known.last,
      recent: (id) => recentEvents.get(eventKey(stream, id))?.revision,
      isAt: (revision, id) =>
        recentEvents.get(eventKey(stream, id))?.revision === revision || eventAt(known.prefix, revision)?.id === id,
    });
    const lastEvent = append.events.at(-1);
    if (decision === 'refuse') return { outcome: 'wrong_expected_version', revision: known.last, position: undefined };
    if (decision !== 'write') {
      const revision = decision.last;
      const remembered = lastEvent && recentEvents.get(eventKey(stream, lastEvent.id));
      return { outcome: 'appended', revision, position: (remembered ?? eventAt(known.prefix, revision))?.position };
    }
    const created = Date.now();
    for (const event of append.events) {
      known.last = known.last === undefined ? 0 : known.last + 1;
      tail += 1;
      placed.push({ ...event, stream, revision: known.last, position: tail, created });
      recentEvents.set(eventKey(stream, event.id), { revision: known.last, position: tail });
    }
    return { outcome: 'appended', revision: known.last, position: lastEvent && tail };
  }

  function recent(stream: string) {
    const known = recentStreams.get(stream);
    if (known !== undefined) return known;
    const prefix = streamPrefix(stream);
    const fresh = { prefix, last: lastRevision(prefix) };
    recentStreams.set(stream, fresh);
    return fresh;
  }

  /** Takes what is on disk for what was decided: at the start, and after a commit that failed. */
  function recall(): void {
    recentStreams.clear();
    recentEvents.clear();
    for (const key of events.getKeys({ reverse: true, limit: 1 })) head = numberOf(key);
    tail = head;
    for (const { key, value } of events.getRange({ start: positionKey(Math.max(0, head - recentIdLimit + 1)) })) {
      const { stream, id, revision, position } = decodeRecord(numberOf(key), value);
      recentEvents.set(eventKey(stream, id), { revision, position });
    }
  }

  function lastRevision(prefix: Buffer): number | undefined {
    const range = { start: revisionKey(prefix, largestNumber), end: prefix, reverse: true, limit: 1 };
    for (const key of index.getKeys(range)) return numberOf(key);
    return undefined;
  }

  function eventAt(prefix: Buffer, revision: number): StoredEvent | undefined {
    const position = index.get(revisionKey(prefix, revision));
    return position && decodeRecord(numberOf(position), existing(events.get(position)));
  }
}

function bytesOf({ events }: Append): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
}

function eventKey(stream: string, id: string): string {
  return `${id} ${stream}`;
}

function existing(record: Buffer | undefined): Buffer {
  if (record === undefined) throw new Error('the index names an event that the log does not have');
  return record;
}

function clamp(number: number): number {
  return Math.min(Math.max(number, 0), largestNumber);
}

function page<T>(range: Iterable<T>, read: (entry: T) => StoredEvent): StoredEvent[] {
  const events: StoredEvent[] = [];
  let bytes = 0;
  for (const entry of range) {
    const event = read(entry);
    events.push(event);
    bytes += event.body.length;
    if (bytes >= pageBytes) break;
  }
  return events;
}
