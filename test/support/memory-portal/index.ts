import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { createHistories } from '../../../src/commands/histories.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { isRejection, type Rejection } from '../../../src/domain/shared/decider.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import type { AppOptions } from '../../../src/http/options.js';
import { openAuthenticator } from '../../../src/http/security/principal.js';
import { createChangeFeed } from '../../../src/projections/feed/change-feed.js';
import { type LogLine, loggerTo } from '../telemetry.js';
import { createOrderStreams } from './order-streams.js';
import { createQueries } from './queries.js';
import { type Call, createUseCases } from './use-cases.js';

/** What the HTTP app stands on, over a few maps, deciding with the real order decider. */
export interface MemoryPortal {
  readonly options: AppOptions;
  /** Every call of a use case, in order. */
  readonly calls: Call[];
  readonly logs: readonly LogLine[];
  readonly increments: { name: string; labels: Record<string, string> | undefined }[];
  /** What each gauge shows now. */
  readonly gauges: ReadonlyMap<string, number>;
  readonly observations: { name: string; value: number; labels: Record<string, string> | undefined }[];
  /** The read models stop following: what is written from now on is in the streams only. */
  freezeReadModels(): void;
  /** The read models leave the next writes' streams behind. */
  parkWrites(): void;
  /** The next use case answers this instead of doing its work. */
  failNext(failure: Rejection | Error): void;
  /** An order that these commands led to. */
  addOrder(id: string, commands: readonly OrderCommand[]): void;
  eventsOf(orderId: string): readonly OrderEvent[];
  /** An event of an order is recorded otherwise than this release would; the read models do not know. */
  spoil(orderId: string, revision: number, change: (event: RecordedEvent) => Partial<RecordedEvent>): void;
}

export function memoryPortal(overrides: Partial<AppOptions> = {}): MemoryPortal {
  const calls: Call[] = [];
  const logs: LogLine[] = [];
  const increments: MemoryPortal['increments'] = [];
  const observations: MemoryPortal['observations'] = [];
  const gauges = new Map<string, number>();
  const logger = loggerTo((line) => logs.push(line));
  const streams = createOrderStreams();
  const { useCases, failNext } = createUseCases(streams, calls);
  const queries = createQueries(streams, calls);
  const { eventsOf, freezeReadModels, parkWrites, spoil } = streams;
  return {
    calls,
    logs,
    increments,
    observations,
    gauges,
    options: {
      useCases,
      queries,
      histories: createHistories(streams),
      health: async () => ({ ready: true, checks: [{ name: 'postgres', ok: true, detail: 'answers' }] }),
      renderMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: '# metrics\n' }),
      metrics: {
        increment: (name, labels) => increments.push({ name, labels }),
        observe: (name, value, labels) => observations.push({ name, value, labels }),
        set: (name, value) => gauges.set(name, value),
      },
      logger,
      changes: createChangeFeed({
        eventStore: { head: async () => null, readAll: nothing, readStream: nothing, subscribeToAll: nothing },
        queries,
        logger,
      }),
      authenticate: openAuthenticator(),
      ...overrides,
      // An event stream that is asked for like any other answer has an end.
      limits: { streamLifeMs: 50, ...overrides.limits },
    },
    freezeReadModels,
    parkWrites,
    failNext,
    spoil,
    eventsOf,
    addOrder(id, commands) {
      const orderId = asOrderId(id);
      for (const command of commands) {
        const outcome = streams.decide(orderId, command.type === 'PlaceOrder' ? { ...command, orderId } : command);
        if (isRejection(outcome)) throw new Error(outcome.detail);
      }
    },
  };
}

/** An event store in which nothing happens. */
async function* nothing(): AsyncGenerator<never> {}
