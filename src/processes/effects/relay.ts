import type { Clock, Logger, Metrics } from '../../commands/ports.js';
import { warnOfNews } from '../../commands/warn-of-news.js';
import type { JobQueue, QueueName } from '../ports/job-queue.js';
import { type Effect, type EffectKind, effectKinds } from './effect.js';
import type { EffectStore } from './store.js';

/** Hands open effects to the job queue, and again when the queue has lost them. */
export interface Relay {
  /** Hands over soon what was requested lately; calls while that is pending are one. */
  nudge(): void;
  /** Looks through everything that is due and makes a job for what no job carries. @returns how many were made */
  handMissing(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/** Rows read at once. */
const pageSize = 500;
/** Effects due later stay in PostgreSQL until then: Redis holds only what is near. */
const horizonMs = 60_000;
/** Events come in bursts; a few milliseconds gather them into one look. */
const nudgeDelayMs = 5;
/** How far back a nudge looks: longer than any transaction that requests effects. */
const recentMs = 5_000;

/** Whatever keeps a clock right moves it by less than this between two looks. */
const clockSlackMs = 1_000;

export function createRelay(deps: {
  store: EffectStore;
  queue: JobQueue;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Pause between two looks when nobody nudges, milliseconds. */
  lookEveryMs: number;
}): Relay {
  const { store, queue, logger } = deps;
  const failed = warnOfNews(logger, 'effects could not be handed to the queue');
  let stopped = true;
  let nudgeTimer: NodeJS.Timeout | undefined;
  let lookTimer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  /** Clock less the time that has really passed; a clock that is put back takes it down. Unknown before the first look. */
  let clockAhead = Number.POSITIVE_INFINITY;

  return {
    nudge() {
      if (stopped || nudgeTimer) return;
      nudgeTimer = setTimeout(() => {
        nudgeTimer = undefined;
        void inTurn(handRecent);
      }, nudgeDelayMs);
    },
    handMissing,
    start() {
      stopped = false;
      void tick();
    },
    async stop() {
      stopped = true;
      clearTimeout(nudgeTimer);
      clearTimeout(lookTimer);
      await running;
    },
  };

  async function tick(): Promise<void> {
    await inTurn(handMissing);
    if (!stopped) lookTimer = setTimeout(tick, deps.lookEveryMs);
  }

  /** One look at a time; a failed one is made up for by the next. */
  function inTurn(look: () => Promise<unknown>): Promise<unknown> {
    running = running.then(look).catch(failed);
    return running;
  }

  async function handRecent(): Promise<void> {
    for await (const page of pages({ changedWithinMs: recentMs })) {
      for (const name of queueNames) await add(name, on(name, page));
    }
  }

  async function handMissing(): Promise<number> {
    // First: without Redis nothing else here is done, and the alerts on what waits for it need the figures.
    await tellOpen();
    await followClock();
    let made = 0;
    for await (const page of pages({})) {
      for (const name of queueNames) made += await addMissing(name, on(name, page));
    }
    return made;
  }

  async function tellOpen(): Promise<void> {
    const open = await store.openByKind();
    for (const kind of effectKinds) {
      deps.metrics.set('portal_effects_open', open.get(kind)?.open ?? 0, { kind });
      deps.metrics.set('portal_effects_oldest_seconds', open.get(kind)?.oldestSeconds ?? 0, { kind });
    }
  }

  /** Also at the first look: the clock may have been put back while nobody was there to see it. */
  async function followClock(): Promise<void> {
    const ahead = deps.clock.now().getTime() - performance.now();
    if (ahead < clockAhead - clockSlackMs) {
      for (const name of queueNames) {
        const jobs = await queue.realign(name);
        if (jobs > 0) logger.warn({ queue: name, jobs }, 'a clock was put back: pauses that it had set begin anew');
      }
    }
    clockAhead = ahead;
  }

  async function* pages(filter: { changedWithinMs?: number }): AsyncGenerator<readonly Effect[]> {
    let after: string | null = null;
    do {
      const page: Effect[] = await store.due({ now: deps.clock.now(), horizonMs, after, limit: pageSize, ...filter });
      yield page;
      after = page.length === pageSize ? (page.at(-1)?.key ?? null) : null;
    } while (after !== null);
  }

  async function addMissing(name: QueueName, effects: readonly Effect[]): Promise<number> {
    if (effects.length === 0) return 0;
    const states = await queue.states(name, effects.map(jobIdOf));
    const missing: Effect[] = [];
    for (const effect of effects) {
      const state = states.get(jobIdOf(effect));
      if (state === undefined) missing.push(effect);
      if (state !== 'ended') continue;
      // A job that ended while its row stayed open keeps its id for a while; a new generation makes a new id.
      const generation = await store.nextGeneration(effect);
      if (generation !== null) missing.push({ ...effect, generation });
    }
    await add(name, missing);
    return missing.length;
  }

  async function add(name: QueueName, effects: readonly Effect[]): Promise<void> {
    if (effects.length === 0) return;
    const now = deps.clock.now().getTime();
    await queue.add(
      name,
      effects.map((effect) => ({
        id: jobIdOf(effect),
        data: { key: effect.key },
        delayMs: effect.dueAt ? Math.max(0, Date.parse(effect.dueAt) - now) : 0,
      })),
    );
  }
}

function on(name: QueueName, effects: readonly Effect[]): Effect[] {
  return effects.filter((effect) => queueOf(effect.kind) === name);
}

/** The queue whose jobs perform effects of a kind. */
export function queueOf(kind: EffectKind): QueueName {
  if (kind === 'export') return 'order-processing';
  return kind === 'sync' ? 'inventory-sync' : 'effects';
}

const queueNames: readonly QueueName[] = ['order-processing', 'inventory-sync', 'effects'];

/** BullMQ job ids hold no colon. */
export function jobIdOf(effect: Pick<Effect, 'key' | 'generation'>): string {
  return `${effect.key.replaceAll(':', '.')}-g${effect.generation}`;
}
