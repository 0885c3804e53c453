import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PartName, type Stack, type StackOptions, startStack } from '../../embedded/stack/index.js';
import { copyCluster, createEmptyDatabase } from './postgres.js';

/** A stack of its own for a test file: temporary data folder, free ports, nothing of the developer's settings. */
export interface TestStack extends Stack {
  dataDir: string;
}

export interface TestStackOptions extends Omit<StackOptions, 'dataDir' | 'parts' | 'inProcess'> {
  /** A PostgreSQL cluster made from nothing, as a user's first start makes it. */
  fresh?: boolean;
  /** Parts that the test kills, or wants as the launcher runs them. */
  programs?: readonly PartName[];
}

/** Parts that need no program of their own: running here, they cost a test file a fraction of a program's start. */
const hostable: readonly PartName[] = ['eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail'];

/**
 * Starts some parts for a test file; call `stop()` in `afterAll`, which also removes the data folder.
 *
 * @param parts which parts to start, e.g. `['postgres', 'redis']`; `postgres` is a database of its own in the server that
 *   all files share, unless it is wanted as a program
 * @param options further settings, e.g. `{ env: { ROLES: 'api' } }` on top of a bare environment
 */
export async function startTestStack(
  parts: readonly PartName[],
  { fresh = false, programs = [], ...options }: TestStackOptions = {},
): Promise<TestStack> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'portal-stack-'));
  const ownServer = fresh || programs.includes('postgres');
  const database = parts.includes('postgres') && !ownServer ? await createEmptyDatabase() : undefined;
  const remove = async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    if (ownServer && !fresh) await copyCluster(dataDir);
    const stack = await startStack({
      ports: 'free',
      ...options,
      dataDir,
      parts,
      inProcess: hostable.filter((part) => !programs.includes(part)),
      env: { ...bareEnvironment(), ...(database ? { DATABASE_URL: database.url } : {}), ...options.env },
    });
    const stop = async () => {
      await stack.stop();
      await remove();
    };
    return { ...stack, dataDir, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What programs need to run at all, without any setting of the portal. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined));
}
