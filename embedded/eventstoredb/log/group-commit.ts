/** One transaction takes at most this many appends or bytes: others waiting for the loop are not held up for long. */
const batchLimit = 1024;
const batchBytes = 8 * 1024 * 1024;

/** A commit waits at most this long, in milliseconds, for others to join; in quiet times it does not wait at all. */
const gatheringLimit = 10;

/** How a batch is carried out. `run` returns one result per item, or throws and then nothing has happened. */
export interface GroupCommitSteps<Item, Result> {
  run(batch: Item[]): Result[];
  committed(): void;
  bytes(item: Item): number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what arrives together goes to disk in one transaction, in order of arrival, and shares the price of
 * one flush. When the last one was shared, gathering for as long as it took is time well spent.
 */
export function createGroupCommit<Item, Result>(steps: GroupCommitSteps<Item, Result>) {
  let queue: Waiting<Item, Result>[] = [];
  let scheduled = false;
  let gathering = 0;

  return {
    submit(item: Item): Promise<Result> {
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        schedule();
      });
    },

    /** Resolves when everything submitted so far is answered. */
    async drain(): Promise<void> {
      while (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (gathering < 1) setImmediate(commit);
    else setTimeout(commit, gathering);
  }

  function commit(): void {
    scheduled = false;
    const batch = takeBatch();
    const started = performance.now();
    try {
      const results = steps.run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
      steps.committed();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    gathering = batch.length > 1 ? Math.min(performance.now() - started, gatheringLimit) : 0;
    if (queue.length > 0) schedule();
  }

  function takeBatch(): Waiting<Item, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of queue) {
      bytes += steps.bytes(item);
      count += 1;
      if (count >= batchLimit || bytes >= batchBytes) break;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }
}
