import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** What happened to the warehouse's state, one line of JSON each. */
export type Entry =
  | { readonly kind: 'order'; readonly order: { readonly id: string } }
  | { readonly kind: 'order-gone'; readonly id: string }
  | { readonly kind: 'item'; readonly item: { readonly sku: string } }
  | { readonly kind: 'item-gone'; readonly sku: string }
  | { readonly kind: 'raw-items'; readonly items: readonly unknown[] }
  | { readonly kind: 'next-order'; readonly next: number };

export interface Journal {
  /** What an earlier run left, oldest first. */
  readonly history: readonly Entry[];
  append(entries: readonly Entry[]): void;
  /** Replaces everything written so far; a crash leaves either the old file or the new one. */
  rewrite(entries: Iterable<Entry>): void;
  /** Entries since the last rewrite. */
  readonly length: number;
  close(): void;
}

/** Keeps the state of the warehouse in one append-only file of a folder, or nowhere when there is no folder. */
export function openJournal(folder: string | undefined): Journal {
  return folder === undefined ? forgetful : openFile(folder);
}

const forgetful: Journal = {
  history: [],
  append: () => undefined,
  rewrite: () => undefined,
  length: 0,
  close: () => undefined,
};

function openFile(folder: string): Journal {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'warehouse.jsonl');
  const history = existsSync(file) ? readEntries(file) : [];
  let descriptor = openSync(file, 'a');
  let length = history.length;
  return {
    history,
    append(entries) {
      if (entries.length === 0) return;
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
    get length() {
      return length;
    },
    close: () => closeSync(descriptor),
  };
}

function lines(entries: Iterable<Entry>): string {
  let text = '';
  for (const entry of entries) text += `${JSON.stringify(entry)}\n`;
  return text;
}

/** A last line without its end was being written during a crash and never took effect. */
function readEntries(file: string): Entry[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Entry => JSON.parse(line));
}
