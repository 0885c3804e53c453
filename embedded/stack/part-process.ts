import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, PartOutput } from './part.js';

/** One run of a part's program. */
export interface PartProcess {
  pid: number;
  output: PartOutput;
  /** Resolves once the process is gone, with how it ended; never rejects. */
  exited: Promise<string>;
  hasExited(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, kills it when it takes longer than `limitMs`, and resolves once it is gone. */
  stop(signal: NodeJS.Signals, limitMs: number): Promise<void>;
}

/** A log that grew beyond this is emptied at the part's next start. */
const maxLogBytes = 10 * 1024 * 1024;
/** What of the output is looked at to find a ready line or the reason of a failure. */
const maxReadBytes = 64 * 1024;

/** Starts a program with its output appended to `logFile`. Rejects when it cannot be run at all. */
export async function startProcess(command: Command, logFile: string): Promise<PartProcess> {
  mkdirSync(path.dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) truncateSync(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const logStart = statSync(logFile).size;
  const output = command.inheritOutput ? ('inherit' as const) : log;
  const child = spawn(command.file, command.args, {
    stdio: ['ignore', output, output],
    env: command.env,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    // A session of its own: Ctrl-C reaches the launcher only, which then stops the parts in order.
    detached: true,
  });
  closeSync(log);
  const exited = ending(child);
  await once(child, 'spawn');

  return {
    pid: child.pid ?? 0,
    output: { read: () => readFrom(logFile, logStart) },
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    signal: (signal) => void child.kill(signal),
    async stop(signal, limitMs) {
      child.kill(signal);
      const limit = new AbortController();
      const killAtLimit = sleep(limitMs, undefined, { signal: limit.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      );
      await exited;
      limit.abort();
      await killAtLimit;
    },
  };
}

/** The last lines of a part's log, for an error message. */
export function lastLines(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-15)
    .map((line) => `    ${line}`)
    .join('\n');
}

function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

function readFrom(file: string, start: number): string {
  const size = statSync(file).size;
  if (size - start <= maxReadBytes) return readFileSync(file).subarray(start).toString('utf8');
  const buffer = Buffer.alloc(maxReadBytes);
  const fd = openSync(file, 'r');
  try {
    const length = readSync(fd, buffer, 0, maxReadBytes, size - maxReadBytes);
    return buffer.subarray(0, length).toString('utf8');
  } finally {
    closeSync(fd);
  }
}
