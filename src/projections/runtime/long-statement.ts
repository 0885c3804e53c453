import type { Knex } from 'knex';

/** Comparing and indexing big tables may take longer than a request ever should. */
const limitMs = 30 * 60_000;
/** The driver gives up on a server that is silent for longer than its usual statements take; here the server ends it first. */
const silenceMs = limitMs + 60_000;

/** Runs one statement that may take long. What follows it in the transaction may, too. */
export async function longStatement<Row>(tx: Knex.Transaction, sql: string): Promise<{ rows: Row[] }> {
  await tx.raw(`set local statement_timeout = ${limitMs}`);
  return tx.raw<{ rows: Row[] }>(sql).options({ query_timeout: silenceMs });
}
