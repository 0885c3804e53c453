import { readLiveGeneration } from '../runtime/live-generation.js';
import type { Projection } from '../runtime/projection.js';
import { generationTable, tablesExist } from '../runtime/tables.js';
import { type GenerationDeps, NoSuchGeneration } from './deps.js';
import { exclusively } from './exclusively.js';
import { forgetOverwritten } from './overwritten.js';
import { forgetAllBut, holding, switchTo } from './switch.js';

/**
 * Makes the former generation live again, after bringing it up to the present.
 *
 * @throws NoSuchGeneration when there is none, or when other code has made it
 */
export async function rollbackProjection(
  deps: GenerationDeps,
  projection: Projection,
): Promise<{ projection: string; generation: number }> {
  return exclusively(deps, [projection], async (assertAlone) => {
    const { rows } = await deps.db.raw<{
      rows: { previous: number | null; version: number | null; rewound: boolean }[];
    }>(
      `select g.previous, c.version, c.rewound_since is not null as rewound from portal.projection_generations g
       left join portal.projection_checkpoints c on c.name = g.name and c.generation = g.previous where g.name = ?`,
      [projection.name],
    );
    const previous = rows[0]?.previous ?? null;
    if (previous === null || !(await tablesExist(deps.db, projection, previous))) {
      throw new NoSuchGeneration(`${projection.name} has no former generation`);
    }
    if (rows[0]?.version !== projection.version) {
      throw new NoSuchGeneration(
        `generation ${previous} of ${projection.name} was made by other code: run that release`,
      );
    }
    if (rows[0].rewound) {
      throw new NoSuchGeneration(`generation ${previous} of ${projection.name} follows an event store that is no more`);
    }
    await switchTo(deps, projection, previous, assertAlone);
    return { projection: projection.name, generation: previous };
  });
}

/** Two erasures at once are a matter of a moment; a rebuild of a large store takes longer, and is told of. */
const dropWaitMs = 30_000;

/**
 * Drops every generation but the live one, since what they hold follows the events no more, and what the database keeps
 * of overwritten rows of the live one. There is no rollback then. Waits for a short rebuild.
 *
 * @throws RebuildInProgress
 */
export async function dropFormerGenerations(deps: GenerationDeps, projection: Projection): Promise<void> {
  const drop = () =>
    holding(deps, projection, async (tx) => {
      const live = await readLiveGeneration(tx, projection.name);
      if (!live) return [];
      await forgetAllBut(tx, projection, [live.generation]);
      await tx.raw('update portal.projection_generations set previous = null where name = ?', [projection.name]);
      return projection.tables.map(({ name }) => generationTable(name, live.generation));
    });
  await exclusively(deps, [projection], async () => forgetOverwritten(deps.db, await drop()), dropWaitMs);
}
