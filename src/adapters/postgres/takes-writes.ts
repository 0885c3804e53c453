import type { Knex } from 'knex';
import { codeOf, messageOf } from '../../commands/failures.js';

/** Rows that do not fit into the least memory a sort may have; they go into a file of 100 kB. */
const spilledRows = 5_000;

/** SQLSTATE of a disk that is full. */
const diskFull = '53100';

/**
 * Asks for a little room on the disk, which is given back at once, and whether the database is set to read-only, as
 * managed servers are whose disk fills up.
 *
 * @throws when PostgreSQL answers and takes no writes
 */
export async function assertTakesWrites(db: Knex): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.raw("set local work_mem = '64kB'");
    const { rows } = await tx
      .raw<{ rows: { setting: string }[] }>(
        `select current_setting('transaction_read_only') as setting, count(*)
         from (select n from generate_series(1, ${spilledRows}) n order by -n) sorted`,
      )
      .catch((error: unknown) => {
        if (!(error instanceof Error) || codeOf(error) !== diskFull) throw error;
        throw new Error(`takes no writes: ${messageOf(error)}`, { cause: error });
      });
    if (rows[0]?.setting !== 'off') throw new Error('takes no writes: the database is set to read-only');
  });
}
