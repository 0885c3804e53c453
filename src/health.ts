import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './commands/failures.js';
import type { Metrics } from './commands/ports.js';
import type { Portal } from './compose.js';
import type { HealthReport } from './http/options.js';
import { notYetFull } from './projections/runtime/first-fill.js';
import type { Projector } from './projections/runtime/projector.js';
import { rewoundInWords } from './projections/runtime/rewound.js';

type Check = HealthReport['checks'][number];

export interface NamedProjector {
  /** That of its check in `/readyz`, and of its label in the metrics. */
  readonly name: string;
  readonly projector: Pick<Projector, 'health'>;
}

/** A dependency that takes longer to answer is as good as down. */
const answerLimitMs = 2_000;
const steps = 4;

/**
 * Readiness in words. Redis may be away: reads then come from PostgreSQL, and effects wait there. EventStoreDB and PostgreSQL
 * may take no writes: they still answer reads.
 */
export function createHealth(portal: Portal, projectors: readonly NamedProjector[]) {
  return async (): Promise<HealthReport> => {
    const needed = await Promise.all([
      check('eventstoredb', () => portal.eventStore.head()),
      check('postgresql', () => portal.pools.api.raw('select 1')),
      check('event log', () => whole(portal)),
      check('first fill', () => full(portal)),
      ...projectors.map(progress),
    ]);
    const others = await Promise.all([
      check('eventstoredb writes', portal.writes.eventstoredb),
      check('postgresql writes', portal.writes.postgresql),
      check('redis cache', () => cacheable(portal)),
      check('redis queues', () => queueable(portal)),
    ]);
    return { ready: needed.every(({ ok }) => ok), checks: [...needed, ...others] };
  };
}

/** Says anew in the metrics which projectors this process owns and gets on with. */
export function tellWorking(metrics: Pick<Metrics, 'set'>, projectors: readonly NamedProjector[]): void {
  for (const { name, projector } of projectors) {
    const { state } = projector.health();
    const working = state === 'live' || state === 'catching-up';
    metrics.set('portal_projector_working', working ? 1 : 0, { projector: name });
  }
}

/** @throws when the event store lacks what was read from it: an answer of its own, since everything else may look well */
async function whole({ pools }: Portal): Promise<void> {
  const rewound = await rewoundInWords(pools.api);
  if (rewound !== null) throw new Error(`${rewound}; see "The event store went back in time" in the guide on back-ups`);
}

/** @throws while read models are made anew from all events, as after the loss of the database: what is missing looks like none */
async function full({ pools, projections }: Portal): Promise<void> {
  const short = await notYetFull(pools.api, projections.names);
  if (short.length > 0) throw new Error(`${short.join(', ')}: rows are missing until they are filled from the events`);
}

async function check(name: string, ask: () => Promise<unknown>): Promise<Check> {
  const answered = new AbortController();
  try {
    await Promise.race([ask(), silence(answered.signal)]);
    return { name, ok: true, detail: 'answers' };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  } finally {
    answered.abort();
  }
}

/** Waits in steps: between two of them, a process that was busy takes in an answer that came meanwhile. */
async function silence(signal: AbortSignal): Promise<never> {
  for (let step = 0; step < steps; step += 1) await sleep(answerLimitMs / steps, undefined, { signal });
  throw new Error(`no answer within ${answerLimitMs} ms`);
}

async function cacheable({ redis, writes }: Portal): Promise<void> {
  assertConnected(redis.cache);
  await writes.cache();
}

async function queueable({ redis, queues }: Portal): Promise<void> {
  assertConnected(redis.producer);
  await queues.assertTakesJobs();
}

/** Without a connection the client would speak of its own options. */
function assertConnected(redis: { readonly status: string }): void {
  if (redis.status !== 'ready') throw new Error('no connection');
}

function progress({ name, projector }: NamedProjector): Check {
  const { state, lagEvents, reason } = projector.health();
  const detail = [state, lagEvents === null ? null : `${lagEvents} events behind`, reason].filter(Boolean).join(', ');
  return { name, ok: state !== 'stalled', detail };
}
