import { renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { type DestinationStream, pino } from 'pino';

export interface RotatingFile extends DestinationStream {
  close(): void;
}

/** Characters kept for a disk that has no room, to be written once it has; what comes then is lost. */
export const maxUnwritten = 4 * 1024 * 1024;

/** For the portal's account, and for who reads logs with its group. */
const mode = 0o640;

/**
 * A log file of bounded size under a fixed name: when `file` has grown past `maxBytes` it becomes `file.1`, the former
 * `file.1` becomes `file.2`, and so on up to `keep`. Lines are written synchronously, so that none is lost when the
 * process ends in whatever way. One process per folder.
 */
export function rotatingFile(file: string, limits: { maxBytes: number; keep: number }): RotatingFile {
  const destination = pino.destination({ dest: file, sync: true, mkdir: true, mode, maxLength: maxUnwritten });
  let size = sizeOf(file);
  destination.on('write', (written: number) => {
    size += written;
    if (size < limits.maxBytes) return;
    size = 0;
    shift(file, limits.keep);
    destination.reopen();
  });
  // A full disk must not stop the portal; the console still has every line.
  destination.on('error', (error: Error) => {
    tell(`log file ${file}: ${error.message}\n`);
  });
  return {
    write: (line) => {
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

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function shift(file: string, keep: number): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let number = keep - 1; number >= 0; number -= 1) {
    const from = number === 0 ? file : `${file}.${number}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${file}.${number + 1}`);
  }
}
