import type { Knex } from 'knex';
import { fromParked, type ParkedRow, type ParkedStream, toParked } from './parking.js';

/** How many streams a projection has parked, and of how many of them nobody has been told. */
export interface ParkedCount {
  readonly parked: number;
  readonly untold: number;
}

/** A rebuild parks what was parked before; that is no news. */
const isUntold = `p.told_at is null and not exists (
  select 1 from portal.parked_streams o
  where o.projection = p.projection and o.stream = p.stream and o.event_id = p.event_id and o.told_at is not null)`;

/** By projection; none is missing for having nothing parked. */
export async function countParked(db: Knex, names: readonly string[]): Promise<Map<string, ParkedCount>> {
  const { rows } = await db.raw<{ rows: { projection: string; parked: string; untold: string }[] }>(
    `select p.projection, count(*) as parked, count(*) filter (where ${isUntold}) as untold
     ${fromParked} group by p.projection`,
  );
  const found = new Map(rows.map((row) => [row.projection, row]));
  return new Map(
    names.map((name) => {
      const row = found.get(name);
      return [name, { parked: Number(row?.parked ?? 0), untold: Number(row?.untold ?? 0) }];
    }),
  );
}

/** Parked streams nobody has been told of, oldest first; none while the last telling is younger than `pauseMs`. */
export async function untoldParked(db: Knex, pauseMs: number): Promise<ParkedStream[]> {
  const { rows } = await db.raw<{ rows: ParkedRow[] }>(
    `select p.* ${fromParked} and ${isUntold}
     and not exists (select 1 from portal.parked_streams where told_at > now() - ? * interval '1 millisecond')
     order by p.parked_at, p.stream, p.projection`,
    [pauseMs],
  );
  return rows.map(toParked);
}

/** Remembers that the operators know of these. */
export async function markTold(db: Knex, told: readonly ParkedStream[]): Promise<void> {
  await db.raw(
    `update portal.parked_streams p set told_at = now()
     from jsonb_to_recordset(?::jsonb) as t(projection text, stream text, "eventId" uuid)
     where p.projection = t.projection and p.stream = t.stream and p.event_id = t."eventId"`,
    [JSON.stringify(told)],
  );
}
