import type { Logger, Metrics, OwnerLock } from '../../commands/ports.js';
import { counted } from '../../domain/shared/words.js';
import type { Projections } from '../../projections/create-projections.js';
import type { ParkedStream } from '../../projections/runtime/parking.js';
import type { Alert, Alerts } from '../ports/outbound.js';

/** Lets operators see what is parked: a gauge, and a mail for each burst. */
export interface ParkedWatch {
  /** Something has been parked: looks soon. */
  nudge(): void;
  start(): void;
  stop(): Promise<void>;
}

export interface WatchPace {
  /** Between two looks. */
  readonly everyMs: number;
  /** An event is parked by several projections, and a bad release parks many: a moment makes one mail of them. */
  readonly settleMs: number;
  /** After a mail, what is parked next is gathered for so long. */
  readonly gatherMs: number;
}

const defaultPace: WatchPace = { everyMs: 10_000, settleMs: 2_000, gatherMs: 5 * 60_000 };

/** Streams named in a mail; the command lists them all. */
const maxNamed = 5;

/**
 * Looks at the table in which projections park streams. What has not been told is owed until a mail server has taken
 * it: a dead process, an emptied Redis or a silent mail server delays the mail and loses none.
 */
export function createParkedWatch(deps: {
  projections: Pick<Projections, 'parking' | 'parkedCounts' | 'untoldParked' | 'markTold'>;
  alerts: Alerts;
  /** One process tells at a time. */
  ownerLock: OwnerLock;
  metrics: Metrics;
  logger: Logger;
  pace?: Partial<WatchPace>;
}): ParkedWatch {
  const { projections, alerts, ownerLock, metrics, logger } = deps;
  const pace = { ...defaultPace, ...deps.pace };
  let stopped = true;
  let timer: NodeJS.Timeout | undefined;
  let nudged = false;
  let running: Promise<void> = Promise.resolve();

  return {
    nudge() {
      // The first of several decides: parked time and again, they would put the look off for as long.
      if (stopped || nudged) return;
      nudged = true;
      lookIn(pace.settleMs);
    },
    start() {
      stopped = false;
      lookIn(0);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };

  function lookIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      nudged = false;
      running = running.then(look).catch((error: unknown) => {
        logger.warn({ err: error }, 'parked streams could not be looked at');
      });
      void running.then(() => {
        if (!stopped && !nudged) lookIn(pace.everyMs);
      });
    }, ms);
  }

  async function look(): Promise<void> {
    const counts = await projections.parkedCounts();
    for (const [projection, { parked }] of counts) metrics.set('portal_parked_streams', parked, { projection });
    if (![...counts.values()].some(({ untold }) => untold > 0)) return;
    const ownership = await ownerLock.tryAcquire('parked-streams-alert');
    if (!ownership) return;
    try {
      const news = await projections.untoldParked(pace.gatherMs);
      if (news.length > 0 && (await alerts.raise(alertOf(news))) === 'sent') await projections.markTold(news);
    } finally {
      await ownership.release();
    }
  }
}

function alertOf(news: readonly ParkedStream[]): Alert {
  const projectionsOf = new Map<string, string[]>();
  const counts: Record<string, number> = {};
  for (const { stream, projection } of news) {
    projectionsOf.set(stream, [...(projectionsOf.get(stream) ?? []), projection]);
    counts[projection] = (counts[projection] ?? 0) + 1;
  }
  const named = [...projectionsOf].slice(0, maxNamed).map(([stream, names]) => `${stream} (${names.join(', ')})`);
  const more = projectionsOf.size - named.length;
  const [first = ''] = projectionsOf.keys();
  const others = projectionsOf.size - 1;
  return {
    kind: 'projection-parked',
    subject: others > 0 ? `${first} and ${counted(others, 'more stream')} are parked` : `${first} is parked`,
    message:
      `Projections have left streams behind: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. ` +
      '`portal projections parked` lists what is parked, with the reasons.',
    facts: { newlyParked: counts },
  };
}
