import { createDatabase } from '../adapters/postgres/database.js';
import type { Config } from '../config.js';

interface PoolTimeouts {
  readonly statement: number;
  readonly lock: number;
  readonly idleInTransaction: number;
  readonly acquire?: number;
}

const usualTimeoutsMs: PoolTimeouts = { statement: 30_000, lock: 10_000, idleInTransaction: 30_000 };
/** Whoever waits for a request has its answer, or 503, well before the request's own time is up. */
const requestTimeoutsMs: PoolTimeouts = { ...usualTimeoutsMs, statement: 10_000 };
/** An append takes up to half a minute and holds its key for that long; who retires the key waits for it. */
const keyTimeoutsMs: PoolTimeouts = { statement: 50_000, lock: 45_000, idleInTransaction: 45_000 };
/** A rush of orders queues up for the connections that hold locks; a caller still gets its answer in time. */
const lockTimeoutsMs: PoolTimeouts = { ...usualTimeoutsMs, statement: 12_000, acquire: 20_000 };

/** Connections to PostgreSQL by what they are for, so that none waits for another's work. */
export function createPools(config: Config) {
  return {
    api: pool(config, 'api', 10, requestTimeoutsMs),
    projections: pool(config, 'projections', 10),
    workers: pool(config, 'workers', 12),
    locks: pool(config, 'locks', 24, lockTimeoutsMs),
    keys: pool(config, 'keys', 4, keyTimeoutsMs),
    keyLocks: pool(config, 'key locks', 1, lockTimeoutsMs, 1),
  };
}

function pool(config: Config, role: string, poolMax: number, timeoutsMs = usualTimeoutsMs, poolMin = 0) {
  return createDatabase({
    url: config.DATABASE_URL,
    poolMax,
    poolMin,
    statementTimeoutMs: timeoutsMs.statement,
    lockTimeoutMs: timeoutsMs.lock,
    idleInTransactionTimeoutMs: timeoutsMs.idleInTransaction,
    ...(timeoutsMs.acquire === undefined ? {} : { acquireTimeoutMs: timeoutsMs.acquire }),
    applicationName: `portal ${role}`,
  });
}
