import { codeOf } from './errors.js';

/** How often a stand-in looks whether the process that started it is still there. */
const parentCheckMs = 1_000;

/**
 * Keeps a stand-in running until SIGTERM or SIGINT, or until the process named by `PORTAL_PARENT_PID` is gone (a launcher
 * that was killed cannot stop its children). Then closes it and exits with 0, or with 1 when closing fails.
 */
export function runUntilStopped(close: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const parent = Number(process.env.PORTAL_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 0) return;
  setInterval(() => {
    if (!isAlive(parent)) stop();
  }, parentCheckMs).unref();
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but belongs to somebody else.
    return codeOf(error) === 'EPERM';
  }
}
