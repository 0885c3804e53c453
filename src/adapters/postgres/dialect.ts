import PostgresDialect from 'knex/lib/dialects/postgres/index.js';
import type pg from 'pg';
import { within } from '../within.js';
import { assertPrimary } from './primary.js';

/** For so long after an answer a connection counts as good, milliseconds. */
const trustedMs = 5_000;

/** How long the server has to answer a probe, milliseconds. */
const probeLimitMs = 1_000;

/** The driver does not wait for the server when it ends a connection with a statement under way. */
const endLimitMs = 1_000;

/**
 * What the portal's statements mean depends on the first two. A server, a database or a role may have other ones as its own:
 * then the driver would read times as null, and a transaction that has waited for a lock would not see what it waited for.
 *
 * By the others the server, too, finds out within half a minute that a connection leads nowhere, whether it waits for a
 * statement or has sent an answer. It would keep the locks of the session for hours otherwise, and nobody could go on with
 * their orders.
 */
const settings = `
  set datestyle = 'ISO';
  set default_transaction_isolation = 'read committed';
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
  set tcp_user_timeout = 25000`;

/**
 * When a connection last answered, by `performance.now`. Transactions have dialects of their own on connections of the
 * pool's.
 */
const answeredAt = new WeakMap<pg.Client, number>();

/**
 * The query builder's dialect, except that its pool does not keep connections that lead nowhere, as after a failover or
 * a firewall's restart: neither side hears of that, and the system tells it a quarter of an hour later. One that has been
 * idle is probed before it is used, and one on which an answer does not come in time is ended. None leads to a replica, and
 * all have the same settings.
 */
export class CautiousDialect extends PostgresDialect {
  override async acquireRawConnection(): Promise<pg.Client> {
    const connection: pg.Client = await super.acquireRawConnection();
    try {
      await assertPrimary(connection);
      await connection.query(settings);
      return connection;
    } catch (error) {
      await within(endLimitMs, connection.end()).catch(() => undefined);
      throw error;
    }
  }

  override async query(connection: pg.Client, statement: unknown): Promise<unknown> {
    try {
      const answer: unknown = await super.query(connection, statement);
      answeredAt.set(connection, performance.now());
      return answer;
    } catch (error) {
      if (isUnanswered(error)) await within(endLimitMs, connection.end()).catch(() => undefined);
      throw error;
    }
  }

  override async validateConnection(connection: pg.Client): Promise<boolean> {
    if (performance.now() - (answeredAt.get(connection) ?? 0) < trustedMs) return true;
    const probe: pg.QueryConfig & pg.ClientConfig = { text: 'select 1', query_timeout: probeLimitMs };
    return connection.query(probe).then(
      () => true,
      () => false,
    );
  }
}

/** The driver's words for a statement that took longer than its `query_timeout`. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith('Query read timeout');
}
