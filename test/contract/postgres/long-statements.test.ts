import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase } from '../../../src/adapters/postgres/database.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { compareGenerations } from '../../../src/projections/generations/compare.js';
import type { Projection } from '../../../src/projections/runtime/projection.js';
import { completeGeneration } from '../../../src/projections/runtime/tables.js';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/postgres.js';

/** What a statement of a request may take, and what takes longer here, milliseconds. */
const limitMs = 300;
const slowMs = 450;

let empty: EmptyDatabase;
let db: Knex;
beforeAll(async () => {
  empty = await createEmptyDatabase();
  db = createDatabase({
    url: empty.url,
    poolMax: 4,
    statementTimeoutMs: limitMs,
    lockTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 10_000,
    applicationName: 'test',
  });
  await db.raw(`
    create schema "read";
    create function slowly(text) returns text language sql immutable as $$
      select pg_sleep(${slowMs / 1_000}); select $1
    $$;
    create table "read".large_g1 as select 'one' as id;
    create view "read".large_g2 as select id, slowly(id) as said from "read".large_g1;
    create view "read".large_g3 as select * from "read".large_g2;`);
});
afterAll(async () => {
  await db.destroy();
  await empty.drop();
});

const large: Projection = {
  name: 'large',
  version: 1,
  prefixes: [],
  rebuildable: true,
  tables: [{ name: 'large', key: ['id'], create: async () => undefined, indexes: ['(slowly(id))'] }],
  apply: async () => undefined,
};

it('a statement is ended that takes longer than a request may', async () => {
  await expect(db.raw(`select slowly('one')`)).rejects.toMatchObject({ code: '57014' });
});

it('the index of a large table may take longer', async () => {
  await db.transaction((tx) => completeGeneration(tx, large, 1));
});

it('so may comparing two of them', async () => {
  const comparison = await db.transaction((tx) => compareGenerations(tx, large, 2, 3));
  expect(comparison).toEqual({ rows: 1, differing: 0, samples: [] });
});

it('and waiting for another process that migrates', async () => {
  const migrating = db.transaction(async (other) => {
    await other.raw('select pg_advisory_xact_lock(4711001)');
    const migrated = migrate(db);
    // Its failure is heard of below.
    migrated.catch(() => undefined);
    for (let waited = 0; waited < slowMs; waited += limitMs / 2) {
      await other.raw('select pg_sleep(?)', [limitMs / 2_000]);
    }
    return { migrated };
  });
  expect(await (await migrating).migrated).toMatchObject({ pending: [] });
});
