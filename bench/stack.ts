import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PartName, type Stack, startStack } from '../embedded/stack/index.js';

/**
 * Runs `work` beside some servers of its own, on free ports and in a temporary folder; all is gone afterwards.
 *
 * @param servers all parts without `parts`; `seed` fills the event store before it starts
 */
export async function withStack<Value>(
  servers: {
    parts?: readonly PartName[];
    env?: Readonly<Record<string, string>>;
    seed?: (eventStoreFolder: string) => Promise<unknown>;
  },
  work: (stack: Stack) => Promise<Value>,
): Promise<Value> {
  const { parts, env, seed } = servers;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    await seed?.(path.join(dataDir, 'eventstoredb'));
    const stack = await startStack({
      dataDir,
      ports: 'free',
      ...(parts ? { parts } : {}),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    try {
      return await work(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
