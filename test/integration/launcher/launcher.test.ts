import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../../../embedded/stack/poll.js';
import { isRunning, type ProcessIdentity } from '../../../embedded/stack/process-table.js';
import { type Launcher, runLauncher } from '../../support/launcher.js';
import { listen } from '../../support/listen.js';

describe('the launcher', () => {
  let dataDir: string;
  let launchers: Launcher[];
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'portal-launcher-'));
    launchers = [];
  });
  afterEach(async () => {
    for (const launcher of launchers) launcher.process.kill('SIGTERM');
    await Promise.all(launchers.map((launcher) => launcher.ended));
    await rm(dataDir, { recursive: true, force: true });
  });

  const run = async (parts: string[], env: NodeJS.ProcessEnv = {}) => {
    const launcher = await runLauncher(dataDir, parts, env);
    launchers.push(launcher);
    return launcher;
  };
  const redisUrl = async (launcher: Launcher) => (await launcher.prints(/redis:\/\/\S+/))[0];
  const withRedis = async <T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url);
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  };
  const allGone = (children: ProcessIdentity[]) =>
    poll(() => (children.some(isRunning) ? undefined : true), { everyMs: 20, limitMs: 15_000 });

  it('stops every part on SIGTERM, and the next start finds the same ports and yesterday’s state', async () => {
    const first = await run(['postgres', 'redis']);
    await first.prints(/^ready$/m);
    const databaseUrl = (await first.prints(/postgres:\/\/\S+/))[0];
    const url = await redisUrl(first);
    await withRedis(url, (redis) => redis.set('yesterday', 'here'));
    const children = first.children();
    expect(children).toHaveLength(2);

    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);

    const second = await run(['postgres', 'redis']);
    await second.prints(/^ready$/m);
    expect((await second.prints(/postgres:\/\/\S+/))[0]).toBe(databaseUrl);
    expect(await redisUrl(second)).toBe(url);
    expect(await withRedis(url, (redis) => redis.get('yesterday'))).toBe('here');
  });

  it('keeps what its parts keep from other users: customers are in it', async () => {
    const launcher = await run(['eventstoredb', 'extensiv', 'delivery', 'mail']);
    await launcher.prints(/^ready$/m);
    const ofOthers = (file: string, bits: number) => (statSync(file).mode & bits) !== 0;
    const readable = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const name = path.join(folder, entry.name);
        if (entry.isDirectory()) return ofOthers(name, 0o011) ? readable(name) : [];
        return entry.isFile() && ofOthers(name, 0o044) ? [path.relative(dataDir, name)] : [];
      });
    expect(readable(dataDir)).toEqual([]);
  });

  it('takes its parts down with it when it is killed, and starts again over what was left behind', async () => {
    const first = await run(['postgres', 'redis', 'mail']);
    await first.prints(/^ready$/m);
    const children = first.children();
    expect(children).toHaveLength(3);

    first.process.kill('SIGKILL');
    expect(await allGone(children)).toBe(true);
    expect(existsSync(path.join(dataDir, 'launcher.lock'))).toBe(true);

    const second = await run(['postgres', 'redis', 'mail']);
    await second.prints(/^ready$/m);
  });

  it('refuses to share a data folder with a running launcher, and says which one that is', async () => {
    const first = await run(['redis']);
    await first.prints(/^ready$/m);
    const second = await run(['redis']);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`already running (process ${first.process.pid})`);
    expect(first.children()).toHaveLength(1);
  });

  it('starts a part again that died, and says so', async () => {
    const launcher = await run(['redis']);
    await launcher.prints(/^ready$/m);
    const url = await redisUrl(launcher);
    const [redis] = launcher.children();
    process.kill(redis!.pid, 'SIGKILL');
    await launcher.prints(/ended by itself \(signal SIGKILL\); starting it again/);
    await launcher.prints(/ready[\s\S]*redis:\/\/\S+/);
    expect(await withRedis(url, (client) => client.ping())).toBe('PONG');
  });

  it('leaves nothing behind when it is interrupted while starting', async () => {
    const launcher = await run(['postgres', 'redis']);
    await launcher.prints(/creating the database cluster/);
    launcher.process.kill('SIGINT');
    expect(await launcher.ended).toBe(0);
    expect(launcher.output()).not.toMatch(/^ready$/m);
    expect(existsSync(path.join(dataDir, 'launcher.lock'))).toBe(false);
  });

  it('shows the end of a part’s log when the part does not start', async () => {
    await mkdir(path.join(dataDir, 'redis', 'appendonlydir'), { recursive: true });
    await writeFile(path.join(dataDir, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'not a manifest\n');
    const launcher = await run(['redis']);
    expect(await launcher.ended).toBe(1);
    expect(launcher.output()).toMatch(/redis ended while starting \(exit code 1\)\. Last lines of .*redis\.log:/);
    expect(launcher.output()).toContain('manifest');
  });

  it('names the variable to change when the portal’s port is taken', async () => {
    const { port, close } = await listen(createServer());
    try {
      const launcher = await run(['portal'], { PORT: String(port) });
      expect(await launcher.ended).toBe(1);
      expect(launcher.output()).toMatch(new RegExp(`port ${port}: another program has it. Set PORT`));
    } finally {
      await close();
    }
  });

  it('needs no receiver of alerts, also where the mail server is somebody else’s', async () => {
    const launcher = await run(['portal'], { PORT: '0', SMTP_URL: 'smtp://127.0.0.1:1' });
    expect(await launcher.ended).toBe(1);
    expect(launcher.output()).toContain('DATABASE_URL is missing');
    expect(launcher.output()).not.toContain('ADMIN_EMAIL');
  });

  it('needs no names and secrets to reach somebody else’s stand-ins', async () => {
    const elsewhere = { PORT: '0', EXTENSIV_BASE_URL: 'http://127.0.0.1:1', STRIPE_API_BASE: 'http://127.0.0.1:1' };
    const launcher = await run(['portal'], elsewhere);
    expect(await launcher.ended).toBe(1);
    expect(launcher.output()).toContain('DATABASE_URL is missing');
    expect(launcher.output()).not.toMatch(/EXTENSIV|STRIPE/);
  });

  it('starts no part whose variable is set', async () => {
    const launcher = await run(['redis', 'postgres'], { DATABASE_URL: 'postgres://elsewhere/portal' });
    await launcher.prints(/^ready$/m);
    expect(launcher.children()).toHaveLength(1);
    expect(launcher.output()).not.toContain('PostgreSQL');
  });
});
