import type { Knex } from 'knex';
import { formatPosition } from '../../commands/event-store.js';
import { toPosition } from './checkpoints.js';

/** A projection as operators see it, whichever process runs it. */
export interface ProjectionStatus {
  name: string;
  generation: number;
  /** The generation to roll back to, or null. */
  previous: number | null;
  version: number;
  /** `commit/prepare`, or null before the first event. */
  checkpoint: string | null;
  parkedStreams: number;
  switchedAt: string;
  updatedAt: string;
}

/** Every projection that has ever run on this database, by name. */
export async function projectionStatus(db: Knex): Promise<ProjectionStatus[]> {
  const { rows } = await db.raw<{
    rows: {
      name: string;
      live: number;
      previous: number | null;
      version: number;
      commit_position: string | null;
      prepare_position: string | null;
      parked: string;
      switched_at: Date;
      updated_at: Date;
    }[];
  }>(
    `select g.name, g.live, g.previous, g.switched_at, c.version, c.commit_position, c.prepare_position, c.updated_at,
       (select count(*) from portal.parked_streams p
        where p.projection = g.name and p.generation = g.live and p.status = 'parked') as parked
     from portal.projection_generations g
     join portal.projection_checkpoints c on c.name = g.name and c.generation = g.live order by g.name`,
  );
  return rows.map((row) => {
    const position = toPosition(row);
    return {
      name: row.name,
      generation: row.live,
      previous: row.previous,
      version: row.version,
      checkpoint: position && formatPosition(position),
      parkedStreams: Number(row.parked),
      switchedAt: row.switched_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    };
  });
}
