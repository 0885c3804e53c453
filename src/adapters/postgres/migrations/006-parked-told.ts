import type { Knex } from 'knex';

/** When the operators were told of a parked stream; until then the telling is owed, whatever dies meanwhile. */
export const parkedTold: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table portal.parked_streams add column told_at timestamptz;
    -- Of these an earlier release has told.
    update portal.parked_streams set told_at = parked_at;
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('alter table portal.parked_streams drop column told_at');
}
