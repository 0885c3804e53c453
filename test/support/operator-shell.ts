import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { portalCli } from './cli.js';
import { listen } from './listen.js';
import { bareEnvironment } from './stack.js';

interface ShellRun {
  /** 0 unless a command was wrong: a request refused as such, or wrong usage. */
  readonly code: number | null;
  readonly output: string;
  /** Commands and addresses that were refused as things stand, such as a retry of what has not failed. */
  readonly refused: readonly string[];
}

export interface OperatorShell {
  run(script: string): Promise<ShellRun>;
  close(): Promise<void>;
}

/** Options of the portal's command line that name a file. */
const fileOptions = ['--out', '--file', '--key', '--check'];

/**
 * A shell as an operator has it open. `npm run portal --` runs in this process, which takes a fraction of the time; `psql`,
 * `redis-cli` and `jq`, which a machine may lack, are stood in for.
 *
 * @param cwd folder that it is in
 * @param env beside what a program needs to run at all; `DATABASE_URL` and `REDIS_URL` are needed
 */
export async function openOperatorShell(cwd: string, env: NodeJS.ProcessEnv): Promise<OperatorShell> {
  const database = new pg.Pool({ connectionString: env.DATABASE_URL, max: 1 });
  const redis = new Redis(env.REDIS_URL ?? '');
  const programs = await listen(
    createServer(async (request, response) => {
      const args = (await text(request)).split('\0').slice(0, -1);
      try {
        if (request.url === '/portal') return await portal(args, response);
        response.end(`${JSON.stringify(await (request.url === '/psql' ? psql(args) : redisCli(args)))}\n`);
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    }),
  );

  async function portal(given: readonly string[], response: ServerResponse): Promise<void> {
    const args = given.map((arg, place) =>
      fileOptions.includes(given[place - 1] ?? '') ? path.resolve(cwd, arg) : arg,
    );
    const { code, stdout, stderr } = await portalCli(args, env);
    if (code === exitCodes.ok) response.end(stdout);
    else response.writeHead(code === exitCodes.failed ? 409 : 400).end(`${stdout}${stderr}`);
  }

  async function psql([url, option, statement = '']: readonly string[]): Promise<unknown> {
    if (url !== env.DATABASE_URL || option !== '-c') throw new Error('psql "$DATABASE_URL" -c STATEMENT');
    return (await database.query(statement)).rows;
  }

  async function redisCli([option, url, command = '', ...args]: readonly string[]): Promise<unknown> {
    if (option !== '-u' || url !== env.REDIS_URL) throw new Error('redis-cli -u "$REDIS_URL" COMMAND');
    return redis.call(command, ...args);
  }

  return {
    async run(script) {
      const child = spawn('bash', ['-c', `source "${prelude}"\n${script}`], {
        cwd,
        env: { ...bareEnvironment(), ...env, PROGRAMS: programs.url },
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      const [, ...outputs] = child.stdio as Readable[];
      const [[code], stdout, stderr, refused = ''] = await Promise.all([
        once(child, 'close') as Promise<[number | null]>,
        ...outputs.map((stream) => text(stream)),
      ]);
      return { code, output: `${stdout}${stderr}`, refused: refused.split('\n').filter((line) => line !== '') };
    },
    async close() {
      await Promise.all([programs.close(), database.end(), redis.quit()]);
    },
  };
}

const prelude = fileURLToPath(new URL('operator-shell.sh', import.meta.url));
