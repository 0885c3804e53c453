import type { Knex } from 'knex';
import type { Locks } from '../../commands/ports.js';

/**
 * {@link Locks} by PostgreSQL session advisory locks: the server frees one as soon as its connection ends.
 *
 * @param db a pool of its own, since each lock holds a connection while the work uses others; waiting for a lock ends
 * with that pool's statement time-out
 */
export function createLocks(db: Knex): Locks {
  return {
    async exclusively(name, work) {
      const connection: unknown = await db.client.acquireConnection();
      const run = (sql: string) => db.raw(sql, [name]).connection(connection);
      try {
        await run('select pg_advisory_lock(hashtextextended(?, 1))');
        try {
          return await work();
        } finally {
          // The work is done, or has failed for reasons of its own, whatever becomes of the lock. Where it cannot be
          // given back, ending the connection frees it.
          await run('select pg_advisory_unlock(hashtextextended(?, 1))').catch(() =>
            db.client.destroyRawConnection(connection).catch(() => undefined),
          );
        }
      } finally {
        await db.client.releaseConnection(connection);
      }
    },
  };
}
