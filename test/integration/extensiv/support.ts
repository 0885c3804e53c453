import { Redis } from 'ioredis';
import { type ExtensivSim, type ExtensivSimOptions, startExtensivSim } from '../../../embedded/extensiv/sim.js';
import { createExtensivWarehouse, type ExtensivSettings } from '../../../src/adapters/extensiv/warehouse.js';
import type { ErrorReporter, Logger, Metrics } from '../../../src/commands/ports.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import type { Warehouse, WarehouseError, WarehouseOrderRequest } from '../../../src/processes/ports/warehouse.js';
import { control } from '../../support/json-http.js';
import { type LogLine, loggerTo } from '../../support/telemetry.js';

/** What a client said to its logger, metrics and error tracker. */
interface Records {
  readonly logs: LogLine[];
  readonly captured: { error: unknown; context: Record<string, unknown> }[];
  readonly counts: Map<string, number>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** Everything that was recorded, as one text to look for secrets in. */
  text(): string;
}

function recorder(): Records {
  const logs: Records['logs'] = [];
  const captured: Records['captured'] = [];
  const counts = new Map<string, number>();
  const count = (name: string, labels: Record<string, string> = {}) => {
    const key = [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  return {
    logs,
    captured,
    counts,
    logger: loggerTo((line) => void logs.push(line)),
    metrics: {
      increment: count,
      observe: (name, _value, labels) => count(name, labels),
      set: (name, _value, labels) => count(name, labels),
    },
    reporter: { capture: (error, context) => void captured.push({ error, context }) },
    text: () =>
      JSON.stringify([logs, [...counts]]) +
      captured.map(({ error, context }) => describe(error) + JSON.stringify(context)).join('\n'),
  };
}

/** Everything an error tracker could see of an error, its own fields and causes included. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${describe(error.cause)}`;
}

export interface Bench {
  readonly sim: ExtensivSim;
  readonly redis: Redis;
  readonly records: Records;
  readonly warehouse: Warehouse;
  /** A further client, as another process of the portal would have. */
  client(settings?: Partial<ExtensivSettings>): { warehouse: Warehouse; records: Records };
  /** Steers the simulator. */
  control<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Makes requests go wrong; see the simulator's fault rules. */
  fault(rule: object): Promise<void>;
  /** How many requests the warehouse got, by method and route. */
  counts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** A simulator, a Redis connection and a client whose retries take milliseconds. */
export async function startBench(
  redisUrl: string,
  settings: Partial<ExtensivSettings> = {},
  simOptions: ExtensivSimOptions = {},
): Promise<Bench> {
  const sim = await startExtensivSim({ skus: 40, ...simOptions });
  const redis = new Redis(redisUrl);
  // Some tests take Redis away.
  redis.on('error', () => undefined);
  await redis.flushdb();
  await control(sim, 'POST', '/clock', { paused: true });

  function client(more: Partial<ExtensivSettings> = {}) {
    const records = recorder();
    const warehouse = createExtensivWarehouse({
      baseUrl: sim.url,
      clientId: 'portal',
      clientSecret: 'portal-secret',
      timeoutMs: 2000,
      maxRetries: 3,
      retryBaseMs: 10,
      redis,
      logger: records.logger,
      metrics: records.metrics,
      reporter: records.reporter,
      currency: 'USD',
      signal: new AbortController().signal,
      budget: { perSecond: 10_000, burst: 10_000 },
      breaker: { failures: 1000, halfOpenAfterMs: 1000 },
      ...settings,
      ...more,
    });
    return { warehouse, records };
  }

  return {
    sim,
    redis,
    ...client(),
    client,
    control: (method, path, body) => control(sim, method, path, body),
    fault: async (rule) => void (await control(sim, 'POST', '/faults', rule)),
    counts: async () => (await control<{ counts: Record<string, number> }>(sim, 'GET', '/ledger')).counts,
    async close() {
      redis.disconnect();
      await sim.close();
    },
  };
}

/** An order for one of the simulator's SKUs. */
export function orderRequest(sku: string, more: Partial<WarehouseOrderRequest> = {}): WarehouseOrderRequest {
  return {
    orderId: asOrderId('0190d2f0-0000-7000-8000-000000000001'),
    orderNumber: 'VL-1001',
    orderDate: '2026-03-01T09:30:00.000Z',
    customer: { name: 'Ada Buyer', email: 'ada@example.com', phone: '+1 555 0101', companyName: 'Corner Wellness' },
    shippingAddress: { street1: '1 Main St', street2: null, city: 'Boise', state: 'ID', zip: '83702', country: 'US' },
    lineItems: [{ sku: asSku(sku), quantity: 2, unitPrice: 2499, description: 'CBD Oil' }],
    deliveryMethod: 'delivery',
    deliveryZone: 'north',
    total: 4998,
    currency: 'USD',
    paymentStatus: 'paid',
    ...more,
  };
}

/** The error a call fails with. */
export async function failure(call: Promise<unknown>): Promise<WarehouseError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: WarehouseError) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
  return outcome.error;
}
