import type pg from 'pg';

/** How long a server has to say what it is, milliseconds: it has just answered with its version. */
const answerLimitMs = 3_000;

/** SQLSTATE of a write that is refused for this reason. */
const readOnlyState = '25006';

/** The server is a replica: it answers, may be behind, takes no writes, and gives locks that nobody else sees. */
class ReplicaMet extends Error {
  override readonly name = 'ReplicaMet';
  readonly code = readOnlyState;
}

/**
 * To be asked of each new connection. During a failover a name may still lead to a replica, and a connection would stay
 * there when the name has been changed.
 *
 * @throws ReplicaMet
 */
export async function assertPrimary(connection: pg.Client): Promise<void> {
  const question: pg.QueryConfig & pg.ClientConfig = {
    text: 'select pg_is_in_recovery() as replica',
    query_timeout: answerLimitMs,
  };
  const { rows } = await connection.query<{ replica: boolean }>(question);
  if (rows[0]?.replica !== false) throw new ReplicaMet('DATABASE_URL leads to a replica, which takes no writes');
}
