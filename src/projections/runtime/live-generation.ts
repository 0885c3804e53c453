import type { Knex } from 'knex';
import type { Position } from '../../commands/event-store.js';
import { type PositionRow, toPosition } from './checkpoints.js';
import { beginFirstFill } from './first-fill.js';
import type { Projection } from './projection.js';
import { completeGeneration, createGeneration, pointViews } from './tables.js';

/** Another generation went live; what the projector knows is out of date. */
export class GenerationChanged extends Error {
  override readonly name = 'GenerationChanged';
}

/** What is known of a projection's live generation. */
export interface LiveGeneration {
  readonly generation: number;
  /** The one it took over from, which is kept for a rollback; null when there is none. */
  readonly previous: number | null;
  /** Version of the code that filled it. */
  readonly version: number;
  readonly checkpoint: Position | null;
  readonly parkedEpoch: string;
  /** Its checkpoint is that of an event store that is no more. */
  readonly rewound: boolean;
}

interface LiveRow extends PositionRow {
  live: number;
  previous: number | null;
  version: number;
  parked_epoch: string;
  rewound: boolean;
}

/** Loads a projection's live generation; the first call ever creates generation 1. */
export async function loadLiveGeneration(db: Knex, projection: Projection): Promise<LiveGeneration> {
  const found = await readLiveGeneration(db, projection.name);
  if (found) return found;
  await db.transaction(async (tx) => {
    // Two processes may start at once; the second finds the first one's row.
    const { rows } = await tx.raw(
      'insert into portal.projection_generations (name, live) values (?, 1) on conflict do nothing returning name',
      [projection.name],
    );
    if (rows.length === 0) return;
    await createGeneration(tx, projection, 1);
    await beginFirstFill(tx, projection.name, 1);
    await completeGeneration(tx, projection, 1);
    await pointViews(tx, projection, 1);
  });
  const created = await readLiveGeneration(db, projection.name);
  if (!created) throw new Error(`projection ${projection.name} has no live generation`);
  return created;
}

export async function readLiveGeneration(db: Knex, name: string): Promise<LiveGeneration | null> {
  const { rows } = await db.raw<{ rows: LiveRow[] }>(
    `select g.live, g.previous, g.parked_epoch, c.version, c.commit_position, c.prepare_position,
       c.rewound_since is not null as rewound
     from portal.projection_generations g
     join portal.projection_checkpoints c on c.name = g.name and c.generation = g.live
     where g.name = ?`,
    [name],
  );
  const row = rows[0];
  return row
    ? {
        generation: row.live,
        previous: row.previous,
        version: row.version,
        checkpoint: toPosition(row),
        parkedEpoch: row.parked_epoch,
        rewound: row.rewound,
      }
    : null;
}

/**
 * A batch that has not said anything for so long, milliseconds, is that of a process which hangs or was halted. The server
 * ends it, so that the next owner does not wait for its rows.
 */
const silentBatchMs = 5_000;

/**
 * Holds the live generations in place until the transaction ends: a switch waits for it, and it for a switch.
 * @returns parked epochs by projection name
 * @throws GenerationChanged when one of them is not the expected one
 */
export async function holdGenerations(
  tx: Knex.Transaction,
  expected: readonly { name: string; generation: number }[],
): Promise<Map<string, string>> {
  const { rows } = await tx.raw<{ rows: { name: string; live: number; parked_epoch: string }[] }>(
    `select name, live, parked_epoch, set_config('idle_in_transaction_session_timeout', ?, true)
     from portal.projection_generations where name = any(?) order by name for share`,
    [String(silentBatchMs), expected.map(({ name }) => name)],
  );
  const live = new Map(rows.map((row) => [row.name, row]));
  for (const { name, generation } of expected) {
    const now = live.get(name)?.live;
    if (now !== generation) throw new GenerationChanged(`${name} went from generation ${generation} to ${now}`);
  }
  return new Map(rows.map((row) => [row.name, row.parked_epoch]));
}

/** Excludes the projector's batches and any switch until the transaction ends. */
export async function lockGenerations(tx: Knex.Transaction, projection: string): Promise<void> {
  await tx.raw('select 1 from portal.projection_generations where name = ? for update', [projection]);
}
