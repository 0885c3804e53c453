import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import { encodeReadEvent, streams } from '../../../embedded/eventstoredb/protocol/wire.js';
import { startEventStoreDb } from '../../../embedded/eventstoredb/server.js';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import type { EventMetadata, EventStore } from '../../../src/commands/event-store.js';
import { eventHash } from '../../../src/commands/hash-chain.js';

/** An event as it lies in the files of the embedded store, in the order of the log. */
export interface Stored {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly revision: number;
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

type Row = [id: string, stream: string, type: string, revision: number, body: Uint8Array];

export function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'audit-'));
}

/** The store in a folder, served in this process while `work` runs. */
export async function withStore<Value>(
  folder: string,
  work: (eventStore: EventStore) => Promise<Value>,
): Promise<Value> {
  const server = await startEventStoreDb({ host: '127.0.0.1', port: 0, dataDir: folder });
  const eventStore = createEventStore(server.url);
  try {
    return await work(eventStore);
  } finally {
    await eventStore.close();
    await server.close();
  }
}

/** A copy of the folder of a stopped store, in whose files somebody has put these events in place of its own. */
export async function withTampered<Value>(
  folder: string,
  tamper: (events: Stored[]) => Stored[],
  work: (eventStore: EventStore) => Promise<Value>,
): Promise<Value> {
  const copy = newFolder();
  try {
    cpSync(folder, copy, { recursive: true });
    await rewrite(copy, tamper);
    return await withStore(copy, work);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function rewrite(folder: string, tamper: (events: Stored[]) => Stored[]): Promise<void> {
  const root = open(path.join(folder, 'log.mdb'), {});
  const events = root.openDB<Row, number>('events', { encoding: 'msgpack' });
  const index = root.openDB<number, [string, number]>('index', { encoding: 'ordered-binary' });
  const rows = [...events.getRange()].map(({ value }) => value);
  const own = rows.filter(([, stream]) => !stream.startsWith('$'));
  const first = rows.length - own.length;
  const tampered = tamper(own.map(decode));
  await root.transaction(() => {
    for (const position of [...events.getKeys()]) if (position > first) events.removeSync(position);
    for (const key of [...index.getKeys()]) {
      if (own.some(([, stream]) => streamKey(stream) === key[0])) index.removeSync(key);
    }
    for (const [at, { id, stream, type, revision, data, metadata }] of tampered.entries()) {
      const position = first + 1 + at;
      const body = encodeReadEvent({
        id,
        stream,
        type,
        revision,
        position,
        created: Date.parse('2026-03-01T09:00:00.000Z'),
        contentType: 'application/json',
        data: Buffer.from(JSON.stringify(data)),
        metadata: Buffer.from(JSON.stringify(metadata)),
      });
      events.putSync(position, [id, stream, type, revision, body]);
      index.putSync([streamKey(stream), revision], position);
    }
  });
  await root.close();
}

function decode([id, stream, type, revision, body]: Row): Stored {
  const recorded = streams.ReadResp.deserializeBinary(body).getEvent()!.getEvent()!;
  const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'));
  return {
    id,
    stream,
    type,
    revision,
    data: json(recorded.getData_asU8()),
    metadata: json(recorded.getCustomMetadata_asU8()),
  };
}

function streamKey(stream: string): string {
  return hash('sha256', stream, 'base64url').slice(0, 22);
}

/** Revisions without gaps, in the order of the log, as somebody leaves them who knows the format. */
export function renumbered(events: readonly Stored[]): Stored[] {
  const next = new Map<string, number>();
  return events.map((event) => {
    const revision = next.get(event.stream) ?? 0;
    next.set(event.stream, revision + 1);
    return { ...event, revision };
  });
}

/** The chain of a stream made anew from one of its events on: every hash fits again. */
export function rehashed(events: readonly Stored[], stream: string, from: number): Stored[] {
  let prevHash: string | null = null;
  return events.map((event) => {
    if (event.stream !== stream) return event;
    if (event.revision < from) {
      prevHash = event.metadata.hash;
      return event;
    }
    const { hash: _, ...metadata } = { ...event.metadata, prevHash };
    prevHash = eventHash(event.type, event.data, metadata);
    return { ...event, metadata: { ...metadata, hash: prevHash } };
  });
}
