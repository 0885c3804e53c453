import { vi } from 'vitest';

/**
 * The clock of this process, ahead by so many milliseconds until it is put elsewhere: what takes its time from `Date.now`
 * sees it. Timers go on as they do when a host's clock is set.
 */
export function clockAheadBy(ms: number): {
  putAheadBy(ms: number): void;
  /** It stands still until it is put elsewhere. */
  stop(): void;
  restore(): void;
} {
  const now = Date.now.bind(Date);
  let time = () => now() + ms;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => time());
  return {
    putAheadBy(other) {
      time = () => now() + other;
    },
    stop() {
      const stopped = time();
      time = () => stopped;
    },
    restore: () => spy.mockRestore(),
  };
}

/** What this process measures by, as it is. */
const measured = performance.now.bind(performance);

/**
 * Lets so many milliseconds pass, for what measures by `performance.now`. Timers go on as they are.
 *
 * @returns what takes them back
 */
export function timePasses(ms: number): { restore(): void } {
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => measured() + ms);
  return { restore: () => spy.mockRestore() };
}
