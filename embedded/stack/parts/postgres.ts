import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { codeOf } from '../../shared/errors.js';
import { isUnset, type PartContext, type PartDefinition } from '../part.js';
import { identify } from '../process-table.js';
import { run } from '../run.js';
import { StackError } from '../types.js';
import { type Account, findAccount } from '../unprivileged.js';
import { findPostgres, type PostgresProgram } from './postgres-program.js';

/** PostgreSQL on the loopback address, with a database and a role named `portal`. */
export const postgres: PartDefinition = {
  name: 'postgres',
  isNeeded: (env) => isUnset(env, 'DATABASE_URL'),
  ports: { main: 5432 },
  startLimitMs: 60_000,
  // Fast shutdown: ends client sessions instead of waiting for them.
  stopSignal: 'SIGINT',
  stopLimitMs: 15_000,
  async prepare(context) {
    const home = path.join(context.dataDir, 'postgres');
    const data = path.join(home, 'data');
    const program = await findPostgres(majorOf(data));
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const account = await findAccount(home, {
      executable: [program.postgres, program.initdb, home],
      readable: program.readable,
    });
    const adminPassword = context.secrets.get('postgresAdminPassword');
    const password = context.secrets.get('postgresPassword');
    if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(context, program, account, home, adminPassword);
    removeForeignPidFile(data);

    const port = context.port('main');
    const login = { host: '127.0.0.1', port, ssl: false, connectionTimeoutMillis: connectLimitMs };
    const admin = { ...login, user: 'postgres', password: adminPassword, database: 'postgres', options: '' };
    const url = `postgres://portal:${password}@127.0.0.1:${port}/portal`;
    return {
      command: commandFor(account, program.postgres, ['-D', data, ...serverSettings(port)]),
      isReady: () => answers(admin),
      afterStart: () => createPortalDatabase(admin, password),
      settings: { DATABASE_URL: url },
      urls: { postgres: url },
    };
  },
};

/** One connection on the loopback address; the server either answers at once or is not up yet. */
const connectLimitMs = 5_000;
/** initdb takes about a second; a slow disk may need many times that. */
const initLimitMs = 60_000;

function serverSettings(port: number): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // TCP is enough, and a socket's path must not exceed 107 characters, which a project folder easily does.
    unix_socket_directories: '',
    // A portal process opens up to 61; whoever tries out several beside `npm start` finds room.
    max_connections: 300,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_destination: 'stderr',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function commandFor(account: Account | undefined, file: string, args: string[]) {
  const [first = file, ...rest] = [...(account?.prefix ?? []), file, ...args];
  // Nothing of our environment: PGDATA, PGPORT and their like would speak to the server.
  return { file: first, args: rest, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }, cwd: '/' };
}

/** Makes the cluster in a folder beside the final one, so that a kill in the middle leaves nothing half-made. */
async function initialise(
  context: PartContext,
  program: PostgresProgram,
  account: Account | undefined,
  home: string,
  adminPassword: string,
): Promise<void> {
  context.working('creating the database cluster');
  const draft = path.join(home, 'new');
  const passwordFile = path.join(home, 'password');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, `${adminPassword}\n`, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
  const { file, args, env, cwd } = commandFor(account, program.initdb, [
    ...['-D', draft, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'],
    ...['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
  ]);
  const result = await run(file, args, { env, cwd, limitMs: initLimitMs, signal: context.stopping });
  rmSync(passwordFile, { force: true });
  if (!result.ok) throw new StackError(`initdb failed:\n${result.output}`);
  rmSync(path.join(home, 'data'), { recursive: true, force: true });
  renameSync(draft, path.join(home, 'data'));
}

function majorOf(data: string): number | undefined {
  const file = path.join(data, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

/**
 * PostgreSQL recognises a stale postmaster.pid unless there is a process of that number and the same user: another one, as
 * happens when a container is started again, or the killed server itself, as long as nobody has collected it. Neither can
 * own the data. Processes that the server has left behind are found by their shared memory.
 */
function removeForeignPidFile(data: string): void {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file) || !existsSync('/proc/self/comm')) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const comm = `/proc/${pid}/comm`;
  if (!existsSync(comm)) return;
  if (identify(pid) === undefined || !readFileSync(comm, 'utf8').startsWith('postgres')) rmSync(file, { force: true });
}

async function answers(admin: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(admin);
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Class 28: the password is wrong, which waiting does not mend.
    if (codeOf(error).startsWith('28')) {
      throw new StackError('the server does not accept the password in secrets.json; was the file removed?');
    }
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The portal owns its database but is no superuser; it may create databases, which tests and rebuilds use. */
async function createPortalDatabase(admin: pg.ClientConfig, password: string): Promise<void> {
  const client = new pg.Client(admin);
  client.on('error', () => {});
  await client.connect();
  try {
    const roles = await client.query("select 1 from pg_roles where rolname = 'portal'");
    // A utility statement takes no parameters; the password is our own and consists of URL-safe letters.
    if (roles.rowCount === 0) await client.query(`create role portal login createdb password '${password}'`);
    const databases = await client.query("select 1 from pg_database where datname = 'portal'");
    if (databases.rowCount === 0) await client.query('create database portal owner portal');
  } finally {
    await client.end();
  }
}
