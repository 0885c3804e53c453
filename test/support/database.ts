import type { Knex } from 'knex';
import { createDatabase } from '../../src/adapters/postgres/database.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { createEmptyDatabase } from './postgres.js';
import type { TestStack } from './stack.js';

/** A pool on the stack's database, which gives up sooner than the portal's do. The caller ends it. */
export function testDatabase({ env }: Pick<TestStack, 'env'>, poolMax = 4): Knex {
  return createDatabase({
    url: env.DATABASE_URL ?? '',
    poolMax,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 10_000,
    applicationName: 'test',
  });
}

/** A database of its own for a test file, as a portal finds it at its first start. `drop` also ends the pool. */
export async function migratedDatabase(): Promise<{ db: Knex; drop(): Promise<void> }> {
  const empty = await createEmptyDatabase();
  const db = testDatabase({ env: { DATABASE_URL: empty.url } });
  await migrate(db);
  const drop = async () => {
    await db.destroy();
    await empty.drop();
  };
  return { db, drop };
}
