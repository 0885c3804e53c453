import type { Knex } from 'knex';

/** How far each projection has read, which generation of it is live, and what it could not apply. */
export const projections: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  // Positions are unsigned 64-bit, one bit more than BIGINT holds.
  await db.raw(`
    create table portal.projection_generations (
      name text primary key,
      live integer not null,
      previous integer,
      parked_epoch bigint not null default 0,
      switched_at timestamptz not null default now()
    );

    create table portal.projection_checkpoints (
      name text not null,
      generation integer not null,
      version integer not null,
      commit_position numeric(20, 0),
      prepare_position numeric(20, 0),
      updated_at timestamptz not null default now(),
      primary key (name, generation),
      check ((commit_position is null) = (prepare_position is null))
    );

    create table portal.parked_streams (
      projection text not null,
      generation integer not null,
      stream text not null,
      status text not null default 'parked' check (status in ('parked', 'retried', 'skipped')),
      first_revision numeric(20, 0) not null,
      commit_position numeric(20, 0) not null,
      prepare_position numeric(20, 0) not null,
      event_id uuid not null,
      event_type text not null,
      error text not null,
      parked_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (projection, generation, stream)
    );

    create table portal.skipped_events (
      projection text not null,
      event_id uuid not null,
      stream text not null,
      reason text not null,
      skipped_at timestamptz not null default now(),
      primary key (projection, event_id)
    );
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop table portal.skipped_events;
    drop table portal.parked_streams;
    drop table portal.projection_checkpoints;
    drop table portal.projection_generations;
  `);
}
