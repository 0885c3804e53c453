import type { Knex } from 'knex';
import pg from 'pg';
import type { OwnerLock, Ownership } from '../../commands/ports.js';
import { within } from '../within.js';
import { assertPrimary } from './primary.js';

/** A dead owner must be found out well within the ten seconds in which a standby is to take over. */
const heartbeatMs = 2_000;
const answerTimeoutMs = 3_000;
/** An owner that hangs or was halted keeps its connection, but not its heartbeat: after two of them the lock is free. */
const silenceMs = 5_000;

/**
 * Ownership by PostgreSQL advisory lock, each on a connection of its own: the server frees the lock the moment the
 * connection ends, however it ends, and ends it itself when nothing is heard on it. Needs PostgreSQL 14, and a session per
 * connection, so no transaction-pooling proxy in between.
 */
export function createOwnerLock(options: { url: string; applicationName: string }): OwnerLock {
  return {
    async tryAcquire(name) {
      const client = new pg.Client({
        connectionString: options.url,
        application_name: `${options.applicationName} owner of ${name}`.slice(0, 63),
        connectionTimeoutMillis: answerTimeoutMs,
        query_timeout: answerTimeoutMs,
        keepAlive: true,
      });
      const lost = new AbortController();
      client.on('error', () => lost.abort());
      client.on('end', () => lost.abort());
      try {
        await client.connect();
        await assertPrimary(client);
        // The server notices a vanished client (power cut, network) by keep-alive probes and then frees the lock.
        await client.query(
          `set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3;
           set idle_session_timeout = ${silenceMs}`,
        );
        const { rows } = await client.query<{ mine: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
          [name],
        );
        if (rows[0]?.mine !== true) {
          await end(client);
          return null;
        }
      } catch (error) {
        await end(client);
        throw error;
      }
      return watch(client, lost);
    },
  };
}

/** Whether anybody owns the name, without getting in the way of who wants to. */
export async function isOwned(db: Knex, name: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { owned: boolean }[] }>(
    `select exists (
       select from pg_locks
       where locktype = 'advisory' and objsubid = 1 and granted
         and database = (select oid from pg_database where datname = current_database())
         and (classid::bigint << 32) | objid::bigint = hashtextextended(?, 0)
     ) as owned`,
    [name],
  );
  return rows[0]?.owned === true;
}

function watch(client: pg.Client, lost: AbortController): Ownership {
  const heartbeat = setInterval(() => {
    client.query('select 1').catch(() => lost.abort());
  }, heartbeatMs);
  heartbeat.unref();
  lost.signal.addEventListener('abort', () => {
    clearInterval(heartbeat);
    void end(client);
  });
  return {
    lost: lost.signal,
    async release() {
      clearInterval(heartbeat);
      await end(client);
    },
  };
}

/** Ends a connection, also one that leads nowhere, from which the server's goodbye never comes. */
async function end(client: pg.Client): Promise<void> {
  await within(answerTimeoutMs, client.end()).catch(() => undefined);
}
