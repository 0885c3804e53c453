import { poll } from '../../embedded/stack/poll.js';

/**
 * Asks until there is an answer other than undefined and false.
 *
 * @param what what is waited for, for the message of the failure
 * @throws when `limitMs` milliseconds passed without one; the last error that `ask` threw is its cause
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  limitMs = 30_000,
): Promise<Answer> {
  let cause: unknown;
  const answer = await poll(
    async () => {
      try {
        return (await ask()) || undefined;
      } catch (error) {
        cause = error;
        return undefined;
      }
    },
    { everyMs: 25, limitMs },
  );
  if (answer === undefined) throw new Error(`not within ${limitMs} ms: ${what}`, { cause });
  return answer;
}
