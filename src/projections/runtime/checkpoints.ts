import type { Knex } from 'knex';
import { comparePositions, type Position } from '../../commands/event-store.js';
import type { LastEvent } from './last-event.js';

/** A checkpoint was not where its owner had left it: somebody else moves it. */
export class OwnershipLost extends Error {
  override readonly name = 'OwnershipLost';
}

export interface PositionRow {
  commit_position: string | null;
  prepare_position: string | null;
}

export interface CheckpointMove {
  readonly name: string;
  readonly generation: number;
  readonly from: Position | null;
  readonly to: Position;
  /** The last event up to `to`, where one was read since the last move. */
  readonly last?: LastEvent | null;
}

/**
 * Moves checkpoints by compare-and-set, all or none.
 * @throws OwnershipLost when one was not at `from`
 */
export async function moveCheckpoints(tx: Knex.Transaction, moves: readonly CheckpointMove[]): Promise<void> {
  if (moves.length === 0) return;
  const { rowCount } = await tx.raw<{ rowCount: number }>(
    `update portal.projection_checkpoints c
     set commit_position = m.to_commit, prepare_position = m.to_prepare, updated_at = now(),
       last_stream = coalesce(m.stream, c.last_stream), last_revision = coalesce(m.revision, c.last_revision),
       last_hash = coalesce(m.hash, c.last_hash)
     from jsonb_to_recordset(?::jsonb) as m (name text, generation int, from_commit numeric, from_prepare numeric,
       to_commit numeric, to_prepare numeric, stream text, revision numeric, hash text)
     where c.name = m.name and c.generation = m.generation
       and c.commit_position is not distinct from m.from_commit
       and c.prepare_position is not distinct from m.from_prepare`,
    [
      JSON.stringify(
        moves.map(({ name, generation, from, to, last }) => ({
          name,
          generation,
          from_commit: from?.commit.toString() ?? null,
          from_prepare: from?.prepare.toString() ?? null,
          to_commit: to.commit.toString(),
          to_prepare: to.prepare.toString(),
          stream: last?.stream ?? null,
          revision: last?.revision.toString() ?? null,
          hash: last?.hash ?? null,
        })),
      ),
    ],
  );
  if (rowCount !== moves.length) throw new OwnershipLost('a checkpoint has been moved by somebody else');
}

/**
 * Looks whether checkpoints are where their owner left them: to whoever has put one back, a subscription that has nothing
 * to tell would be deaf.
 * @throws OwnershipLost when one is elsewhere
 */
export async function assertCheckpoints(
  tx: Knex.Transaction,
  expected: readonly { name: string; generation: number; checkpoint: Position | null }[],
): Promise<void> {
  const { rows } = await tx.raw<{ rows: (PositionRow & { name: string; generation: number })[] }>(
    'select name, generation, commit_position, prepare_position from portal.projection_checkpoints where name = any(?)',
    [expected.map(({ name }) => name)],
  );
  for (const { name, generation, checkpoint } of expected) {
    const row = rows.find((one) => one.name === name && one.generation === generation);
    if (row && !isEqual(toPosition(row), checkpoint))
      throw new OwnershipLost(`the checkpoint of ${name} has been put elsewhere`);
  }
}

function isEqual(one: Position | null, other: Position | null): boolean {
  return one === null || other === null ? one === other : comparePositions(one, other) === 0;
}

export function toPosition(row: PositionRow): Position | null {
  return row.commit_position === null || row.prepare_position === null
    ? null
    : { commit: BigInt(row.commit_position), prepare: BigInt(row.prepare_position) };
}
