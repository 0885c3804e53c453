import { setTimeout as sleep } from 'node:timers/promises';
import type { Ownership } from '../../commands/ports.js';
import type { Projection } from '../runtime/projection.js';
import type { GenerationDeps } from './deps.js';

/** This projection is being rebuilt or rolled back already. */
export class RebuildInProgress extends Error {
  override readonly name = 'RebuildInProgress';
}

const retryPauseMs = 100;

/**
 * Works on the generations of some projections as the only one.
 *
 * @param waitMs so long it waits for whoever is at work on them
 * @throws RebuildInProgress
 */
export async function exclusively<T>(
  { ownerLock }: Pick<GenerationDeps, 'ownerLock'>,
  projections: readonly Projection[],
  work: () => Promise<T>,
  waitMs = 0,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  const held: Ownership[] = [];
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
    return await work();
  } finally {
    for (const ownership of held) await ownership.release();
  }
}
