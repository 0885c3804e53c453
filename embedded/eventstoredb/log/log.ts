import { EventEmitter } from 'node:events';
import path from 'node:path';
import { open, type RootDatabaseOptions } from 'lmdb';
import { decide } from './decide.js';
import { explain } from './disk-full.js';
import { claimFolder, prepareFolder } from './folder.js';
import { createGroupCommit } from './group-commit.js';
import { largestNumber, positionKey, positionOf, revisionKey, revisionOf, streamPrefix } from './keys.js';
import { createRecentIds, recentIdLimit } from './recent-ids.js';
import { decodeRecord, encodeRecord } from './record.js';
import type { Append, AppendResult, Direction, PlacedEvent, StoredEvent } from './types.js';

/** A page is what one read takes from disk before others get their turn: small enough to keep memory flat. */
const pageEvents = 256;
const pageBytes = 1024 * 1024;

/** Positions start at 1: clients take position 0 for "before everything" and read after it. */
const firstPosition = 1;

export type Log = ReturnType<typeof openLog>;

/**
 * Opens the log in `folder`, creating it when missing. Two LMDB tables: events by position, and an index from stream
 * and revision to position. `encode` makes the body that reads hand back.
 */
export function openLog(folder: string, encode: (event: PlacedEvent) => Uint8Array, mapSize?: number) {
  prepareFolder(folder);
  const options: RootDatabaseOptions = {
    encoding: 'binary',
    keyEncoding: 'binary',
    // Commit and flush as one step, so that whatever is visible is also on disk.
    overlappingSync: false,
    ...(mapSize === undefined ? {} : { mapSize }),
  };
  const root = open<Buffer, Buffer>(path.join(folder, 'log.mdb'), options);
  const events = root.openDB<Buffer, Buffer>('events', options);
  const index = root.openDB<Buffer, Buffer>('index', options);
  const appended = new EventEmitter().setMaxListeners(0);
  const recentIds = createRecentIds();
  let head = lastPosition();
  const releaseFolder = claimFolder(folder, root);
  recallIds();

  const commits = createGroupCommit<Append, AppendResult>({
    run(batch) {
      const before = head;
      try {
        return root.transactionSync(() => batch.map(write));
      } catch (error) {
        head = before;
        recentIds.clear();
        recallIds();
        throw explain(error, folder);
      }
    },
    committed: () => appended.emit('appended'),
    bytes: ({ events }) => events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0),
  });

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
      return page(range, ({ key, value }) => decodeRecord(positionOf(key), value));
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
      return page(range, ({ value }) => eventAt(positionOf(value)));
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

  function write(append: Append): AppendResult {
    const prefix = streamPrefix(append.stream);
    const current = lastRevision(prefix);
    const decision = decide(append, {
      current,
      idAt: (revision) => eventAt(positionAt(prefix, revision)).id,
      recent: recentIds.get,
    });
    if (decision.kind === 'refuse') return { outcome: 'wrong_expected_version', current };
    if (decision.kind === 'repeat') {
      return { outcome: 'appended', revision: decision.last, position: positionAt(prefix, decision.last) };
    }
    let revision = current;
    const created = Date.now();
    for (const event of append.events) {
      revision = revision === undefined ? 0 : revision + 1;
      head += 1;
      const placed = { ...event, stream: append.stream, revision, position: head, created };
      events.put(positionKey(head), encodeRecord(placed, encode(placed)));
      index.put(revisionKey(prefix, revision), positionKey(head));
      recentIds.remember(event.id, { stream: append.stream, revision });
    }
    return { outcome: 'appended', revision, position: append.events.length === 0 ? undefined : head };
  }

  function lastPosition(): number {
    for (const key of events.getKeys({ reverse: true, limit: 1 })) return positionOf(key);
    return firstPosition - 1;
  }

  function lastRevision(prefix: Buffer): number | undefined {
    const range = { start: revisionKey(prefix, largestNumber), end: prefix, reverse: true, limit: 1 };
    for (const key of index.getKeys(range)) return revisionOf(key);
    return undefined;
  }

  function positionAt(prefix: Buffer, revision: number): number {
    const value = index.get(revisionKey(prefix, revision));
    if (value === undefined) throw new Error(`index without revision ${revision}`);
    return positionOf(value);
  }

  function eventAt(position: number): StoredEvent {
    const value = events.get(positionKey(position));
    if (value === undefined) throw new Error(`log without position ${position}`);
    return decodeRecord(position, value);
  }

  function recallIds(): void {
    const start = positionKey(Math.max(firstPosition, head - recentIdLimit + 1));
    for (const { key, value } of events.getRange({ start })) {
      const event = decodeRecord(positionOf(key), value);
      recentIds.remember(event.id, { stream: event.stream, revision: event.revision });
    }
  }
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
