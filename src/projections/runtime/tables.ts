import type { Knex } from 'knex';
import { longStatement } from './long-statement.js';
import type { Projection } from './projection.js';

/** Qualified, quoted name of a projection's table in one generation. */
export function generationTable(table: string, generation: number): string {
  return `"read"."${table}_g${generation}"`;
}

/** Any number not used elsewhere: the lock for creating the schema of the read models. */
const schemaLockKey = 4_711_002;

/**
 * Creates the empty tables of a generation and its checkpoint before the first event; what was there is dropped. The
 * indexes come later, with {@link completeGeneration}: filling a table costs a fraction without them.
 */
export async function createGeneration(
  tx: Knex.Transaction,
  projection: Projection,
  generation: number,
): Promise<void> {
  if (projection.tables.length > 0) {
    // `if not exists` is no protection against another transaction creating it at the same moment.
    await tx.raw('select pg_advisory_xact_lock(?)', [schemaLockKey]);
    await tx.raw('create schema if not exists "read"');
    await dropGeneration(tx, projection, generation);
    for (const table of projection.tables) await table.create(tx, generationTable(table.name, generation));
  }
  await tx.raw('delete from portal.parked_streams where projection = ? and generation = ?', [
    projection.name,
    generation,
  ]);
  await tx.raw(
    `insert into portal.projection_checkpoints (name, generation, version) values (?, ?, ?)
     on conflict (name, generation) do update set version = excluded.version, commit_position = null,
       prepare_position = null, last_stream = null, last_revision = null, last_hash = null, rewound_since = null,
       filling_since = null, updated_at = now()`,
    [projection.name, generation, projection.version],
  );
}

/** Makes the indexes of a generation's tables, once, and tells the planner what is in them. */
export async function completeGeneration(
  tx: Knex.Transaction,
  projection: Projection,
  generation: number,
): Promise<void> {
  for (const { name, indexes = [] } of projection.tables) {
    const table = generationTable(name, generation);
    for (const index of indexes) await longStatement(tx, `create index on ${table} ${index}`);
    await longStatement(tx, `analyze ${table}`);
  }
}

/**
 * Has the server note which rows everybody sees: an index alone answers only for those. By itself it would come to it after
 * many changes.
 */
export async function vacuumGeneration(db: Knex, projection: Projection, generation: number): Promise<void> {
  for (const { name } of projection.tables) {
    // A table that takes longer than a statement may is left to the server.
    await db.raw(`vacuum ${generationTable(name, generation)}`).catch(() => undefined);
  }
}

export async function dropGeneration(tx: Knex.Transaction, projection: Projection, generation: number): Promise<void> {
  for (const table of projection.tables) {
    await tx.raw(`drop table if exists ${generationTable(table.name, generation)} cascade`);
  }
}

/** Points the views `read.{table}` at a generation. Dropped and made anew, because columns may differ. */
export async function pointViews(tx: Knex.Transaction, projection: Projection, generation: number): Promise<void> {
  for (const table of projection.tables) {
    await tx.raw(`drop view if exists "read"."${table.name}"`);
    await tx.raw(`create view "read"."${table.name}" as select * from ${generationTable(table.name, generation)}`);
  }
}

/** Whether a generation has all its tables. */
export async function tablesExist(db: Knex, projection: Projection, generation: number): Promise<boolean> {
  if (projection.tables.length === 0) return true;
  const { rows } = await db.raw<{ rows: { found: boolean }[] }>(
    'select bool_and(to_regclass(name) is not null) as found from unnest(?::text[]) as name',
    [projection.tables.map(({ name }) => generationTable(name, generation))],
  );
  return rows[0]?.found === true;
}
