import type { Knex } from 'knex';
import { codeOf } from '../../commands/failures.js';
import type { Locks } from '../../commands/ports.js';

/**
 * {@link Locks} by PostgreSQL session advisory locks: the server frees one as soon as its connection ends.
 *
 * @param db a pool of its own, since each lock holds a connection while the work uses others; waiting for a lock ends
 * with that pool's lock time-out
 */
export function createLocks(db: Knex): Locks {
  return {
    async exclusively(name, work) {
      const connection = await lockedConnection(db, name);
      try {
        return await work();
      } finally {
        // The work is done, or has failed for reasons of its own, whatever becomes of the lock. Where it cannot be
        // given back, ending the connection frees it.
        await run(db, connection, 'select pg_advisory_unlock(hashtextextended(?, 1))', name).catch(() =>
          end(db, connection),
        );
        await db.client.releaseConnection(connection);
      }
    },
  };
}

/** As many as may lie in the pool since before the server was restarted, or a firewall has cut them. */
const maxDeadConnections = 32;

/** A connection that holds the lock. One that turns out to be dead has done nothing yet, so another one is taken. */
async function lockedConnection(db: Knex, name: string): Promise<unknown> {
  for (let dead = 0; ; dead += 1) {
    try {
      return await lock(db, name);
    } catch (error) {
      if (dead >= maxDeadConnections || !isLost(error)) throw error;
    }
  }
}

/** A connection from the pool, which may have to open it, and which the server can end meanwhile. It holds the lock. */
async function lock(db: Knex, name: string): Promise<unknown> {
  const connection: unknown = await db.client.acquireConnection();
  try {
    await run(db, connection, 'select pg_advisory_lock(hashtextextended(?, 1))', name);
    return connection;
  } catch (error) {
    // Also where the answer alone was late: the lock may be held, and goes with its connection.
    await end(db, connection);
    await db.client.releaseConnection(connection);
    throw error;
  }
}

function run(db: Knex, connection: unknown, sql: string, name: string): Promise<unknown> {
  return Promise.resolve(db.raw(sql, [name]).connection(connection));
}

async function end(db: Knex, connection: unknown): Promise<void> {
  await db.client.destroyRawConnection(connection).catch(() => undefined);
}

/** What the driver says of a connection that ended before the statement or under it. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return codeOf(error) === adminShutdown || /connection terminated|connection ended|not queryable/i.test(error.message);
}

/** SQLSTATE of a connection that the server is told to end. */
const adminShutdown = '57P01';
