import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RootDatabase } from 'lmdb';

const markerName = 'EVENTSTOREDB';
const marker = 'vitallogistics embedded eventstoredb, data format 1\n';

/** The folder is not this server's to use; the message says why and which. */
class FolderRefusedError extends Error {}

/**
 * Makes sure that a folder is empty or holds a log of this format, and marks it.
 * @throws {FolderRefusedError} when the folder holds something else.
 */
export function prepareFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new FolderRefusedError(`data folder ${folder} is not a folder`);
  }
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, markerName);
  if (!existsSync(file)) {
    const [stranger] = readdirSync(folder);
    if (stranger !== undefined) {
      throw new FolderRefusedError(`data folder ${folder} was not made by this event store: it holds ${stranger}`);
    }
    writeFileSync(file, marker);
  }
  if (readFileSync(file, 'utf8') !== marker) {
    throw new FolderRefusedError(`data folder ${folder} has a data format that this event store cannot read`);
  }
}

const foldersOpenHere = new Set<string>();

/**
 * Claims an opened database for this process until the returned function is called. LMDB's reader table tells who else
 * has the files open; the operating system clears a process out of it however that process ends.
 * Two that start together both refuse, never both run.
 * @throws {FolderRefusedError} when another process, or this one, has the folder open already.
 */
export function claimFolder(folder: string, database: RootDatabase): () => void {
  const key = realpathSync(folder);
  database.readerCheck();
  const readers = database.readerList().matchAll(/^\s*(\d+)\s/gm);
  const other = [...readers].map(([, pid]) => Number(pid)).find((pid) => pid !== process.pid);
  if (other !== undefined) throw new FolderRefusedError(`data folder ${folder} is in use by process ${other}`);
  if (foldersOpenHere.has(key)) throw new FolderRefusedError(`data folder ${folder} is in use by this process`);
  foldersOpenHere.add(key);
  return () => foldersOpenHere.delete(key);
}
