import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { sealStream } from '../commands/aggregates.js';
import type { Logger, Metrics, OwnerLock } from '../commands/ports.js';
import type { CommandContext } from '../commands/use-cases.js';
import { keepSeal } from './seal-witness.js';
import { lastSeal, SealBroken, type SealDeps, type SealRun, sealLog } from './sealer.js';

/** What it takes to seal as the only one. */
export interface SealAloneDeps extends SealDeps {
  readonly db: Knex;
  readonly ownerLock: OwnerLock;
}

export interface SealScheduleDeps extends SealAloneDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Somebody has written to the seals: for operators to hear of. */
  readonly onBroken: (error: SealBroken) => void;
  readonly context: () => CommandContext;
  readonly intervalSeconds: number;
}

/** The name that one sealer at a time owns, over all processes. */
const ownerName = 'log-seals';
/** After a failure it is tried again this soon, milliseconds, or after the interval when that is shorter. */
const retryMs = 30_000;
/** On-demand sealing waits so long for a sealer at work, milliseconds; one run takes a minute per million events. */
const waitLimitMs = 60_000;
const waitPauseMs = 250;
/** Clocks of hosts that follow a time server differ by less, milliseconds. */
const skewMs = 10_000;

/**
 * Seals the log whenever the last seal is older than the interval. Any number of processes may run it; one at a time
 * seals, and all look at the same last seal, so there is one seal per interval.
 */
export function startSealSchedule(deps: SealScheduleDeps): { stop(): Promise<void> } {
  const { logger, metrics, intervalSeconds } = deps;
  const stopping = new AbortController();
  const intervalMs = intervalSeconds * 1_000;
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const pauseMs = await turn();
      await sleep(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns milliseconds until the next look */
  async function turn(): Promise<number> {
    try {
      const dueMs = await untilDue();
      if (dueMs > 0) return dueMs;
      const sealed = await sealAlone(deps, deps.context(), stopping.signal);
      // Another process is at it; should it fail, this one finds the seal still due.
      if (!sealed) return Math.min(retryMs, intervalMs);
      if (sealed.seals > 0) {
        const { seals, events, last } = sealed;
        metrics.increment('portal_audit_seals_total', { result: 'sealed' }, seals);
        // Whoever keeps the log elsewhere has a witness of the digest.
        logger.info({ seals, events, number: last?.number, digest: last?.digest }, 'the log is sealed');
      }
      return intervalMs;
    } catch (error) {
      if (stopping.signal.aborted) return 0;
      metrics.increment('portal_audit_seals_total', { result: 'failed' });
      if (error instanceof SealBroken) deps.onBroken(error);
      else logger.warn({ err: error }, 'the log could not be sealed; it is tried again');
      return Math.min(retryMs, intervalMs);
    }
  }

  async function untilDue(): Promise<number> {
    const last = await lastSeal(deps);
    if (!last) return 0;
    const now = deps.clock.now().getTime();
    const sealedAt = Date.parse(last.seal.sealedAt);
    // A seal of the future was made by a wrong clock; nobody waits until the time has come.
    return sealedAt > now + skewMs ? 0 : sealedAt + intervalMs - now;
  }
}

/** Seals as the only one. @returns null while another process does. @throws SealBroken, EventStoreUnavailable */
async function sealAlone(deps: SealAloneDeps, context: CommandContext, signal?: AbortSignal): Promise<SealRun | null> {
  const ownership = await deps.ownerLock.tryAcquire(ownerName);
  if (!ownership) return null;
  try {
    const run = await sealLog(deps, context, signal ? AbortSignal.any([signal, ownership.lost]) : ownership.lost);
    if (run.last) await keepSeal(deps, run.last);
    if (run.stray !== null) {
      throw new SealBroken(`${sealStream} #${run.stray} is no seal and not the portal’s; what came after it is sealed`);
    }
    return run;
  } finally {
    await ownership.release();
  }
}

/**
 * Seals on demand, after whoever is at it.
 * @returns null when that one took too long
 * @throws SealBroken, EventStoreUnavailable
 */
export async function sealNow(deps: SealAloneDeps, context: CommandContext): Promise<SealRun | null> {
  const deadline = performance.now() + waitLimitMs;
  for (;;) {
    const run = await sealAlone(deps, context);
    if (run || performance.now() > deadline) return run;
    await sleep(waitPauseMs);
  }
}
