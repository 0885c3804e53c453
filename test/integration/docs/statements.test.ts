import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { loadLiveGeneration } from '../../../src/projections/runtime/live-generation.js';
import { migratedDatabase } from '../../support/database.js';
import { allPages } from '../../unit/docs/pages.js';

const statements = allPages().flatMap(({ file, text }) => statementsIn(text).map((sql) => ({ file, sql })));

describe('SQL that the pages show', () => {
  let db: Knex;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    ({ db, drop } = await migratedDatabase());
    await loadLiveGeneration(db, ordersProjection);
  });
  afterAll(() => drop?.());

  it.each(statements)('is taken by a database of the portal, in $file: $sql', async ({ sql }) => {
    const tx = await db.transaction();
    try {
      await tx.raw(sql.replaceAll('?', '\\?'));
    } finally {
      await tx.rollback();
    }
  });

  it('is found, and a wrong column shows', async () => {
    expect(statements.length).toBeGreaterThan(8);
    const [sql = ''] = statementsIn('psql "$DATABASE_URL" -Atc "select \\"keys\\" from portal.effects"');
    expect(sql).toBe('select "keys" from portal.effects');
    await expect(db.raw(sql)).rejects.toThrow('column "keys" does not exist');
  });
});

/** What a page hands to `psql`, as the shell does, and statements in its text. */
function statementsIn(text: string): string[] {
  const commands = text.matchAll(/psql "\$DATABASE_URL" -\w*c (?:'([^']*)'|"((?:\\.|[^"\\])*)")/g);
  const inText = text.matchAll(/`((?:select|delete from|update|truncate) [^`]*)`/g);
  return [
    ...[...commands].map(([, plain, quoted = '']) => plain ?? quoted.replaceAll('\\"', '"')),
    ...[...inText].map(([, sql = '']) => sql),
  ];
}
