import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is anything but undefined.
 *
 * @returns the answer, or undefined when `limitMs` milliseconds passed without one
 */
export async function poll<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  { everyMs, limitMs }: { everyMs: number; limitMs: number },
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) return undefined;
    await sleep(everyMs);
  }
}
