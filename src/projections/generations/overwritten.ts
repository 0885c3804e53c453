import type { Knex } from 'knex';

/**
 * Has the database forget what rows of these tables held before they were overwritten: the planner's statistics quote
 * values for as long as a table hardly changes, and former rows stay on disk until they are cleaned up.
 */
export async function forgetOverwritten(db: Knex, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await db.raw(`analyze ${table}`);
    // On a large table this can take longer than a statement may; then the server does it in its own time.
    await db.raw(`vacuum ${table}`).catch(() => undefined);
  }
}
