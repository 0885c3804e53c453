import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type DestinationStream, pino } from 'pino';
import { messageOf } from '../../commands/failures.js';

export interface RotatingFile extends DestinationStream {
  close(): void;
}

/** Characters kept for a disk that has no room, to be written once it has; what comes then is lost. */
export const maxUnwritten = 4 * 1024 * 1024;

/** For the portal's account, and for who reads logs with its group. */
const mode = 0o640;

/** How often it is looked, milliseconds, whether the file still has its name: what has lost it is soon packed or removed. */
const lookEveryMs = 1_000;

/**
 * A log file of bounded size under a fixed name: when `file` has grown past `maxBytes` it becomes `file.1`, the former
 * `file.1` becomes `file.2`, and so on up to `keep`. Lines are written synchronously, so that none is lost when the
 * process ends in whatever way. One process per folder. Somebody else may move, empty or remove the file meanwhile.
 */
export function rotatingFile(file: string, limits: { maxBytes: number; keep: number }): RotatingFile {
  const destination = pino.destination({ dest: file, sync: true, mkdir: true, mode, maxLength: maxUnwritten });
  let { size, inode } = lookAt(file);
  let lookedAt = performance.now();
  destination.on('write', (written: number) => {
    size += written;
    if (size >= limits.maxBytes) openAnew(() => shift(file, limits.keep));
  });
  // A full disk must not stop the portal; the console still has every line.
  destination.on('error', report);

  /** Where that fails, lines go where they went before. */
  function openAnew(makeRoom: () => void): void {
    size = 0;
    try {
      makeRoom();
      makeFile(file);
      destination.reopen();
      inode = lookAt(file).inode;
    } catch (error) {
      report(error);
    }
  }

  function lookWhetherMoved(): void {
    if (performance.now() - lookedAt < lookEveryMs) return;
    lookedAt = performance.now();
    if (lookAt(file).inode !== inode) openAnew(() => undefined);
  }

  function report(error: unknown): void {
    tell(`log file ${file}: ${messageOf(error)}\n`);
  }

  return {
    write: (line) => {
      lookWhetherMoved();
      destination.write(line);
    },
    close: () => destination.end(),
  };
}

/** Standard error can be a file on the same disk. */
function tell(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // Nowhere is left.
  }
}

function lookAt(file: string): { size: number; inode: number | null } {
  try {
    const { size, ino } = statSync(file);
    return { size, inode: ino };
  } catch {
    return { size: 0, inode: null };
  }
}

/** Done first: a failed `reopen` closes the former file twice, and by then its descriptor may be another's. */
function makeFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  closeSync(openSync(file, 'a', mode));
}

function shift(file: string, keep: number): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let number = keep - 1; number >= 0; number -= 1) {
    const from = number === 0 ? file : `${file}.${number}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${file}.${number + 1}`);
  }
}
