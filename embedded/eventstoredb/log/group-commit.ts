import { setImmediate } from 'node:timers/promises';

/** One commit takes at most this many items or bytes, so that a failed one fails few and its memory has a bound. */
const batchLimit = 1024;
const batchBytes = 8 * 1024 * 1024;

/**
 * Group commit: while one batch is on its way to the disk the next one gathers, in order of arrival, so that many
 * share the price of one flush and nobody waits for company. `run` returns a result per item, or rejects and then
 * nothing has happened.
 */
export function createGroupCommit<Item, Result>(
  bytesOf: (item: Item) => number,
  run: (batch: readonly Item[]) => Promise<readonly Result[]>,
) {
  const queue: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let working: Promise<void> | undefined;

  return {
    submit(item: Item): Promise<Result> {
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        working ??= work();
      });
    },
    /** Resolves when everything submitted so far is answered. */
    drain: async (): Promise<void> => working,
  };

  async function work(): Promise<void> {
    // What arrives in the same turn of the event loop belongs together.
    await setImmediate();
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        const results = await run(batch.map(({ item }) => item));
        for (const [index, result] of results.entries()) batch[index]?.resolve(result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = undefined;
  }

  function takeBatch(): typeof queue {
    let bytes = 0;
    let count = 0;
    for (const { item } of queue) {
      if (count >= batchLimit || bytes >= batchBytes) break;
      bytes += bytesOf(item);
      count += 1;
    }
    return queue.splice(0, count);
  }
}
