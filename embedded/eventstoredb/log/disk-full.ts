import { statfsSync } from 'node:fs';

/** Nothing was written because there is no space; the log goes on serving reads and takes appends again later. */
export class DiskFullError extends Error {}

/** Less than one transaction may need: a failed write on such a disk is for want of space, in bytes. */
const tooLittle = 16 * 1024 * 1024;
// ENOSPC, EFBIG and EDQUOT of POSIX, and LMDB's MDB_MAP_FULL.
const fullCodes: unknown[] = [28, 27, 122, -30792];
// LMDB turns a write that was cut short into EIO, which a full disk causes as well.
const inputOutputError = 5;

/** The failure of a transaction in `folder`, told as a full disk when that is the cause. */
export function explain(error: unknown, folder: string): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const full = fullCodes.includes(code) || (code === inputOutputError && freeSpace(folder) < tooLittle);
  return full ? new DiskFullError(`the disk is full, nothing was written: ${String(error)}`, { cause: error }) : error;
}

function freeSpace(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
