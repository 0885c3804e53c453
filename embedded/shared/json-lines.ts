import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** A file of entries, one line of JSON each, that grows at its end. */
export interface JsonLines<Entry> {
  /** What an earlier run left, oldest first. */
  readonly history: readonly Entry[];
  /** Entries appended since the last rewrite; at first those of the history. */
  readonly length: number;
  /** Written before the caller goes on, so that a killed process loses nothing. */
  append(entries: readonly Entry[]): void;
  /** Replaces everything written so far; a crash leaves either the old file or the new one. */
  rewrite(entries: Iterable<Entry>): void;
  close(): void;
}

/**
 * Opens the file `name` of a folder, making both when missing; without a folder nothing is kept. What stand-ins are sent is
 * for their user alone: customers are in it.
 */
export function openJsonLines<Entry>(folder: string | undefined, name: string): JsonLines<Entry> {
  if (folder === undefined) return forgetful;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  const history = existsSync(file) ? readEntries<Entry>(file) : [];
  let descriptor = openSync(file, 'a');
  let length = history.length;
  let closed = false;
  return {
    history,
    get length() {
      return length;
    },
    append(entries) {
      // What a stand-in still does while it stops is not kept.
      if (closed || entries.length === 0) return;
      writeSync(descriptor, lines(entries));
      length += entries.length;
    },
    rewrite(entries) {
      const next = `${file}.next`;
      const target = openSync(next, 'w');
      writeSync(target, lines(entries));
      fsyncSync(target);
      closeSync(target);
      closeSync(descriptor);
      renameSync(next, file);
      descriptor = openSync(file, 'a');
      length = 0;
    },
    close() {
      if (closed) return;
      closed = true;
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}

const forgetful: JsonLines<never> & JsonLines<unknown> = {
  history: [],
  length: 0,
  append: () => undefined,
  rewrite: () => undefined,
  close: () => undefined,
};

function lines(entries: Iterable<unknown>): string {
  let text = '';
  for (const entry of entries) text += `${JSON.stringify(entry)}\n`;
  return text;
}

/** A last line without its end was being written during a crash and never took effect. */
function readEntries<Entry>(file: string): Entry[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Entry => JSON.parse(line));
}
