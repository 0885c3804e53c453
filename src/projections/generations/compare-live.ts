import { readLiveGeneration } from '../runtime/live-generation.js';
import type { Projection } from '../runtime/projection.js';
import { catchUp } from './catch-up.js';
import { type Comparison, compareGenerations } from './compare.js';
import { type GenerationDeps, NoSuchGeneration } from './deps.js';
import { holding } from './switch.js';

/**
 * The snapshot is silent while the generation is held and caught up. When it is silent for longer, its process hangs or
 * was halted: the server ends it, since it keeps the next rebuild from dropping its tables.
 */
const silentSnapshotMs = 2 * 60_000;

/**
 * Compares a generation with the live one at one and the same position. Both are seen by one snapshot, taken while they
 * stand there; the projector may go on right then.
 */
export async function compareWithLive(
  deps: GenerationDeps,
  projection: Projection,
  generation: number,
  onEvents: (count: number) => void,
): Promise<Comparison> {
  const snapshot = await deps.db.transaction(undefined, { isolationLevel: 'repeatable read', readOnly: true });
  try {
    // A setting takes no snapshot yet.
    await snapshot.raw(`set local idle_in_transaction_session_timeout = ${silentSnapshotMs}`);
    const live = await holding(deps, projection, async (tx) => {
      const now = await readLiveGeneration(tx, projection.name);
      if (!now) throw new NoSuchGeneration(`${projection.name} has no live generation`);
      if (now.checkpoint) await catchUp(deps, [{ projection, generation, until: now.checkpoint, onEvents }]);
      // The first query takes the snapshot.
      await snapshot.raw('select 1');
      return now.generation;
    });
    return await compareGenerations(snapshot, projection, live, generation);
  } finally {
    await snapshot.rollback().catch(() => undefined);
  }
}
