import type { Knex } from 'knex';

/** The last seal, where whoever can write to the event store need not be able to write. */
export const sealWitness: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table portal.seal_witness (
      only_one boolean primary key default true check (only_one),
      number integer not null,
      digest text not null,
      sealed_at timestamptz not null
    );
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop table portal.seal_witness');
}
