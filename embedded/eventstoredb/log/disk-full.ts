import { statfsSync } from 'node:fs';

/** Nothing was written because there is no space; the log goes on serving reads and takes appends again later. */
export class DiskFullError extends Error {}

/** Less than one transaction may need: a failed write on such a disk is for want of space, in bytes. */
const tooLittle = 16 * 1024 * 1024;
// ENOSPC, EFBIG and EDQUOT of POSIX, and LMDB's MDB_MAP_FULL.
const fullCodes: unknown[] = [28, 27, 122, -30792];
// LMDB turns a write that was cut short into EIO, which a full disk causes as well.
const inputOutputError = 5;

/** The failure of a commit in `folder`, told as a full disk when that is the cause. */
export async function explain(failure: unknown, folder: string): Promise<unknown> {
  // LMDB tells the cause of a failed commit by a promise that rejects with it.
  const { commitError = failure } = Object(failure) as { commitError?: unknown };
  const error = await Promise.resolve(commitError).catch((reason: unknown) => reason);
  const { code } = Object(error) as { code?: unknown };
  const { bavail, bsize } = statfsSync(folder);
  const full = fullCodes.includes(code) || (code === inputOutputError && bavail * bsize < tooLittle);
  return full ? new DiskFullError(`the disk is full, nothing was written: ${String(error)}`, { cause: error }) : error;
}
