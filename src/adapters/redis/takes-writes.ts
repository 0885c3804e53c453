import type { QueueRedis } from './cluster.js';

/**
 * Asks by a write that changes nothing, and that a full Redis refuses, too.
 *
 * @param key one that nobody uses
 * @throws in the words of Redis, when it answers and takes no writes: full, a replica, unable to write to its disk
 */
export async function assertTakesWrites(redis: QueueRedis, key: string): Promise<void> {
  try {
    await redis.setrange(key, 0, '');
  } catch (error) {
    const refused = error instanceof Error && refusal.test(error.message);
    throw refused ? new Error(`takes no writes: ${error.message}`, { cause: error }) : error;
  }
}

/** What Redis says first, in capitals, when it understands a command and does not carry it out. */
const refusal = /^(OOM|READONLY|MISCONF|NOREPLICAS|NOPERM) /;
