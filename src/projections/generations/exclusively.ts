import { setTimeout as sleep } from 'node:timers/promises';
import type { Ownership } from '../../commands/ports.js';
import type { Projection } from '../runtime/projection.js';
import type { GenerationDeps } from './deps.js';

/** This projection is being rebuilt or rolled back already. */
export class RebuildInProgress extends Error {
  override readonly name = 'RebuildInProgress';
}

/** The lock was lost on the way, with its connection: somebody else may have begun. */
export class RebuildLockLost extends Error {
  override readonly name = 'RebuildLockLost';
}

/** @throws RebuildLockLost when somebody else may be at work by now */
export type AssertAlone = () => void;

const retryPauseMs = 100;

/**
 * Works on the generations of some projections as the only one. The work has to look whether it still is.
 *
 * @param waitMs how long it waits for whoever is at work on them
 * @throws RebuildInProgress, RebuildLockLost
 */
export async function exclusively<T>(
  { ownerLock }: Pick<GenerationDeps, 'ownerLock'>,
  projections: readonly Projection[],
  work: (assertAlone: AssertAlone) => Promise<T>,
  waitMs = 0,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  const held: Ownership[] = [];
  const assertAlone = () => {
    if (held.some(({ lost }) => lost.aborted)) {
      throw new RebuildLockLost('the lock was lost with its connection: the work is broken off');
    }
  };
  try {
    for (const { name } of projections) {
      let ownership = await ownerLock.tryAcquire(`rebuild:${name}`);
      while (!ownership && performance.now() < deadline) {
        await sleep(retryPauseMs);
        ownership = await ownerLock.tryAcquire(`rebuild:${name}`);
      }
      if (!ownership) throw new RebuildInProgress(`${name} is being rebuilt already`);
      held.push(ownership);
    }
    return await work(assertAlone);
  } finally {
    for (const ownership of held) await ownership.release();
  }
}
