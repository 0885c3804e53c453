/** Lets one piece of work go on while its owner prepares the next: no more than one is ever under way. */
export interface OneBehind {
  /** Begins `work` when the one before is done. Returns when it has begun. @throws what the one before threw */
  begin(work: () => Promise<void>): Promise<void>;
  /** @throws what the last one threw */
  done(): Promise<void>;
}

export function oneBehind(): OneBehind {
  let underWay: Promise<void> = Promise.resolve();
  return {
    async begin(work) {
      await underWay;
      underWay = work();
      // A failure is thrown to whoever begins the next work, or waits for the end; nobody awaits it before.
      underWay.catch(() => undefined);
    },
    done: () => underWay,
  };
}
