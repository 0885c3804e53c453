import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../find-program.js';
import type { PartContext } from '../part.js';
import { run } from '../run.js';

/** What fetching takes of a part's surroundings. */
export type FetchContext = Pick<PartContext, 'working' | 'stopping'>;

/** A package, and those that must be unpacked with it. */
type PackageChoice = readonly [name: string, ...companions: string[]];

/** Package lists are tens of megabytes; a mirror that takes longer than this is as good as absent. */
const updateLimitMs = 120_000;
/** A few packages of about a megabyte each. */
const downloadLimitMs = 60_000;
/** Answered from local files. */
const localLimitMs = 30_000;
/** More packages than this would be a system, not a server with its libraries. */
const maxPackages = 40;

/**
 * Unpacks the first of some packages that the distribution has, with the libraries the machine lacks, into `folder`. Each
 * comes with the companions that must lie beside it, which the machine may have elsewhere.
 * Nothing is installed and no right is needed: apt resolves and downloads (checking the distribution's signatures),
 * dpkg-deb unpacks.
 *
 * @returns why it failed, or undefined
 */
export async function unpackFromDistribution(
  choices: readonly PackageChoice[],
  folder: string,
  context: FetchContext,
): Promise<string | undefined> {
  if (findProgram('apt-get') === undefined || findProgram('dpkg-deb') === undefined) return 'apt-get is not here';
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(path.join(parent, 'unpack-'));
  try {
    context.working(`fetching ${choices[0]?.[0]} from the distribution, once`);
    if ((await unpackAny(choices, work, [], context)) === undefined) return publish(work, folder);

    // No package lists on this machine, or too old ones: fetch current ones for ourselves.
    context.working('fetching the package lists of the distribution, once');
    const options = privateState(work);
    const update = await apt([...options, 'update'], work, updateLimitMs, context);
    const failure = await unpackAny(choices, work, options, context);
    if (failure === undefined) return publish(work, folder);
    return [complaints(update.output), failure].filter(Boolean).join('\n');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every folder below `root` that holds shared libraries, for LD_LIBRARY_PATH. */
export function libraryFolders(root: string): string[] {
  if (!existsSync(root)) return [];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.so(\.\d+)*$/.test(file));
  return [...new Set(files.map((file) => path.dirname(path.join(root, file))))];
}

async function unpackAny(
  choices: readonly PackageChoice[],
  work: string,
  options: string[],
  context: FetchContext,
): Promise<string | undefined> {
  const failures: string[] = [];
  for (const choice of choices) {
    const failure = await unpack(choice, work, options, context);
    if (failure === undefined) return undefined;
    failures.push(failure);
  }
  return failures.join('\n');
}

async function unpack(
  [name, ...companions]: PackageChoice,
  work: string,
  options: string[],
  context: FetchContext,
): Promise<string | undefined> {
  const resolved = await apt(
    [...options, '--simulate', '--no-install-recommends', 'install', name],
    work,
    localLimitMs,
    context,
  );
  if (!resolved.ok) return complaints(resolved.output);
  const missing = [...resolved.stdout.matchAll(/^Inst (\S+)/gm)]
    .map(([, found]) => found ?? '')
    // The machine's own loader must go with the machine's own C library.
    .filter((found) => !/^libc6?(-|:|$)/.test(found));
  if (missing.length === 0) return `${name} is installed already but does not run`;
  const packages = [...new Set([...missing, ...companions])];
  if (packages.length > maxPackages) return `${name} needs ${packages.length} packages that are not installed`;

  const downloads = path.join(work, 'downloads');
  mkdirSync(downloads, { recursive: true });
  const downloaded = await apt([...options, 'download', ...packages], downloads, downloadLimitMs, context);
  if (!downloaded.ok) return complaints(downloaded.output);
  for (const file of readdirSync(downloads).filter((found) => found.endsWith('.deb'))) {
    const result = await run('dpkg-deb', ['-x', path.join(downloads, file), path.join(work, 'root')], {
      limitMs: localLimitMs,
      signal: context.stopping,
    });
    if (!result.ok) return result.output.trim();
  }
  return undefined;
}

/** Another launcher may have put the same files there meanwhile; either copy will do. */
function publish(work: string, folder: string): undefined {
  const old = path.join(work, 'old');
  if (existsSync(folder)) renameSync(folder, old);
  try {
    renameSync(path.join(work, 'root'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** apt's errors and warnings, without its remarks. */
function complaints(output: string): string {
  const lines = output.split('\n').filter((line) => /^[EW]: /.test(line));
  return (lines.length > 0 ? lines : [output.trim()]).slice(0, maxComplaints).join('\n');
}

/** A mirror that is out of reach is complained about once per list. */
const maxComplaints = 5;

function privateState(work: string): string[] {
  const state = path.join(work, 'apt-state');
  const cache = path.join(work, 'apt-cache');
  mkdirSync(path.join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(path.join(cache, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${cache}`, '-o', 'Dir::State::status=/var/lib/dpkg/status'];
}

/** Seconds a mirror may stay silent. */
const mirrorTimeoutSeconds = 15;

function apt(args: string[], cwd: string, limitMs: number, context: FetchContext) {
  const settings = [
    // As root, apt would fetch under another user, who may not enter this folder.
    'APT::Sandbox::User=root',
    'Debug::NoLocking=1',
    'Acquire::Retries=2',
    `Acquire::http::Timeout=${mirrorTimeoutSeconds}`,
    `Acquire::https::Timeout=${mirrorTimeoutSeconds}`,
    // Descriptions in other languages are most of what an update downloads.
    'Acquire::Languages=none',
  ];
  const options = ['-q', ...settings.flatMap((setting) => ['-o', setting])];
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...proxies() };
  return run('apt-get', [...options, ...args], { cwd, env, limitMs, signal: context.stopping });
}

function proxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)));
}
