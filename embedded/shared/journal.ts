import { openJsonLines } from './json-lines.js';

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
 * caller goes on, so that a killed process loses nothing. The file is compacted when it is opened. Without a folder
 * nothing is kept.
 */
export function openJournal(folder: string | undefined): Journal {
  const file = openJsonLines<Change>(folder, 'journal.jsonl');
  const collections = new Map<string, Map<string, unknown>>();
  const named = (name: string): Map<string, unknown> => {
    const found = collections.get(name) ?? new Map<string, unknown>();
    collections.set(name, found);
    return found;
  };
  for (const [name, id, ...value] of file.history) {
    if (value.length === 0) named(name).delete(id);
    else named(name).set(id, value[0]);
  }
  file.rewrite(snapshot(collections));

  return {
    collection<Value>(name: string): Collection<Value> {
      const values = named(name) as Map<string, Value>;
      return {
        get: (id) => values.get(id),
        put(id, value) {
          values.set(id, value);
          file.append([[name, id, value]]);
        },
        delete(id) {
          if (values.delete(id)) file.append([[name, id]]);
        },
        values: () => values.values(),
        get size() {
          return values.size;
        },
      };
    },
    close: () => file.close(),
  };
}

/** `[collection, id, value]`, or `[collection, id]` for a removal. */
type Change = [name: string, id: string, value?: unknown];

function* snapshot(collections: ReadonlyMap<string, ReadonlyMap<string, unknown>>): Generator<Change> {
  for (const [name, values] of collections) for (const [id, value] of values) yield [name, id, value];
}
