import type { DestinationStream } from 'pino';

export interface GatheredLines extends DestinationStream {
  /** Writes what is held back, at once. */
  flush(): void;
}

/** Characters held back at most: a turn that logs more than this is writing anyway. */
const maxHeld = 64 * 1024;

/**
 * Hands lines on in one write per turn of the event loop instead of one write each: a process that answers many requests
 * in a turn would otherwise spend more on their lines than on their answers. Nothing is held back while the process
 * waits for anything.
 *
 * @param target writes synchronously
 */
export function gatheredLines(target: DestinationStream): GatheredLines {
  let held = '';

  function flush(): void {
    if (held === '') return;
    const lines = held;
    held = '';
    target.write(lines);
  }

  return {
    write(line) {
      if (held === '') setImmediate(flush);
      held += line;
      if (held.length >= maxHeld) flush();
    },
    flush,
  };
}
