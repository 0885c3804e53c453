import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendSignal } from '../../../embedded/stack/process-table.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

describe('a stack of postgres and redis', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack(['postgres', 'redis'], { fresh: true });
  });
  afterAll(() => stack?.stop());

  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL! });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const withRedis = async <T>(use: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(stack.env.REDIS_URL!);
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  };

  it('gives the portal a UTF-8 database of its own, whose role is no superuser', async () => {
    const rows = await query(`
      select current_database() as database, current_user as role, usesuper as superuser,
             current_setting('server_encoding') as encoding, current_setting('fsync') as fsync
      from pg_user where usename = current_user`);
    expect(rows).toEqual([{ database: 'portal', role: 'portal', superuser: false, encoding: 'UTF8', fsync: 'on' }]);
  });

  it('lets a test file create a database for itself', async () => {
    await query('create database of_a_test');
    expect(await query("select datname from pg_database where datname = 'of_a_test'")).toHaveLength(1);
  });

  it('has connections for four portal processes', async () => {
    const [row] = await query('show max_connections');
    expect(Number(row.max_connections)).toBeGreaterThan(4 * 61);
  });

  it('listens on the loopback address only and asks for the password', async () => {
    expect(await query('show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const url = new URL(stack.env.DATABASE_URL!);
    url.password = 'guess';
    const client = new pg.Client({ connectionString: url.href });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps the generated passwords in a file that only the owner can read', async () => {
    const file = path.join(stack.dataDir, 'secrets.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(new URL(stack.env.DATABASE_URL!).password);
  });

  it('runs Redis append-only and without eviction, as job queues need it', async () => {
    const settings = await withRedis((redis) => redis.config('GET', 'maxmemory-policy', 'append*', 'bind'));
    expect(settings).toEqual(
      expect.arrayContaining(['maxmemory-policy', 'noeviction', 'appendonly', 'yes', 'appendfsync', 'everysec']),
    );
  });

  it('brings both back with their data after they were killed', async () => {
    await query('create table kept (id integer)');
    await query('insert into kept values (1)');
    await withRedis((redis) => redis.set('kept', 'yes'));
    await Promise.all([stack.kill('postgres'), stack.kill('redis')]);
    await expect(query('select 1')).rejects.toThrow();
    await Promise.all([stack.start('postgres'), stack.start('redis')]);
    expect(await query('select id from kept')).toEqual([{ id: 1 }]);
    expect(await withRedis((redis) => redis.get('kept'))).toBe('yes');
  });

  it('brings PostgreSQL back however late a process of the killed one ends', async () => {
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL! });
    client.on('error', () => undefined);
    await client.connect();
    const { pid } = (await client.query('select pg_backend_pid() as pid')).rows[0];
    const tries = async () => {
      const log = await readFile(path.join(stack.dataDir, 'logs', 'postgres.log'), 'utf8');
      return log.split('pre-existing shared memory block').length - 1;
    };
    const before = await tries();
    process.kill(pid, 'SIGSTOP');
    await stack.kill('postgres');
    const started = stack.start('postgres');
    const again = until('it was tried again and again', async () => (await tries()) > before + 3);
    await Promise.race([started, again]).finally(() => sendSignal(pid, 'SIGCONT'));
    await started;
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.runIf(process.platform === 'linux')(
    'brings PostgreSQL back before anybody has collected the killed one',
    async () => {
      await stack.kill('postgres');
      const data = path.join(stack.dataDir, 'postgres', 'data');
      const { uid, gid } = await stat(data);
      // It ends once its parent has become a program that collects nobody.
      const child =
        'printf postgres > /proc/self/comm; until read name < /proc/$$/comm && [ "$name" = sleep ]; do :; done';
      const parent = spawn('sh', ['-c', `(${child}) & echo $!; exec sleep 60`], { uid, gid });
      try {
        const [pid] = String(await once(parent.stdout, 'data')).match(/\d+/) ?? [];
        await until('it has ended', async () => /\(postgres\) Z/.test(await readFile(`/proc/${pid}/stat`, 'utf8')));
        const file = path.join(data, 'postmaster.pid');
        await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(pid)));
        await stack.start('postgres');
      } finally {
        parent.kill();
      }
      expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    },
  );
});
