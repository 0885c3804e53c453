import type { Knex } from 'knex';

/** What exists nowhere else than here: pending effects, webhooks as received, idempotency keys of requests. */
export const effects: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table portal.effects (
      key text primary key,
      kind text not null,
      subject text not null,
      payload jsonb not null,
      status text not null default 'open' check (status in ('open', 'done', 'failed', 'discarded')),
      attempts integer not null default 0,
      generation integer not null default 0,
      due_at timestamptz,
      last_error text,
      caused_by uuid not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index effects_open on portal.effects (kind, created_at) where status = 'open';
    create index effects_failed on portal.effects (updated_at) where status = 'failed';
    create index effects_subject on portal.effects (subject);

    create table portal.webhooks (
      event_id text primary key,
      type text not null,
      payload jsonb not null,
      raw bytea not null,
      created_at timestamptz not null,
      received_at timestamptz not null default now(),
      status text not null default 'received'
        check (status in ('received', 'processed', 'parked', 'ignored', 'failed')),
      order_id text,
      attempts integer not null default 0,
      last_error text,
      processed_at timestamptz
    );
    create index webhooks_waiting on portal.webhooks (received_at) where status in ('received', 'parked');
    create index webhooks_order on portal.webhooks (order_id) where order_id is not null;

    create table portal.idempotency_keys (
      scope text not null,
      key text not null,
      body_hash text not null,
      order_id text not null,
      created_at timestamptz not null default now(),
      primary key (scope, key)
    );
    create index idempotency_keys_age on portal.idempotency_keys (created_at);
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop table portal.idempotency_keys; drop table portal.webhooks; drop table portal.effects;');
}
