import type { Knex } from 'knex';
import { createDatabase } from '../../src/adapters/postgres/database.js';
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
