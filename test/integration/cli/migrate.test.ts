import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portalCli } from '../../support/cli.js';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/postgres.js';
import { settingsToNowhere } from '../../support/settings.js';

let database: EmptyDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database?.drop());

const migrate = (...args: string[]) =>
  portalCli(['migrate', ...args], { ...settingsToNowhere, DATABASE_URL: database.url });

it('tells what the schema lacks, brings it up to date once, and knows what a newer release has added', async () => {
  const before = await migrate('--check');
  const missing = [...before.stdout.matchAll(/^(\S+) is missing\.$/gm)].map(([, name]) => name);
  expect([before.code, missing.length]).toEqual([1, before.stdout.trim().split('\n').length]);
  expect((await migrate('--check')).stdout, 'nothing was changed').toBe(before.stdout);

  expect(await migrate()).toMatchObject({ code: 0, stdout: before.stdout.replaceAll('is missing', 'is applied') });
  expect(await migrate()).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
  expect(await migrate('--check')).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`insert into portal.migrations (name, batch, migration_time) values ('999-tomorrow', 9, now())`);
  await client.end();
  expect(await migrate('--check')).toMatchObject({ code: 0, stdout: '999-tomorrow is of a newer release.\n' });
  expect((await migrate('--json')).json()).toEqual({ applied: [], pending: [], unknown: ['999-tomorrow'] });
});
