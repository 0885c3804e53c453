import type { Clock, Logger, Metrics } from '../../commands/ports.js';
import type { JobQueue, QueueName } from '../ports/job-queue.js';
import { type Effect, type EffectKind, effectKinds } from './effect.js';
import type { EffectStore } from './store.js';

/** Hands open effects to the job queue, and again when the queue has lost them. */
export interface Relay {
  /** Looks soon; calls while a look is pending are one. */
  nudge(): void;
  /** Looks through everything that is due. @returns how many jobs were made */
  reconcile(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/** Rows read at once. */
const pageSize = 500;
/** Effects due later stay in PostgreSQL until then: Redis holds only what is near. */
const horizonMs = 60_000;
/** Events come in bursts; a few milliseconds gather them into one look. */
const nudgeDelayMs = 5;

export function createRelay(deps: {
  store: EffectStore;
  queue: JobQueue;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Pause between two looks when nobody nudges, milliseconds. */
  reconcileEveryMs: number;
}): Relay {
  const { store, queue, logger } = deps;
  let stopped = true;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<number> = Promise.resolve(0);
  let nudged = false;

  return {
    nudge() {
      if (nudged || stopped) return;
      nudged = true;
      wake(nudgeDelayMs);
    },
    reconcile,
    start() {
      stopped = false;
      wake(0);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };

  function wake(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      nudged = false;
      running = running.then(reconcile, reconcile);
      await running.catch((error: unknown) => logger.warn({ err: error }, 'effects could not be handed to the queue'));
      if (!stopped && !nudged) wake(deps.reconcileEveryMs);
    }, delayMs);
  }

  async function reconcile(): Promise<number> {
    let made = 0;
    let after: string | null = null;
    do {
      const page: Effect[] = await store.due({ now: deps.clock.now(), horizonMs, after, limit: pageSize });
      for (const name of queueNames)
        made += await hand(
          name,
          page.filter((effect) => queueOf(effect.kind) === name),
        );
      after = page.length === pageSize ? (page.at(-1)?.key ?? null) : null;
    } while (after !== null);
    const open = await store.openByKind();
    for (const kind of effectKinds) deps.metrics.set('portal_effects_open', open.get(kind) ?? 0, { kind });
    return made;
  }

  async function hand(name: QueueName, effects: readonly Effect[]): Promise<number> {
    if (effects.length === 0) return 0;
    const states = await queue.states(name, effects.map(jobIdOf));
    const now = deps.clock.now().getTime();
    const jobs = [];
    for (const effect of effects) {
      const state = states.get(jobIdOf(effect));
      if (state === 'live') continue;
      // A job that ended while its row stayed open keeps its id for a while; a new generation makes a new id.
      const generation = state === 'ended' ? await store.nextGeneration(effect.key) : effect.generation;
      jobs.push({
        id: jobIdOf({ ...effect, generation }),
        data: { key: effect.key },
        delayMs: effect.dueAt ? Math.max(0, Date.parse(effect.dueAt) - now) : 0,
      });
    }
    if (jobs.length > 0) await queue.add(name, jobs);
    return jobs.length;
  }
}

function queueOf(kind: EffectKind): QueueName {
  if (kind === 'export') return 'order-processing';
  return kind === 'sync' ? 'inventory-sync' : 'effects';
}

const queueNames: readonly QueueName[] = ['order-processing', 'inventory-sync', 'effects'];

/** BullMQ job ids hold no colon. */
function jobIdOf(effect: Pick<Effect, 'key' | 'generation'>): string {
  return `${effect.key.replaceAll(':', '.')}-g${effect.generation}`;
}
