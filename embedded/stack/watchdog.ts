import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Ends the parts should this process die without a chance to do so itself (SIGKILL, out of memory). */
export interface Watchdog {
  watch(pid: number, stopSignal: NodeJS.Signals): void;
  forget(pid: number): void;
  /** Ends the watchdog; parts that are still watched are ended with it. */
  close(): void;
}

/** Starts the watchdog: one shell for the whole stack, in a session of its own so that Ctrl-C does not reach it. */
export function startWatchdog(): Watchdog {
  const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'watchdog.sh');
  const child = spawn('/bin/sh', [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // A watchdog that someone killed must not take the stack with it.
  child.stdin.on('error', () => {});
  child.on('error', () => {});
  child.unref();
  return {
    watch: (pid, stopSignal) => void child.stdin.write(`watch ${pid} ${stopSignal.replace(/^SIG/, '')}\n`),
    forget: (pid) => void child.stdin.write(`forget ${pid}\n`),
    close: () => void child.stdin.end(),
  };
}
