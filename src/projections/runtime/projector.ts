import type { Ownership } from '../../commands/ports.js';
import { TooManyPoisonEvents } from './apply.js';
import { OwnershipLost } from './checkpoints.js';
import { type FollowDeps, follow } from './follow.js';
import { createProgress, type ProjectorHealth } from './health.js';
import { GenerationChanged } from './live-generation.js';
import { backoffMs, pause } from './pause.js';
import { defaultLimits, type ProjectorOptions } from './projector-options.js';
import { createReports } from './reports.js';
import { LogRewound } from './rewound.js';

export interface Projector {
  health(): ProjectorHealth;
  /** Finishes the batch under way, gives up the ownership and resolves. */
  stop(): Promise<void>;
}

/**
 * Runs projections on one supervised subscription to `$all`. One process owns them at a time, others stand by. Whatever
 * fails (event store, database, connection, ownership) is retried with backoff; what cannot be applied is parked.
 */
export function startProjector(options: ProjectorOptions): Projector {
  const stopping = new AbortController();
  const limits = { ...defaultLimits, ...options.limits };
  const logger = options.logger.child({ projector: options.name });
  const progress = createProgress(limits.stallAfterMs);
  const reports = createReports({ ...options, logger, progress, tellAgainMs: limits.tellAgainMs });
  const done = standby({ ...options, limits, logger, progress, reports }, stopping.signal);

  return {
    health: () => progress.health(),
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

type ProjectorDeps = FollowDeps & Pick<ProjectorOptions, 'name' | 'ownerLock' | 'onOwner' | 'onRewound'>;

/** Waits for the ownership, uses it until it is lost, and again. */
async function standby(deps: ProjectorDeps, signal: AbortSignal): Promise<void> {
  const { name, ownerLock, limits, logger } = deps;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const ownership = await ownerLock.tryAcquire(`projector:${name}`);
      failures = 0;
      if (ownership) await own(deps, ownership, signal);
    } catch (error) {
      if (failures++ === 0) logger.warn({ err: error }, 'projector cannot reach its owner lock');
    }
    await pause(backoffMs(0, limits.standbyMs, limits.standbyMs), signal);
  }
}

/** Uses the ownership until it is lost or the projector stops, and gives it back. */
async function own(deps: ProjectorDeps, ownership: Ownership, signal: AbortSignal): Promise<void> {
  const { logger, progress } = deps;
  logger.info({}, 'projector is the owner');
  progress.owner();
  try {
    await followOn(deps, AbortSignal.any([signal, ownership.lost]));
  } catch (error) {
    logger.warn({ err: error }, 'projector steps down');
  } finally {
    progress.standby();
    if (ownership.lost.aborted) logger.warn({}, 'projector lost its owner lock');
    await ownership.release();
  }
}

/**
 * Follows the event store until `term` aborts, from the checkpoints on again whenever that fails.
 * @throws OwnershipLost
 */
async function followOn(deps: ProjectorDeps, term: AbortSignal): Promise<void> {
  const { limits, logger, reports } = deps;
  const pace = { ...limits };
  let failures = 0;
  let announced = false;
  const on = {
    ready() {
      if (!announced) deps.onOwner?.();
      announced = true;
    },
    applied() {
      failures = 0;
      pace.lingerMs = limits.lingerMs;
    },
  };
  while (!term.aborted) {
    try {
      await follow(deps, pace, on, term);
    } catch (error) {
      if (error instanceof OwnershipLost) throw error;
      if (error instanceof GenerationChanged) {
        logger.info({ reason: error.message }, 'projector reloads');
        continue;
      }
      if (error instanceof TooManyPoisonEvents) pace.lingerMs = limits.lingerAfterPoisonMs;
      const isTold = reports.failed(error, failures++);
      if (isTold && error instanceof LogRewound) deps.onRewound?.(error);
    }
    await pause(backoffMs(failures, limits.retryBaseMs, limits.retryMaxMs), term);
  }
}
