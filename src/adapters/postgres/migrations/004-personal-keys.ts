import type { Knex } from 'knex';

/** The keys that personal data in the events are sealed with. Losing this table loses the data. */
export const personalKeys: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  // A retired key opens what it sealed and seals nothing new. A destroyed one leaves its id, which says that it was.
  await db.raw(`
    create table portal.personal_keys (
      id uuid primary key,
      subject text,
      wrapped bytea,
      master text,
      created_at timestamptz not null default now(),
      retired_at timestamptz,
      erased_at timestamptz,
      check ((wrapped is null) = (erased_at is not null)),
      check ((wrapped is null) = (master is null)),
      check (wrapped is null or subject is not null)
    );
    create unique index personal_keys_in_use on portal.personal_keys (subject) where retired_at is null;
    create index personal_keys_subject on portal.personal_keys (subject) where subject is not null;
    create index personal_keys_master on portal.personal_keys (master) where master is not null;

    create table portal.personal_index_key (
      only_one boolean primary key default true check (only_one),
      wrapped bytea not null,
      master text not null
    );
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop table portal.personal_index_key; drop table portal.personal_keys;');
}
