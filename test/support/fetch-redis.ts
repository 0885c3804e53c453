import { findRedis } from '../../embedded/stack/parts/redis-program.js';

/**
 * Before the first test: a machine without Redis fetches it from its distribution, which can take longer than a hook may.
 * Test files that start at the same moment would each do so, and put theirs in the place of the one that others just found.
 * Where there is none to be had, the files that need it say so.
 */
export default async function fetchRedis(): Promise<void> {
  await findRedis({ working: () => undefined, stopping: new AbortController().signal }).catch(() => undefined);
}
