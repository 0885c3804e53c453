import type { Redis } from 'ioredis';
import type { ProgressBoard, SyncProgress } from '../../processes/inventory/progress.js';

const key = 'inventory:sync-progress';
/** A run that says nothing for so long has ended, or its process has. */
const ttlSeconds = 15;

/** {@link ProgressBoard} in Redis. */
export function createSyncProgressBoard(redis: Redis): ProgressBoard {
  return {
    write(progress) {
      redis.set(key, JSON.stringify(progress), 'EX', ttlSeconds).catch(() => undefined);
    },
    async read() {
      const text = await redis.get(key).catch(() => null);
      return text === null ? null : (JSON.parse(text) as SyncProgress);
    },
  };
}
