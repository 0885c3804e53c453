import type { Knex } from 'knex';

/** The last event that each projection has read, by which it knows an event store that was put back to an older copy. */
export const lastEvents: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table portal.projection_checkpoints
      add column last_stream text,
      add column last_revision numeric(20, 0),
      add column last_hash text,
      add column rewound_since timestamptz;
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table portal.projection_checkpoints
      drop column rewound_since, drop column last_hash, drop column last_revision, drop column last_stream;
  `);
}
