import type { Knex } from 'knex';
import type { EventStore, Position, RecordedEvent } from '../../commands/event-store.js';
import type { ErrorReporter, Logger, Metrics, OwnerLock } from '../../commands/ports.js';
import type { BatchLimits } from './batches.js';
import type { Projection } from './projection.js';
import type { LogRewound } from './rewound.js';

export interface ProjectorOptions {
  /** Names the ownership: one process at a time runs the projector of this name. */
  readonly name: string;
  readonly projections: readonly Projection[];
  readonly eventStore: EventStore;
  readonly db: Knex;
  readonly ownerLock: OwnerLock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  readonly limits?: Partial<ProjectorLimits>;
  /** Called once per stream that was taken out of a projection. */
  readonly onParked?: ((parked: { projection: string; stream: string; error: unknown }) => void) | undefined;
  /** Called once per commit with its events and the position it moved to. Its failure is logged and changes nothing. */
  readonly afterBatch?: (events: readonly RecordedEvent[], position: Position) => Promise<void>;
  /** Called, each time it is told, while the event store lacks what has been read from it. Nothing is applied then. */
  readonly onRewound?: ((error: LogRewound) => void) | undefined;
  /** Called each time this process becomes the owner, once the tables are known to have been made. */
  readonly onOwner?: () => void;
  /**
   * Called with the projections whose live tables come from another version of their code, or are gone, and again from
   * time to time as long as that is so.
   */
  readonly onBroken?: (projections: readonly Projection[]) => void;
}

export interface ProjectorLimits extends BatchLimits {
  /** With events waiting and nothing applied for so long, the projector counts as stalled. */
  readonly stallAfterMs: number;
  /** Between two looks whether the owner is gone; a standby must take over within ten seconds. */
  readonly standbyMs: number;
  /** Between two calls for the repair of what is broken. */
  readonly repairEveryMs: number;
  /**
   * `lingerMs` after too many events could not be applied at once: in a smaller batch, those would be few and be parked.
   */
  readonly lingerAfterPoisonMs: number;
  /** A checkpoint without events is written this often at most. */
  readonly checkpointEveryMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** What stays as it is, an event store that is away say, is told of in full once, and then in a line this often. */
  readonly tellAgainMs: number;
}

export const defaultLimits: ProjectorLimits = {
  maxEvents: 2_000,
  lingerMs: 10,
  maxBuffered: 4_000,
  tickMs: 1_000,
  stallAfterMs: 30_000,
  standbyMs: 2_000,
  repairEveryMs: 30_000,
  lingerAfterPoisonMs: 1_000,
  checkpointEveryMs: 1_000,
  retryBaseMs: 100,
  retryMaxMs: 5_000,
  tellAgainMs: 60_000,
};
