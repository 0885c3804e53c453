import PostgresDialect from 'knex/lib/dialects/postgres/index.js';
import type pg from 'pg';
import { within } from '../within.js';

/** A statement is under way on it: the driver does not wait for the server then. */
const endLimitMs = 1_000;

/**
 * The query builder's dialect, except that a connection on which an answer does not come in time is ended. Nobody else
 * would end one that leads nowhere, and the pool would hand it out again.
 */
export class ImpatientDialect extends PostgresDialect {
  override async query(connection: pg.Client, statement: unknown): Promise<unknown> {
    try {
      return await super.query(connection, statement);
    } catch (error) {
      if (isUnanswered(error)) await within(endLimitMs, connection.end()).catch(() => undefined);
      throw error;
    }
  }
}

/** The driver's words for a statement that took longer than its `query_timeout`. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith('Query read timeout');
}
