import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './commands/ports.js';

/** Servers that start beside the portal get this long to appear. */
const startLimitMs = 30_000;
const retryMs = 500;

/**
 * Repeats a step of the start as long as its server is not there.
 *
 * @param passes whether waiting can mend an error
 * @throws the step's error, at once when it does not pass, else when the server has not appeared in time
 */
export async function onceThere(
  server: string,
  step: () => Promise<void>,
  { passes, logger }: { passes: (error: unknown) => boolean; logger: Logger },
): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!passes(error) || performance.now() > deadline) throw error;
      if (attempt === 1) logger.warn({ err: error }, `waiting for ${server}`);
      await sleep(retryMs);
    }
  }
}

/** Stops one part after the other; one that fails does not keep the next from it. @returns whether none failed */
export async function stopInOrder(parts: Readonly<Record<string, () => unknown>>, logger: Logger): Promise<boolean> {
  let inOrder = true;
  for (const [part, stop] of Object.entries(parts)) {
    try {
      await stop();
    } catch (error) {
      inOrder = false;
      logger.error({ err: error, part }, 'a part could not be stopped in order');
    }
  }
  return inOrder;
}
