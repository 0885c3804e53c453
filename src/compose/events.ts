import { createEventStore } from '../adapters/eventstore/index.js';
import { watchAppends } from '../adapters/eventstore/watch-appends.js';
import { createPersonalKeys } from '../adapters/postgres/personal-keys/index.js';
import { tracedEventStore } from '../adapters/telemetry/traced.js';
import type { Tracing } from '../commands/ports.js';
import { openedEvents } from '../commands/privacy/opened-events.js';
import { createPersonalData } from '../commands/privacy/personal-data.js';
import type { Config } from '../config.js';
import type { createPools } from './pools.js';

/** The event store, from the wire to what the inner layers read: watched, traced, and with its personal data opened. */
export function createEvents(config: Config, pools: ReturnType<typeof createPools>, tracing: Tracing | null) {
  const personalKeys = createPersonalKeys({
    db: pools.keys,
    locks: pools.keyLocks,
    master: config.PRIVACY_MASTER_KEY,
  });
  const personalData = createPersonalData(personalKeys);
  const watchedEvents = watchAppends(createEventStore(config.EVENTSTORE_URL));
  const storedEvents = tracedEventStore(tracing, watchedEvents);
  return {
    personalKeys,
    personalData,
    watchedEvents,
    storedEvents,
    eventStore: openedEvents(storedEvents, personalData),
  };
}
