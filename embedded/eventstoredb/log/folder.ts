import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RootDatabase } from 'lmdb';

const markerName = 'EVENTSTOREDB';
const marker = 'vitallogistics embedded eventstoredb, data format 2\n';

/**
 * Makes sure that a folder is empty or holds a log of this format, and marks it. One that it makes keeps other users out.
 * @throws when the folder holds something else; the message says what.
 */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, markerName);
  if (!existsSync(file)) {
    const [stranger] = readdirSync(folder);
    if (stranger !== undefined) {
      throw new Error(`data folder ${folder} was not made by this event store: it holds ${stranger}`);
    }
    writeFileSync(file, marker);
  }
  if (readFileSync(file, 'utf8') !== marker) {
    throw new Error(
      `data folder ${folder} was written by another version of this event store: to begin anew, move it away together with ` +
        'the PostgreSQL data that were made of it',
    );
  }
}

/**
 * Makes sure that nobody else has an opened database. LMDB's reader table tells who has; the operating system clears a
 * process out of it however that process ends. Two that start together both refuse, never both run.
 * @throws when another process has the folder open already.
 */
export function claimFolder(folder: string, database: RootDatabase): void {
  database.readerCheck();
  const readers = [...database.readerList().matchAll(/^\s*(\d+)\s/gm)].map(([, pid]) => Number(pid));
  const other = readers.find((pid) => pid !== process.pid);
  if (other !== undefined) throw new Error(`data folder ${folder} is in use by process ${other}`);
}
