import type { Knex } from 'knex';
import type { EventStore } from '../../commands/event-store.js';
import type { Clock, Logger, OwnerLock } from '../../commands/ports.js';

/** What working on generations takes. */
export interface GenerationDeps {
  readonly db: Knex;
  readonly eventStore: EventStore;
  readonly ownerLock: OwnerLock;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** There is no earlier generation to return to, or the projection has only one for ever. */
export class NoSuchGeneration extends Error {
  override readonly name = 'NoSuchGeneration';
}
