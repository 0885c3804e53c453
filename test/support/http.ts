import { envelope } from '../../src/commands/event-envelope.js';
import type { Position, RecordedEvent } from '../../src/commands/event-store.js';
import { RevisionMismatch } from '../../src/commands/handler.js';
import { createHistories } from '../../src/commands/histories.js';
import type { Logger } from '../../src/commands/ports.js';
import type { CommandContext, Condition, Outcome, UseCases } from '../../src/commands/use-cases.js';
import type { OrderCommand } from '../../src/domain/order/commands.js';
import { orderDecider } from '../../src/domain/order/decider.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import { isRejection, type Rejection, reject } from '../../src/domain/shared/decider.js';
import type { AppOptions } from '../../src/http/options.js';
import {
  type Authenticate,
  openAuthenticator,
  type Principal,
  type Role,
  roles,
} from '../../src/http/security/principal.js';
import { createChangeFeed } from '../../src/projections/feed/change-feed.js';
import { toOrderView } from '../../src/projections/models/orders.js';
import type { Queries, Reached } from '../../src/projections/queries.js';
import type { OrderView, PayoutEntry, ProductView, ReservationsView, SyncView } from '../../src/projections/views.js';
import { fold } from './fold.js';
import { item, reserve, snapshot, stockHistory } from './inventory.js';
import { minute, placeOrder } from './orders.js';

/** The ports of the HTTP app over a few maps, deciding with the real order decider. */
export interface TestPortal {
  readonly options: AppOptions;
  /** Every call of a use case, in order. */
  readonly calls: { useCase: string; request: unknown; context?: CommandContext }[];
  readonly logs: { level: string; facts: Record<string, unknown>; message: string | undefined }[];
  readonly increments: { name: string; labels: Record<string, string> | undefined }[];
  readonly observations: { name: string; value: number; labels: Record<string, string> | undefined }[];
  /** The read models stop following: what is written from now on is in the streams only. */
  freezeReadModels(): void;
  /** The read models leave the next writes' streams behind. */
  parkWrites(): void;
  /** The next use case answers this instead of doing its work. */
  failNext(failure: Rejection | Error): void;
  /** An order that these commands led to. */
  addOrder(orderId: string, commands: readonly OrderCommand[]): void;
  eventsOf(orderId: string): readonly OrderEvent[];
  /** An event of an order is recorded otherwise than this release would; the read models do not know. */
  spoil(orderId: string, revision: number, change: (event: RecordedEvent) => Partial<RecordedEvent>): void;
}

const products: readonly ProductView[] = ['HEMP-1', 'LEAF-1'].map((sku, index) => ({
  id: `p${index + 1}`,
  sku,
  name: `Product ${sku}`,
  brand: index === 0 ? 'VitalHemp' : 'Green Leaf',
  brandId: index === 0 ? 'vital-hemp' : 'green-leaf',
  description: null,
  stock: 12,
  available: 10,
  price: 2500,
  currency: 'USD',
  thc: '0.2',
  batchNumber: 'B-1',
  coaLink: null,
  listed: true,
  updatedAt: minute(0),
}));

/** A sale of 0.10 USD by a brand that would like to be a formula, and half of it refunded. */
const payoutEntries: readonly PayoutEntry[] = [-5, 10].map((gross) => ({
  orderId: 'o1',
  orderNumber: 'VL-1',
  brandId: 'evil',
  brand: '=SUM(A1), "Evil"',
  kind: gross < 0 ? ('reversal' as const) : ('allocation' as const),
  gross,
  brandShare: Math.trunc(gross * 0.7),
  platformShare: gross - Math.trunc(gross * 0.7),
  currency: 'USD',
  at: minute(5),
}));

const reservation: ReservationsView['items'][number] = {
  orderId: 'o1',
  orderNumber: 'VL-1',
  orderStatus: 'awaiting_payment',
  customerId: 'c1',
  quantity: 2,
  state: 'held',
  reservedAt: minute(1),
  expiresAt: minute(31),
  exportedAt: null,
};

export const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A body that `POST /orders` accepts. */
export function orderBody() {
  return {
    customer: { ...placeOrder.customer },
    shippingAddress: { ...placeOrder.shippingAddress },
    lineItems: [{ sku: 'HEMP-1', quantity: 3 }],
    deliveryMethod: 'delivery',
    deliveryZone: 'north',
  };
}

export function testPortal(overrides: Partial<AppOptions> = {}): TestPortal {
  const streams = new Map<string, { events: OrderEvent[]; visible: number }>();
  const spoilt = new Map<string, (event: RecordedEvent) => Partial<RecordedEvent>>();
  const calls: TestPortal['calls'] = [];
  const logs: TestPortal['logs'] = [];
  const increments: TestPortal['increments'] = [];
  const observations: TestPortal['observations'] = [];
  let frozen = false;
  let parking = false;
  let parkedFrom: bigint | null = null;
  let failure: Rejection | Error | null = null;
  let written = 0n;
  let seen = 0n;

  /** The streams of the orders, one event a minute, and that of the first SKU. */
  const readStream = async function* (
    name: string,
    { fromRevision = 0n, maxCount = Number.POSITIVE_INFINITY }: { fromRevision?: bigint; maxCount?: number } = {},
  ): AsyncGenerator<RecordedEvent> {
    const id = name.slice(name.indexOf('-') + 1);
    const events =
      name === `inventory-${item.sku}` ? stockHistory(snapshot(), reserve('o1', 2)) : streams.get(id)?.events;
    let prevHash: string | null = null;
    for (const [index, event] of (events ?? []).entries()) {
      const context = { correlationId: 'c', causationId: 'x', actor: 'operator:local' };
      const [wrapped] = envelope([event], { commandId: orderId(index), context, recordedAt: minute(index), prevHash });
      if (!wrapped) return;
      prevHash = wrapped.metadata.hash;
      const position = { commit: BigInt(index), prepare: BigInt(index) };
      const recorded = { ...wrapped, stream: name, revision: BigInt(index), position };
      if (index < fromRevision) continue;
      if (index >= Number(fromRevision) + maxCount) return;
      yield { ...recorded, ...spoilt.get(`${id}/${index}`)?.(recorded) };
    }
  };
  const viewOf = (id: string): OrderView | null => {
    const stream = streams.get(id);
    if (!stream || stream.visible === 0) return null;
    const order = fold(orderDecider, stream.events.slice(0, stream.visible));
    return order && toOrderView(order, stream.visible - 1);
  };
  const write = (id: string, events: readonly OrderEvent[]): Position | null => {
    if (events.length === 0) return null;
    const stream = streams.get(id) ?? { events: [], visible: 0 };
    streams.set(id, stream);
    stream.events.push(...events);
    written += BigInt(events.length);
    if (parking) parkedFrom ??= written;
    if (!frozen && !parking) stream.visible = stream.events.length;
    if (!frozen) seen = written;
    return { commit: written, prepare: written };
  };
  const decide = (id: string, command: OrderCommand): Outcome<{ orderId: string }> => {
    const outcome = orderDecider.decide(command, fold(orderDecider, streams.get(id)?.events ?? []));
    return isRejection(outcome) ? outcome : { value: { orderId: id }, position: write(id, outcome) };
  };
  const change = (asked: { orderId: string } & Condition, command: OrderCommand) => {
    const { orderId: id, onlyAt } = asked;
    const revision = BigInt(streams.get(id)?.events.length ?? 0) - 1n;
    if (onlyAt && !onlyAt.includes(revision)) throw new RevisionMismatch(`order-${id}`);
    return decide(id, command);
  };
  const attempt = async <T>(useCase: string, request: unknown, context: CommandContext | undefined, work: () => T) => {
    calls.push({ useCase, request, ...(context ? { context } : {}) });
    const failed = failure;
    failure = null;
    if (failed instanceof Error) throw failed;
    if (failed) return failed as T;
    return work();
  };

  const useCases: UseCases = {
    placeOrder: (request, context) =>
      attempt<Outcome<Awaited<ReturnType<UseCases['placeOrder']>> extends Outcome<infer V> ? V : never>>(
        'placeOrder',
        request,
        context,
        () => {
          const id = orderId(streams.size + 1);
          const orderNumber = `VL-0000-0000-${String(streams.size + 1).padStart(4, '0')}`;
          const lineItems = request.lineItems.map(({ sku, quantity }) => {
            const product = products.find((one) => one.sku === sku);
            return product && lineOf(product, quantity);
          });
          const known = lineItems.filter((one) => one !== undefined);
          if (known.length < lineItems.length) return reject('unknown-sku', 'A SKU is not known.', { skus: ['?'] });
          const outcome = decide(id, {
            ...placeOrder,
            ...request,
            shippingAddress: { ...request.shippingAddress, street2: request.shippingAddress.street2 ?? null },
            lineItems: known,
            orderId: id,
            orderNumber,
          });
          if (isRejection(outcome)) return outcome;
          const payment = { paymentIntentId: `pi_${streams.size}`, clientSecret: `pi_${streams.size}_secret_s` };
          return { value: { orderId: id, orderNumber, payment, repeated: false }, position: outcome.position };
        },
      ),
    fetchPayment: (id, context) =>
      attempt<Awaited<ReturnType<UseCases['fetchPayment']>>>('fetchPayment', { orderId: id }, context, () => ({
        value: { paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_s' },
        position: null,
      })),
    cancelOrder: (request, context) =>
      attempt('cancelOrder', request, context, () =>
        change(request, {
          type: 'CancelOrder',
          reason: request.reason,
          initiator: request.initiator,
          at: minute(40),
        }),
      ),
    setStatus: (request, context) =>
      attempt('setStatus', request, context, () => {
        const { status, reason, trackingNumber = null, carrier = null } = request;
        return change(request, { type: 'SetStatus', status, reason, trackingNumber, carrier, at: minute(40) });
      }),
    retryExport: (request, context) =>
      attempt('retryExport', request, context, () =>
        change(request, { type: 'RetryExport', reason: request.reason, at: minute(40) }),
      ),
    requestRefund: (request, context) =>
      attempt('requestRefund', request, context, () => {
        const { orderId: id, reason, amount } = request;
        const before = streams.get(id)?.events.length;
        const part = amount === null ? {} : { amount };
        const outcome = change(request, { type: 'RequestRefund', reason, at: minute(40), ...part });
        const repeated = streams.get(id)?.events.length === before;
        return isRejection(outcome) ? outcome : { ...outcome, value: { orderId: id, repeated } };
      }),
    receiveWebhook: ({ rawBody, signature }) =>
      attempt('receiveWebhook', { rawBody: rawBody.toString(), signature }, undefined, () =>
        signature === 'good' ? { stored: true, type: 'payment_intent.succeeded' } : 'bad-signature',
      ),
    syncInventory: (request, context) => attempt('syncInventory', request, context, () => ({ syncId: 's1' })),
    overrideBrandShare: (request, context) =>
      attempt<Awaited<ReturnType<UseCases['overrideBrandShare']>>>('overrideBrandShare', request, context, () => ({
        value: { brandId: request.brandId },
        position: null,
      })),
  };

  const sync: SyncView = {
    syncId: 's1',
    status: 'failed',
    trigger: 'manual',
    startedAt: minute(0),
    completedAt: minute(1),
    error: 'the warehouse answers 500',
    received: 0,
    created: 0,
    changed: 0,
    delisted: 0,
    rejected: [{ sku: null, index: 3, reason: 'no sku' }],
    durationMs: 60_000,
  };
  const source = { source: 'cache' as const, asOf: minute(0) };
  const inventory = products.map(({ id, brandId, description, listed, ...item }) => ({ ...item, reserved: 2 }));
  const reach = async ({ commit }: Position): Promise<Reached> => {
    if (commit > seen) return 'late';
    return parkedFrom !== null && commit >= parkedFrom ? 'parked' : 'all';
  };
  const queries: Queries = {
    orders: async (filter) => {
      if (filter.cursor !== undefined) throw new InvalidCursor('not a cursor');
      const items = [...streams.keys()].map(viewOf).filter((view) => view !== null);
      return {
        items: items.filter((view) => filter.customerId === undefined || view.customerId === filter.customerId),
        nextCursor: null,
      };
    },
    order: async (idOrNumber, scope) => {
      const views = [...streams.keys()].map(viewOf).filter((view) => view !== null);
      const found = views.find((view) => view.id === idOrNumber || view.orderNumber === idOrNumber.toUpperCase());
      return found && (scope?.customerId === undefined || scope.customerId === found.customerId) ? found : null;
    },
    ordersById: async (ids) => ids.map(viewOf).filter((view) => view !== null),
    products: async (filter) => {
      const own = products.filter((one) => filter.brandId === undefined || one.brandId === filter.brandId);
      return {
        items: own.filter((one) => filter.brand === undefined || one.brand === filter.brand).slice(0, filter.limit),
        nextCursor: null,
        total: own.length,
        ...source,
      };
    },
    product: async (key) => {
      const product = products.find((one) => one.id === key || one.sku === key);
      return product ? { product, ...source } : null;
    },
    inventory: async (scope) => {
      const own = products.filter((one) => scope?.brandId === undefined || one.brandId === scope.brandId);
      const items = inventory.filter((one) => own.some(({ sku }) => sku === one.sku));
      return { items: Buffer.from(JSON.stringify(items)), total: items.length, ...source };
    },
    inventoryItem: async (sku) => {
      const item = inventory.find((one) => one.sku === sku);
      return item ? { item, ...source, source: 'stale_cache', warning: `no sync since ${minute(0)}` } : null;
    },
    productsBySku: async (skus) => products.filter((one) => skus.includes(one.sku)),
    brands: async () => [
      { id: 'vital-hemp', name: 'VitalHemp', brandShareBps: null, productCount: 1 },
      { id: 'green-leaf', name: 'Green Leaf', brandShareBps: 6500, productCount: 1 },
    ],
    payouts: async (filter) => {
      calls.push({ useCase: 'queries.payouts', request: filter });
      return { items: [], complete: true, totals: [{ currency: 'USD', gross: 0, brandShare: 0, platformShare: 0 }] };
    },
    async *payoutEntries(filter) {
      calls.push({ useCase: 'queries.payoutEntries', request: filter });
      yield* payoutEntries;
    },
    reservations: async (sku) => (sku === 'HEMP-1' ? { sku, reserved: 2, total: 1, items: [reservation] } : null),
    lot: async (batchNumber) =>
      batchNumber === 'B-1' ? { batchNumber, products: [], orders: [], nextCursor: null } : null,
    syncs: async () => [sync],
    sync: async () => sync,
    waitFor: async (position) => (await reach(position)) !== 'late',
    reach,
  };

  return {
    calls,
    logs,
    increments,
    observations,
    options: {
      useCases,
      queries,
      histories: createHistories({ readStream }),
      health: async () => ({ ready: true, checks: [{ name: 'postgres', ok: true, detail: 'answers' }] }),
      renderMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: '# metrics\n' }),
      metrics: {
        increment: (name, labels) => increments.push({ name, labels }),
        observe: (name, value, labels) => observations.push({ name, value, labels }),
        set: () => {},
      },
      logger: recordingLogger(logs),
      changes: createChangeFeed({
        eventStore: { head: async () => null, readAll: nothing, readStream: nothing, subscribeToAll: nothing },
        queries,
        logger: recordingLogger(logs),
      }),
      authenticate: openAuthenticator(),
      ...overrides,
      // An event stream that is asked for like any other answer has an end.
      limits: { streamLifeMs: 50, ...overrides.limits },
    },
    freezeReadModels: () => {
      frozen = true;
    },
    parkWrites: () => {
      parking = true;
    },
    failNext: (next) => {
      failure = next;
    },
    spoil: (id, revision, change) => {
      spoilt.set(`${id}/${revision}`, change);
    },
    addOrder: (id, commands) => {
      for (const command of commands) {
        const outcome = decide(id, command.type === 'PlaceOrder' ? { ...command, orderId: id } : command);
        if (isRejection(outcome)) throw new Error(outcome.detail);
      }
    },
    eventsOf: (id) => streams.get(id)?.events ?? [],
  };
}

/** Bearer tokens `role`, `role:customer` and `brand:brandId`; everything else is no credential. */
export function testTokens(): Authenticate {
  return async ({ headers }) => {
    const [role, id] = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]?.split(':') ?? [];
    if (!roles.includes(role as Role)) return null;
    const principal: Principal = { subject: `u-${role}`, roles: [role as Role] };
    if (id === undefined) return principal;
    return role === 'brand' ? { ...principal, brandId: id } : { ...principal, customerId: id };
  };
}

/** An event store in which nothing happens. */
async function* nothing(): AsyncGenerator<never> {}

class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

function lineOf(product: ProductView, quantity: number) {
  const { sku, name, brandId, brand, price, thc, batchNumber, coaLink } = product;
  return {
    sku,
    name,
    brandId,
    brand,
    quantity,
    unitPrice: price,
    lineTotal: price * quantity,
    thc,
    batchNumber,
    coaLink,
  };
}

function recordingLogger(logs: TestPortal['logs'], bindings: object = {}): Logger {
  const at = (level: string) => (facts: object, message?: string) => {
    logs.push({ level, facts: { ...bindings, ...facts }, message });
  };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => recordingLogger(logs, { ...bindings, ...more }),
  };
}
