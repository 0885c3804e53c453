import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startStack } from '../../embedded/stack/index.js';

/** Where the workers find the folder; the projects of one run share it. */
const variable = 'TEST_POSTGRES_TEMPLATE';

/**
 * Before the first test: a data folder with an empty cluster, which the stacks of the tests copy instead of making one
 * of their own, which takes a second each.
 */
export default async function makeTemplate(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variable] !== undefined) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'portal-template-'));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const stack = await startStack({ dataDir: folder, ports: 'free', parts: ['postgres'], env });
  await stack.stop();
  // Tests kill the server, never the machine.
  await appendFile(path.join(folder, 'postgres', 'data', 'postgresql.conf'), '\nfsync = off\n');
  process.env[variable] = folder;
  return async () => {
    delete process.env[variable];
    await rm(folder, { recursive: true, force: true });
  };
}

/** Fills a new data folder from the template, owners and passwords included. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env[variable];
  if (template === undefined) return;
  const parts = ['postgres', 'secrets.json'].map((name) => path.join(template, name));
  await promisify(execFile)('cp', ['-a', ...parts, dataDir]);
}
