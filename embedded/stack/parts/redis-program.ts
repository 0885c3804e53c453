import path from 'node:path';
import { findProgram } from '../find-program.js';
import { projectRoot } from '../project.js';
import { run } from '../run.js';
import { StackError } from '../types.js';
import { type FetchContext, libraryFolders, unpackFromDistribution } from './distribution-package.js';

/** A Redis-compatible server and what its environment must hold to run. */
export interface RedisProgram {
  file: string;
  env: NodeJS.ProcessEnv;
}

/** The servers that speak the protocol and bring the commands and scripts that BullMQ needs. */
const names = ['redis-server', 'valkey-server'] as const;
/** Their packages. The server is a link to a program of the tools' package, which may be installed without the server. */
const packages = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;
/** `--version` answers in milliseconds unless the disk is asleep. */
const versionLimitMs = 10_000;

/** A server found on PATH, else one unpacked earlier, else one unpacked now from the distribution's package. */
export async function findRedis(context: FetchContext): Promise<RedisProgram> {
  for (const name of names) {
    const file = findProgram(name);
    if (file !== undefined && (await works({ file, env: {} })) === undefined) return { file, env: {} };
  }
  const folder = path.join(projectRoot, '.cache', 'redis');
  const earlier = await unpackedProgram(folder);
  if (typeof earlier !== 'string') return earlier;

  const failure = await unpackFromDistribution(packages, folder, context);
  const program = failure ?? (await unpackedProgram(folder));
  if (typeof program !== 'string') return program;
  throw new StackError(
    'No Redis server found, and none could be unpacked from the distribution. ' +
      `Run \`apt-get install redis-server\` as root, or set REDIS_URL.\n${program}`,
  );
}

/** The program in the folder, or why there is none that works. */
async function unpackedProgram(folder: string): Promise<RedisProgram | string> {
  let reason = 'the package holds no server';
  for (const name of names) {
    const program = {
      file: path.join(folder, 'usr', 'bin', name),
      env: { LD_LIBRARY_PATH: libraryFolders(folder).join(':') },
    };
    const failure = await works(program);
    if (failure === undefined) return program;
    if (!failure.includes('ENOENT')) reason = failure;
  }
  return reason;
}

async function works({ file, env }: RedisProgram): Promise<string | undefined> {
  const { ok, output } = await run(file, ['--version'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    limitMs: versionLimitMs,
  });
  return ok ? undefined : output.trim();
}
