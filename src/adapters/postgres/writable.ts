import type { Knex } from 'knex';

/** @throws when the server answers and takes no writes, as a replica does that has not been promoted */
export async function assertTakesWrites(db: Knex): Promise<void> {
  const { rows } = await db.raw<{ rows: { read_only: string }[] }>(
    `select current_setting('transaction_read_only') as read_only`,
  );
  if (rows[0]?.read_only === 'on') throw new Error('it takes no writes: it is a replica, or told to be read-only');
}
