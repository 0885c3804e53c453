import type { SyncState } from '../../domain/sync/decider.js';

/** Resolves while a run may go on. @throws RunOvertaken */
export type StillRunning = () => Promise<void>;

/** The run was ended by another process, whose snapshot is newer. */
class RunOvertaken extends Error {
  override readonly name = 'RunOvertaken';
  constructor() {
    super('another process has ended the run and goes on with the stock');
  }
}

/**
 * Looks whether a run is still under way. The lock that keeps runs apart goes with its connection, and a process that was
 * halted does not notice: it would bring back the stock of an hour ago. Whoever runs next has ended its run first.
 *
 * Those who ask at the same time share a look, which begins after they have asked.
 */
export function createStillRunning(runs: () => Promise<SyncState>, syncId: string): StillRunning {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;

  async function look(): Promise<void> {
    const status = (await runs())[syncId];
    if (status === 'failed' || status === 'completed') throw new RunOvertaken();
  }

  return () => {
    const begin = () => {
      next = null;
      current = look();
      return current;
    };
    next ??= current.then(begin, begin);
    return next;
  };
}
