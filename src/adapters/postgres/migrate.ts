import type { Knex } from 'knex';
import { migrations } from './migrations/index.js';

/** Schema of everything that is not a read model; read models live in `read` and are made by their projections. */
const schemaName = 'portal';

/** Any number not used elsewhere: the migration lock of this database. */
const lockKey = 4_711_001;

/** Another process may be migrating a large table; waiting longer than this points at a problem. */
const lockWaitMs = 120_000;

interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Of a newer release. Migrations add and take nothing away, so this one works beside it, and after it. */
  readonly unknown: readonly string[];
}

/**
 * Brings the schema `portal` up to date. Any number of processes may call it at once: they take turns.
 * @returns what has become of it
 */
export async function migrate(db: Knex): Promise<MigrationState> {
  await db.transaction(async (turn) => {
    await turn.raw(`set local lock_timeout = ${lockWaitMs}`);
    await turn.raw('set local statement_timeout = 0');
    await turn.raw('set local idle_in_transaction_session_timeout = 0');
    // The driver, too, would end the wait with the usual limit of a statement.
    await turn.raw('select pg_advisory_xact_lock(?)', [lockKey]).options({ query_timeout: 2 * lockWaitMs });
    await db.raw(`create schema if not exists ${schemaName}`);
    const config: Knex.MigratorConfig = {
      schemaName,
      tableName: 'migrations',
      migrationSource: source,
      disableMigrationsListValidation: true,
    };
    // Our turn is exclusive, so a lock left in knex's own table can only come from a process that died half-way.
    await db.migrate.forceFreeMigrationsLock(config);
    await db.migrate.latest(config);
  });
  return migrationState(db);
}

/** Migrations by what has become of them, without changing anything. */
export async function migrationState(db: Knex): Promise<MigrationState> {
  const applied = await appliedMigrations(db);
  const known = Object.keys(migrations).sort();
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function appliedMigrations(db: Knex): Promise<string[]> {
  const { rows: found } = await db.raw<{ rows: { table: string | null }[] }>('select to_regclass(?) as table', [
    `${schemaName}.migrations`,
  ]);
  if (found[0]?.table === null) return [];
  const { rows } = await db.raw<{ rows: { name: string }[] }>(`select name from ${schemaName}.migrations order by id`);
  return rows.map(({ name }) => name);
}

/** Lists migrations in code instead of a folder, so that they are found wherever the build puts them. */
const source: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations).sort(),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = migrations[name];
    if (!migration) throw new Error(`migration ${name} is recorded in the database and unknown to this release`);
    return migration;
  },
};
