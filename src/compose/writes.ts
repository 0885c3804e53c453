import type { Redis } from 'ioredis';
import type { Knex } from 'knex';
import type { WatchedEventStore } from '../adapters/eventstore/watch-appends.js';
import * as postgres from '../adapters/postgres/takes-writes.js';
import * as redis from '../adapters/redis/takes-writes.js';

/** Whether the stores take writes: each rejects with the reason when its store may answer and does not. */
export function createWriteChecks(stores: { events: WatchedEventStore; db: Knex; cache: Redis }) {
  return {
    async eventstoredb(): Promise<void> {
      const failure = stores.events.appendFailure();
      if (failure !== null) throw new Error(failure);
    },
    postgresql: () => postgres.assertTakesWrites(stores.db),
    cache: () => redis.assertTakesWrites(stores.cache, 'portal:cache:probe'),
  };
}
