import type { Knex } from 'knex';

/**
 * Open effects by key, as they are looked for. What is done piles up and was mostly due in the past, so the planner took the
 * few that are open and not due yet for many that are, and went through the whole table for them by its primary key.
 */
export const effectsDue: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`create index effects_due on portal.effects (key) where status = 'open'`);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop index portal.effects_due');
}
