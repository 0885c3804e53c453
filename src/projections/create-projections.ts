import type { Knex } from 'knex';
import type { EventStore } from '../commands/event-store.js';
import type { Clock, ErrorReporter, Logger, Metrics, OwnerLock } from '../commands/ports.js';
import type { Sku } from '../domain/shared/ids.js';
import type { CacheStore } from './cache/cache-store.js';
import { createCached } from './cache/cached.js';
import type { InvalidationFeed } from './cache/invalidation-feed.js';
import { createNearCache } from './cache/near-cache.js';
import { createCacheRefresher } from './cache/refresher.js';
import { createQueries } from './create-queries.js';
import type { GenerationDeps } from './generations/deps.js';
import { RebuildInProgress } from './generations/exclusively.js';
import { type RebuildOptions, type RebuildOutcome, rebuildProjections } from './generations/rebuild.js';
import { dropFormerGenerations, rollbackProjection } from './generations/rollback.js';
import { brandsProjection } from './models/brands.js';
import { lotsProjection } from './models/lots.js';
import { ordersProjection } from './models/orders.js';
import { payoutsProjection } from './models/payouts.js';
import { productsProjection } from './models/products.js';
import { syncsProjection } from './models/syncs.js';
import { loadLatestSnapshotAt, loadSnapshotIndex, type SnapshotEntry } from './queries/snapshot-index.js';
import type { Queries } from './queries.js';
import type { LastRead } from './runtime/last-event.js';
import { parkWaiting } from './runtime/park-waiting.js';
import { countParked, markTold, type ParkedCount, untoldParked } from './runtime/parked-news.js';
import { listParked, type ParkedStream } from './runtime/parking.js';
import type { Projection } from './runtime/projection.js';
import { type Projector, startProjector } from './runtime/projector.js';
import type { ProjectorOptions } from './runtime/projector-options.js';
import { readAgain } from './runtime/read-again.js';
import { type LogRewound, noteRewound } from './runtime/rewound.js';
import { type ProjectionStatus, projectionStatus } from './runtime/status.js';
import { type RetryOutcome, retryParkedStream } from './runtime/take-up.js';

export interface ProjectionsDeps {
  readonly eventStore: EventStore;
  /** Pool of the projector, rebuilds and operators: at least 8 connections. */
  readonly db: Knex;
  /** Pool of the queries. */
  readonly queryDb: Knex;
  readonly ownerLock: OwnerLock;
  readonly cache: CacheStore;
  /** What becomes invalid in the cache; with it, queries keep in memory what they read. */
  readonly invalidations?: InvalidationFeed;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** Without a successful sync for so long, answers are marked as stale. */
  readonly staleAfterSeconds: number;
  /** Projections with a projector of their own; their parked streams are looked after here, too. */
  readonly others?: readonly Projection[];
  readonly onParked?: ProjectorOptions['onParked'];
  readonly onRewound?: (error: LogRewound) => void;
}

export interface Projections {
  readonly queries: Queries;
  /** By SKU, what lets a sync leave unchanged streams alone. */
  snapshotIndex(): Promise<Map<Sku, SnapshotEntry>>;
  /** See {@link loadLatestSnapshotAt}. */
  latestSnapshotAt(): Promise<string | null>;
  /** Names of the read models. */
  readonly names: readonly string[];
  /** Names of all projections that can park a stream. */
  readonly parking: readonly string[];
  /** Starts, or stands by for, the projector of the read models. */
  startReadModels(): Projector;
  /** @throws UnknownProjection, RebuildInProgress */
  rebuild(name: string, options?: RebuildOptions): Promise<RebuildOutcome>;
  /** Every read model from one reading of the events. @throws RebuildInProgress */
  rebuildAll(options?: RebuildOptions): Promise<RebuildOutcome[]>;
  /** @throws UnknownProjection, NoSuchGeneration, RebuildInProgress */
  rollback(name: string): Promise<{ projection: string; generation: number }>;
  /**
   * Drops what of a read model only a rollback would need, and what overwritten rows held.
   * @throws UnknownProjection, RebuildInProgress
   */
  dropFormer(name: string): Promise<void>;
  /** Which of all projections have read what the event store does not have, see {@link LogRewound}. */
  rewound(): Promise<readonly LastRead[]>;
  /** Has all projections read every event again; read models are rebuilt. @throws RebuildInProgress */
  reread(options?: RebuildOptions): Promise<RebuildOutcome[]>;
  status(): Promise<ProjectionStatus[]>;
  parked(): Promise<ParkedStream[]>;
  /** For every projection that can park a stream. */
  parkedCounts(): Promise<ReadonlyMap<string, ParkedCount>>;
  /** What operators have not been told of; nothing while the last telling is younger than `pauseMs`. */
  untoldParked(pauseMs: number): Promise<ParkedStream[]>;
  markTold(told: readonly ParkedStream[]): Promise<void>;
  /** Parks what keeps a projection from going on, see {@link parkWaiting}. @throws UnknownProjection */
  park(name: string): Promise<string[]>;
  /** @returns null when the stream is not parked */
  retryParked(name: string, stream: string): Promise<RetryOutcome | null>;
  /** Leaves out the event that stopped the stream and goes on behind it. @returns null when the stream is not parked */
  skipParked(name: string, stream: string, reason: string): Promise<RetryOutcome | null>;
}

export class UnknownProjection extends Error {
  override readonly name = 'UnknownProjection';
}

const readModels: readonly Projection[] = [
  ordersProjection,
  productsProjection,
  brandsProjection,
  payoutsProjection,
  lotsProjection,
  syncsProjection,
];

/** Assembles read models, their cache and their queries. Nothing runs until `startReadModels`. */
export function createProjections(deps: ProjectionsDeps): Projections {
  const { eventStore, db, queryDb, ownerLock, clock, logger, cache } = deps;
  const readCache = deps.invalidations ? createNearCache(cache, deps.invalidations) : cache;
  const cached = createCached({ store: readCache, metrics: deps.metrics, logger });
  const generationDeps: GenerationDeps = { db, eventStore, ownerLock, clock, logger };
  const names = namesOf(readModels);
  const all = [...readModels, ...(deps.others ?? [])];

  return {
    names,
    parking: namesOf(all),
    queries: createQueries({
      db: queryDb,
      cache: readCache,
      cached,
      clock,
      staleAfterSeconds: deps.staleAfterSeconds,
      eventStore,
      names,
      prefixes: [...new Set(readModels.flatMap((projection) => projection.prefixes))],
    }),
    snapshotIndex: () => loadSnapshotIndex(queryDb),
    latestSnapshotAt: () => loadLatestSnapshotAt(queryDb),
    startReadModels() {
      const refresher = createCacheRefresher({ store: cache, db, logger });
      return startProjector({
        name: 'read-models',
        projections: readModels,
        eventStore,
        db,
        ownerLock,
        logger,
        metrics: deps.metrics,
        reporter: deps.reporter,
        onParked: deps.onParked,
        onRewound: deps.onRewound,
        onOwner: () => void refresher.refreshAll(),
        afterBatch: (events, position) => refresher.afterCommit(events, position),
        onBroken: (projections) => {
          rebuildProjections(generationDeps, projections).then(
            () => refresher.refreshAll(),
            (error: unknown) => {
              if (!(error instanceof RebuildInProgress))
                logger.error({ err: error }, 'a rebuild failed; it is repeated');
            },
          );
        },
      });
    },
    async rebuild(name, options) {
      const [outcome] = await rebuildProjections(generationDeps, [find(name, readModels)], options);
      if (!outcome) throw new UnknownProjection(name);
      return outcome;
    },
    rebuildAll: (options) => rebuildProjections(generationDeps, readModels, options),
    rollback: async (name) => rollbackProjection(generationDeps, find(name, readModels)),
    dropFormer: async (name) => dropFormerGenerations(generationDeps, find(name, readModels)),
    rewound: () => noteRewound({ db, eventStore }),
    async reread(options) {
      const outcomes = await rebuildProjections(generationDeps, readModels, options);
      for (const projection of deps.others ?? []) await readAgain(db, projection);
      return outcomes;
    },
    status: () => projectionStatus(db),
    parked: () => listParked(db),
    parkedCounts: () => countParked(db, namesOf(all)),
    untoldParked: (pauseMs) => untoldParked(db, pauseMs),
    markTold: (told) => markTold(db, told),
    park: async (name) => parkWaiting({ db, eventStore }, find(name, all)),
    retryParked: async (name, stream) => retryParkedStream({ db, eventStore }, find(name, all), stream),
    skipParked: async (name, stream, reason) =>
      retryParkedStream({ db, eventStore }, find(name, all), stream, { reason }),
  };
}

function find(name: string, among: readonly Projection[]): Projection {
  const projection = among.find((candidate) => candidate.name === name);
  if (!projection) throw new UnknownProjection(`no projection ${name}; there are ${namesOf(among).join(', ')}`);
  return projection;
}

function namesOf(projections: readonly Projection[]): string[] {
  return projections.map(({ name }) => name);
}
