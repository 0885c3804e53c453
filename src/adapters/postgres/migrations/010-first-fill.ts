import type { Knex } from 'knex';

/** Since when a generation that is live already is being filled for the first time: what it holds is short until then. */
export const firstFill: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw('alter table portal.projection_checkpoints add column filling_since timestamptz');
}

async function down(db: Knex): Promise<void> {
  await db.raw('alter table portal.projection_checkpoints drop column filling_since');
}
