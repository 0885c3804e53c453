import type { Knex } from 'knex';

/** Keys of programs that call the API: only the hash of each secret is kept. */
export const apiKeys: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table portal.api_keys (
      id text primary key,
      name text not null,
      secret_hash text not null unique,
      roles text[] not null check (cardinality(roles) > 0),
      customer_id text,
      brand_id text,
      created_by text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      revoked_at timestamptz
    );
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop table portal.api_keys');
}
