import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Values by id, kept across restarts. Values must be treated as immutable: replace, never change in place. */
export interface Collection<Value> {
  get(id: string): Value | undefined;
  put(id: string, value: Value): void;
  delete(id: string): void;
  values(): IterableIterator<Value>;
  readonly size: number;
}

export interface Journal {
  collection<Value>(name: string): Collection<Value>;
  close(): void;
}

/**
 * A small document store for stand-ins: everything in memory, every change one JSON line appended to a file before the
 * caller goes on, so that a killed process loses nothing. The file is compacted when it is opened. With `folder` null
 * nothing is kept.
 */
export function openJournal(folder: string | null): Journal {
  const collections = new Map<string, Map<string, unknown>>();
  const named = (name: string): Map<string, unknown> => {
    const found = collections.get(name) ?? new Map<string, unknown>();
    collections.set(name, found);
    return found;
  };

  let descriptor: number | null = null;
  if (folder !== null) {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'journal.jsonl');
    if (existsSync(file)) replay(readFileSync(file, 'utf8'), named);
    compact(file, collections);
    descriptor = openSync(file, 'a');
  }
  const append = (line: Change) => {
    if (descriptor !== null) writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };

  return {
    collection<Value>(name: string): Collection<Value> {
      const values = named(name) as Map<string, Value>;
      return {
        get: (id) => values.get(id),
        put(id, value) {
          values.set(id, value);
          append([name, id, value]);
        },
        delete(id) {
          if (values.delete(id)) append([name, id]);
        },
        values: () => values.values(),
        get size() {
          return values.size;
        },
      };
    },
    close() {
      if (descriptor === null) return;
      fsyncSync(descriptor);
      closeSync(descriptor);
      descriptor = null;
    },
  };
}

/** `[collection, id, value]`, or `[collection, id]` for a removal. */
type Change = [string, string, unknown] | [string, string];

function replay(text: string, named: (name: string) => Map<string, unknown>): void {
  for (const line of text.split('\n')) {
    const change = parse(line);
    if (change === null) continue;
    if (change.length === 2) named(change[0]).delete(change[1]);
    else named(change[0]).set(change[1], change[2]);
  }
}

/** Null for the empty last line and for one that was cut short by a crash. */
function parse(line: string): Change | null {
  try {
    return JSON.parse(line) as Change;
  } catch {
    return null;
  }
}

function compact(file: string, collections: Map<string, Map<string, unknown>>): void {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w');
  for (const [name, values] of collections) {
    for (const [id, value] of values) writeSync(descriptor, `${JSON.stringify([name, id, value])}\n`);
  }
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(fresh, file);
}
