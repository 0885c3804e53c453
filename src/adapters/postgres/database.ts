import knex, { type Knex } from 'knex';
import type pg from 'pg';
import { CautiousDialect } from './dialect.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections of this pool at most. */
  readonly poolMax: number;
  /** Connections that stay open when nobody has used them for a while, for the sake of what their sessions hold. */
  readonly poolMin?: number;
  /** A statement running longer is cancelled by the server; where that does not happen, its connection is ended. */
  readonly statementTimeoutMs: number;
  /** A statement waiting longer for a lock is cancelled by the server. */
  readonly lockTimeoutMs: number;
  /** A transaction idle for longer is ended by the server, so that a lost client holds no locks. */
  readonly idleInTransactionTimeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** How long a caller waits for a free connection. */
  readonly acquireTimeoutMs?: number;
}

/** A server that does not answer a connection attempt is as good as down. */
const connectTimeoutMs = 3_000;

/** So does one that is silent for longer than a statement may take, by this factor: it cancels them itself. */
const silenceFactor = 1.2;

/** A connection that nobody uses is probed after so long, milliseconds. */
const idleBeforeProbeMs = 10_000;

/** How long a caller waits for a free connection: shorter than an HTTP time-out, so that an overload shows as one. */
const usualAcquireTimeoutMs = 5_000;

/**
 * A pool of PostgreSQL connections. Each call makes a separate pool: one per role, so that a slow projector cannot take
 * the API's connections. BIGINT and NUMERIC arrive as decimal strings, timestamps as `Date`.
 */
export function createDatabase(options: DatabaseOptions): Knex {
  const { poolMin = 0, acquireTimeoutMs = usualAcquireTimeoutMs } = options;
  const connection: pg.ClientConfig & { connectionString: string } = {
    connectionString: options.url,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: options.statementTimeoutMs * silenceFactor,
    keepAlive: true,
    keepAliveInitialDelayMillis: idleBeforeProbeMs,
  };
  return knex({
    client: CautiousDialect,
    connection: connection as Knex.PgConnectionConfig,
    // Every failure reaches the caller as a rejection; knex would print it to the console besides.
    log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
    // The message of a failure quotes the statement without its values.
    compileSqlOnError: false,
    pool: { min: poolMin, max: options.poolMax, acquireTimeoutMillis: acquireTimeoutMs },
    // A refused connection is reported at once; waiting and trying again is the caller's decision.
    acquireConnectionTimeout: acquireTimeoutMs,
  });
}

function ignore(): void {}
