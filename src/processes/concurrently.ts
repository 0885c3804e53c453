/**
 * Works on items with so many at once, taking the next as one ends, so that a long list costs no memory of its own.
 * The first failure, and an abort, keep further items from being started.
 *
 * @throws the first failure, or the signal's reason, once what was under way has ended
 */
export async function concurrently<Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { error: unknown } | null = null;

  async function worker(): Promise<void> {
    while (failure === null && signal?.aborted !== true) {
      const next = iterator.next();
      if (next.done === true) return;
      try {
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  }

  await Promise.all(Array.from({ length: limit }, worker));
  const failed = failure as { error: unknown } | null;
  if (failed) throw failed.error;
  signal?.throwIfAborted();
}
