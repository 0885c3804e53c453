import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase } from '../../../src/adapters/postgres/database.js';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/postgres.js';

let empty: EmptyDatabase;
let db: Knex;
beforeAll(async () => {
  empty = await createEmptyDatabase();
  const options = {
    url: empty.url,
    poolMax: 2,
    statementTimeoutMs: 5_000,
    lockTimeoutMs: 5_000,
    idleInTransactionTimeoutMs: 5_000,
    applicationName: 'test',
  };
  const operator = createDatabase(options);
  await operator.raw(`
    do $$ begin
      execute format('alter database %I set datestyle = ''SQL, DMY''', current_database());
      execute format('alter database %I set default_transaction_isolation = ''serializable''', current_database());
    end $$;
    create table counters as select 0 as counted`);
  await operator.destroy();
  db = createDatabase(options);
});
afterAll(async () => {
  await db.destroy();
  await empty.drop();
});

it('a time is read as it is, in whatever style the database writes dates', async () => {
  const { rows } = await db.raw<{ rows: unknown[] }>(`select timestamptz '2026-03-04T05:06:07.089Z' as at`);
  expect(rows).toEqual([{ at: new Date('2026-03-04T05:06:07.089Z') }]);
});

it('a transaction sees what was committed since it began, at whatever level the database begins one', async () => {
  const counted = async (tx: Knex) => (await tx<{ counted: number }>('counters').first())?.counted;
  await db.transaction(async (tx) => {
    expect(await counted(tx)).toBe(0);
    await db('counters').increment('counted');
    await tx('counters').increment('counted');
    expect(await counted(tx)).toBe(2);
  });
});

it('the server asks for signs of life, and ends a session that gives none within half a minute, with its locks', async () => {
  const { rows } = await db.raw<{ rows: { name: string; value: number }[] }>(
    "select name, setting::integer as value from pg_settings where name like 'tcp_%'",
  );
  const {
    tcp_keepalives_idle: idle = 0,
    tcp_keepalives_interval: interval = 0,
    tcp_keepalives_count: count = 0,
    tcp_user_timeout: unanswered = 0,
  } = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  expect(Math.min(idle, interval, count)).toBeGreaterThan(0);
  // Other systems have no such limit.
  if (process.platform === 'linux') expect(unanswered).toBeGreaterThan(0);
  expect(idle + interval * count).toBeLessThanOrEqual(30);
  expect(unanswered).toBeLessThanOrEqual(30_000);
});
