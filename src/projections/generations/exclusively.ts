import type { Ownership } from '../runtime/owner-lock.js';
import type { Projection } from '../runtime/projection.js';
import type { GenerationDeps } from './deps.js';

/** This projection is being rebuilt or rolled back already. */
export class RebuildInProgress extends Error {
  override readonly name = 'RebuildInProgress';
}

/** Works on the generations of some projections as the only one. @throws RebuildInProgress */
export async function exclusively<T>(
  deps: Pick<GenerationDeps, 'ownerLock'>,
  projections: readonly Projection[],
  work: () => Promise<T>,
): Promise<T> {
  const held: Ownership[] = [];
  try {
    for (const { name } of projections) {
      const ownership = await deps.ownerLock.tryAcquire(`rebuild:${name}`);
      if (!ownership) throw new RebuildInProgress(`${name} is being rebuilt already`);
      held.push(ownership);
    }
    return await work();
  } finally {
    for (const ownership of held) await ownership.release();
  }
}
