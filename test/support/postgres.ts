import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Stack, startStack } from '../../embedded/stack/index.js';

/** Where the workers find the cluster to copy and the server; the projects of one run share both. */
const variables = { cluster: 'TEST_POSTGRES_CLUSTER', server: 'TEST_POSTGRES_SERVER' } as const;

/** Tests kill servers, never the machine. A database cannot be dropped by its owner while a vacuum is at work on it. */
const settings = '\nfsync = off\nautovacuum = off\n';

/**
 * Before the first test: an empty cluster, and a server on a copy of it. Most test files take a database of that server; those
 * that kill theirs copy the cluster, as making one takes a second.
 */
export default async function startServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variables.cluster] !== undefined) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'portal-postgres-'));
  const [cluster, dataDir] = [path.join(folder, 'cluster'), path.join(folder, 'server')];
  await (await start(cluster)).stop();
  await appendFile(path.join(cluster, 'postgres', 'data', 'postgresql.conf'), settings);
  process.env[variables.cluster] = cluster;
  await mkdir(dataDir);
  await copyCluster(dataDir);
  const server = await start(dataDir);
  process.env[variables.server] = server.env.DATABASE_URL;
  return async () => {
    for (const name of Object.values(variables)) delete process.env[name];
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

function start(dataDir: string): Promise<Stack> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return startStack({ dataDir, ports: 'free', parts: ['postgres'], env });
}

/** Fills a new data folder with an empty cluster, owners and passwords included. */
export async function copyCluster(dataDir: string): Promise<void> {
  const cluster = process.env[variables.cluster];
  if (cluster === undefined) return;
  const parts = ['postgres', 'secrets.json'].map((name) => path.join(cluster, name));
  await promisify(execFile)('cp', ['-a', ...parts, dataDir]);
}

export interface EmptyDatabase {
  readonly url: string;
  /** Ends all sessions on it. */
  drop(): Promise<void>;
}

/** @param server where; the server of this run if not given */
export async function createEmptyDatabase(server = process.env[variables.server]): Promise<EmptyDatabase> {
  if (server === undefined) throw new Error('no PostgreSQL server was started for this project of tests');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // Copying the files takes a quarter less work than logging their pages, as PostgreSQL does unless it is told.
  await execute(server, `create database ${name} strategy file_copy`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => execute(server, `drop database ${name} with (force)`) };
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
