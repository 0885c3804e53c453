import { inventory, orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { placeOrder } from '../../../src/commands/place-order.js';
import { openedEvents } from '../../../src/commands/privacy/opened-events.js';
import { createPersonalData } from '../../../src/commands/privacy/personal-data.js';
import { createTurns } from '../../../src/commands/turns.js';
import type { CommandContext } from '../../../src/commands/use-cases.js';
import { committedOrders, type InventoryItem } from '../../../src/domain/inventory/state.js';
import type { Order } from '../../../src/domain/order/state.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { asBrandId, asOrderId, asSku, type OrderId } from '../../../src/domain/shared/ids.js';
import { emailSubject } from '../../../src/domain/shared/personal-data.js';
import {
  type Effect,
  EffectImpossible,
  type EffectKind,
  EffectPostponed,
  type Reaction,
} from '../../../src/processes/effects/effect.js';
import type { EffectHandlers } from '../../../src/processes/effects/performer.js';
import { reactionsTo } from '../../../src/processes/effects/reactions.js';
import type { EffectStore } from '../../../src/processes/effects/store.js';
import { createCancelIntentHandler } from '../../../src/processes/handlers/cancel-intent.js';
import { createEarlierRequests, type EarlierRequests } from '../../../src/processes/handlers/earlier-request.js';
import { createExportHandler } from '../../../src/processes/handlers/export.js';
import { createNotifyHandler } from '../../../src/processes/handlers/notify.js';
import { createPackedHandler } from '../../../src/processes/handlers/packed.js';
import { createRefundHandler } from '../../../src/processes/handlers/refund.js';
import {
  createCommitHandler,
  createReleaseHandler,
  createReservationExpiryHandler,
} from '../../../src/processes/handlers/stock.js';
import { createAdoptIfThere } from '../../../src/processes/handlers/unknown-export.js';
import { createWebhookHandler } from '../../../src/processes/handlers/webhook.js';
import { createWmsCancelHandler } from '../../../src/processes/handlers/wms-cancel.js';
import { createInterventions } from '../../../src/processes/interventions.js';
import { createExportedBefore } from '../../../src/processes/inventory/exported-before.js';
import { pollStatuses } from '../../../src/processes/polling/poll.js';
import { DeliveryError, type DeliveryPartner } from '../../../src/processes/ports/outbound.js';
import type { PaymentMessage } from '../../../src/processes/ports/payments.js';
import type { Warehouse } from '../../../src/processes/ports/warehouse.js';
import type { WebhookInbox } from '../../../src/processes/webhooks/inbox.js';
import { item } from '../../support/inventory.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { memoryKeys } from '../../support/personal-data.js';
import { noMetrics, silentLogger } from '../../support/telemetry.js';
import { type Crashes, createCrashes } from './crashes.js';
import { isOutage, unlessAway } from './outage.js';
import { createPeople, customerName, emailOf, type People } from './people.js';
import { createProvider, type Provider } from './provider.js';
import { createWms, type RequestMode, type Wms, warehouseTimeoutMs } from './wms.js';

/**
 * The whole portal in one thread with a clock of its own: the real commands, deciders, reactions and handlers, between
 * models of the payment provider, the warehouse and the mail. Nothing happens by itself; a test decides what is next.
 */
export interface World extends People {
  readonly provider: Provider;
  readonly wms: Wms;
  /** The recipients of the deliveries that the partner has taken, by the order's id. */
  readonly deliveries: ReadonlyMap<string, string>;
  /** How the next requests for a delivery are treated. */
  delivers(mode: DeliveryMode): void;
  readonly mails: readonly { readonly to: string; readonly messageId: string }[];
  readonly crashes: Pick<Crashes, 'dieAt' | 'survive'>;
  /** @returns the order's id, or null when it was refused */
  place(quantities: Readonly<Record<string, number>>): Promise<OrderId | null>;
  /** Ids of all orders, also of those whose placing was not answered. */
  orderIds(): Promise<readonly OrderId[]>;
  order(orderId: OrderId): Promise<Order>;
  stock(sku: string): Promise<InventoryItem>;
  /** Delivers the message of this number once more. */
  deliver(message: number): Promise<void>;
  /** Performs one open effect that is due: the `pick`-th, modulo their number. @returns false when there is none */
  performOne(pick: number): Promise<boolean>;
  /** Gives up the open effect of a kind, as after its last attempt. */
  giveUp(kind: EffectKind): Promise<void>;
  /** Gives up one open effect that asks a neighbour: the `pick`-th, modulo their number. */
  giveUpOne(pick: number): Promise<void>;
  /** An operator discards an effect. */
  discard(key: string): Promise<void>;
  /** An operator discards one effect that is open or was given up: the `pick`-th, modulo their number. */
  discardOne(pick: number): Promise<void>;
  /** An operator retries whatever was given up or discarded, or only that without which an order stands still. */
  retryFailed(which: 'all' | 'needed'): Promise<void>;
  /** Asks the warehouse how its open orders stand, as the schedule does. */
  poll(): Promise<void>;
  sync(): Promise<void>;
  /** Time passes, or the clock is put back by as many seconds. */
  wait(seconds: number): void;
  openEffects(): readonly string[];
  /** Whether an effect has ever been asked for. */
  hasOwed(key: string): boolean;
}

type DeliveryMode = Exclude<RequestMode, 'carries it out later'>;

export const ttlSeconds = 1_800;
/** The orders that the poll follows, as its query has them. */
const followed = new Set(['exported', 'picking', 'packed', 'shipped']);
const context: CommandContext = { correlationId: 'c', causationId: 'c', actor: 'system:test' };
const day = Date.UTC(2026, 2, 1);

/** @param turn waited for around each call of the store and of the neighbours, see `createCrashes` */
export async function createWorld(
  stock: Readonly<Record<string, number>>,
  turn: () => Promise<unknown> = async () => undefined,
): Promise<World> {
  let nowMs = day;
  let putBackMs = 0;
  // Every look at the clock is later than the one before.
  const clock = { now: () => new Date(nowMs++) };
  /** Time as it passes, whatever the clock says: what is on its way gets older when the clock is put back, too. */
  const steadyClock = { now: () => new Date(clock.now().getTime() + putBackMs) };
  let remembered = createEarlierRequests(warehouseTimeoutMs);
  const effects = new Map<string, { request: Reaction; open: boolean; failed: boolean; attempts: number }>();
  const keys = memoryKeys();
  const personalData = createPersonalData(keys);
  const owe = (requests: readonly Reaction[]) => {
    for (const request of requests) {
      const known = effects.get(request.key);
      if (!known || request.reopen) effects.set(request.key, { request, open: true, failed: false, attempts: 0 });
    }
  };
  const crashes = createCrashes(() => {
    remembered = createEarlierRequests(warehouseTimeoutMs);
  }, turn);
  const memoryStore = createMemoryStore(async (events) => owe((await personalData.open(events)).flatMap(reactionsTo)));
  const storedEvents = { ...memoryStore, ...crashes.exposed({ append: memoryStore.append }) };
  const eventStore = openedEvents(storedEvents, personalData);
  const handler = createCommandHandler({ eventStore, personalData, clock });
  /** Of another process, which people talk to: what it remembers of a stream may be behind. */
  const apiHandler = createCommandHandler({ eventStore, personalData, clock });
  const provider = createProvider(clock);
  const wms = createWms(stock, steadyClock);
  const mails: { to: string; messageId: string }[] = [];
  const handled = new Set<number>();
  const deliveries = new Map<string, string>();
  let deliveryMode: DeliveryMode = 'answers';
  const locks = { exclusively: createTurns() };
  const { ordersUpdatedSince, inventory: inventoryPages, ...calls } = wms.warehouse;
  const lists = { ordersUpdatedSince, inventory: inventoryPages };
  const warehouse = { ...lists, ...crashes.exposed(calls) } as unknown as Warehouse;
  const earlierRequests: EarlierRequests = {
    watch: (...request) => remembered.watch(...request),
    awaitEnd: (...order) => remembered.awaitEnd(...order),
    awaitAbsence: (...order) => remembered.awaitAbsence(...order),
    leftNothing: (order) => remembered.leftNothing(order),
  };
  const shared = {
    handler,
    clock,
    locks,
    logger: silentLogger,
    metrics: noMetrics,
    payments: crashes.exposed(provider.payments),
    warehouse,
    warehouseTimeoutMs,
    earlierRequests,
    adoptIfThere: createAdoptIfThere({ handler, clock, warehouse, earlierRequests }),
    reservationTtlSeconds: ttlSeconds,
    payoutBrandShareBps: 7_000,
    mailer: {
      async send({ to, messageId }: { to: string; messageId: string }) {
        crashes.moment();
        mails.push({ to, messageId });
        crashes.moment();
      },
    },
    templates: { render: (kind: string) => ({ subject: kind, html: kind, text: kind }) },
    messageIdDomain: 'test',
    delivery: crashes.exposed({
      async schedule({ orderId, recipient }: Parameters<DeliveryPartner['schedule']>[0]) {
        if (deliveryMode !== 'loses it') deliveries.set(orderId, recipient.name);
        if (deliveryMode !== 'answers') throw new DeliveryError('no answer', false);
        return { reference: `D-${orderId}` };
      },
    }),
    effects: {
      get: async (key) => effectOf(effects.get(key)),
      request: async (requests) => owe(requests),
    } satisfies Pick<EffectStore, 'get' | 'request'>,
  };
  const webhooks = createWebhookHandler({
    ...shared,
    // The inbox is the list of the provider's messages: its ids are their numbers.
    inbox: {
      get: async (id: string) => {
        const status = handled.has(Number(id)) ? 'processed' : 'received';
        return { eventId: id, type: 'test', payload: provider.messages[Number(id)], status };
      },
      mark: async (id: string, status: string) => void (status === 'processed' && handled.add(Number(id))),
      erase: async () => undefined,
    } as unknown as WebhookInbox,
    verifier: { verify: () => null, interpret: (payload) => payload as PaymentMessage },
    orderOfPayment: async () => null,
  });
  const wmsCancel = createWmsCancelHandler({ ...shared, ids: { next: () => 'c' } });
  const handlers: Partial<EffectHandlers> = {
    export: createExportHandler(shared),
    commit: createCommitHandler(shared, wmsCancel),
    release: createReleaseHandler(shared),
    'reservation-expiry': createReservationExpiryHandler(shared),
    packed: createPackedHandler(shared),
    notify: createNotifyHandler(shared),
    refund: createRefundHandler(shared),
    'wms-cancel': wmsCancel,
    'cancel-intent': createCancelIntentHandler(shared),
  };
  const open = () => [...effects.values()].filter((entry) => entry.open);
  const isDue = ({ dueAt }: Reaction) => !dueAt || Date.parse(dueAt) <= nowMs;
  const due = () => open().filter(({ request }) => isDue(request));
  const giveUp = async (entry: ReturnType<typeof open>[number], reason: string) => {
    await handlers[entry.request.kind]?.giveUp?.(effectOf(entry) as Effect, reason, context);
    entry.open = false;
    entry.failed = true;
  };
  let placed = 0;
  let lastSnapshotMs = 0;
  const allOrders = async () => {
    const ids = Array.from({ length: placed }, (_, index) => `order-${index + 1}`);
    const states = await Promise.all(ids.map(async (id) => (await handler.load(orders, asOrderId(id))).state));
    return states.flatMap((order) => order ?? []);
  };
  const people = createPeople({
    ...shared,
    handler: apiHandler,
    forget: (email) => keys.using(emailSubject(email), async ({ id }) => keys.destroy(id)),
    allOrders,
    allStock: () => Promise.all(Object.keys(stock).map((sku) => world.stock(sku))),
    sync: () => world.sync(),
  });

  const world: World = {
    ...people,
    provider,
    wms,
    crashes: {
      dieAt: crashes.dieAt,
      async survive(act) {
        const sent = mails.length;
        const died = await crashes.survive(act);
        // Nobody has noted that the last one was sent, so it goes out once more under its id, as is known.
        if (died) mails.length = sent;
        return died;
      },
    },
    deliveries,
    delivers(mode) {
      deliveryMode = mode;
    },
    mails,
    async place(quantities) {
      placed += 1;
      const orderId = asOrderId(`order-${placed}`);
      const outcome = await placeOrder(
        {
          ...shared,
          handler: apiHandler,
          ids: { next: () => orderId },
          idempotencyKeys: { claim: async ({ orderId, at }) => ({ orderId, at }) },
        },
        {
          idempotencyKey: null,
          customerId: null,
          customer: { name: customerName, email: emailOf(orderId), phone: '', companyName: '' },
          shippingAddress: { street1: '1', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
          lineItems: Object.entries(quantities).map(([sku, quantity]) => ({ sku: asSku(sku), quantity })),
          deliveryMethod: placed % 2 ? 'pickup' : 'delivery',
          deliveryZone: null,
        },
        context,
      );
      return isRejection(outcome) ? null : outcome.value.orderId;
    },
    orderIds: async () => (await allOrders()).map(({ orderId }) => orderId),
    async order(orderId) {
      const { state } = await handler.load(orders, orderId);
      if (!state) throw new Error(`there is no order ${orderId}`);
      return state;
    },
    async stock(sku) {
      const { state } = await handler.load(inventory, asSku(sku));
      if (!state) throw new Error(`there is no product ${sku}`);
      return state;
    },
    async deliver(message) {
      const request = { key: `webhook:${message}`, kind: 'webhook', subject: String(message) } as const;
      // Told again although it was processed: what the decider makes of it must not depend on the inbox.
      handled.delete(message);
      await webhooks.perform(
        effectOf({ request: { ...request, payload: { correlationId: 'c' } }, open: true }) as Effect,
        context,
      );
    },
    async performOne(pick) {
      const entry = picked(due(), pick);
      if (!entry) return false;
      const effect = { ...(effectOf(entry) as Effect), attempts: entry.attempts };
      const performer = handlers[effect.kind];
      try {
        await performer?.perform(effect, context);
        crashes.moment();
        entry.open = false;
      } catch (error) {
        if (error instanceof EffectPostponed) nowMs += error.delayMs;
        else if (error instanceof EffectImpossible) await giveUp(entry, error.message);
        else if (!isOutage(error)) throw error;
        else entry.attempts += 1;
      }
      return true;
    },
    async giveUp(kind) {
      const entry = due().find(({ request }) => request.kind === kind);
      if (!entry) throw new Error(`no ${kind} is open`);
      await giveUp(entry, 'it was the last attempt');
    },
    async giveUpOne(pick) {
      const entry = picked(
        due().filter(({ request }) => outside.has(request.kind)),
        pick,
      );
      if (entry) await unlessAway(() => giveUp(entry, 'it was the last attempt'));
    },
    async discard(key) {
      await createInterventions({
        ...shared,
        handler: apiHandler,
        effects: {
          ...shared.effects,
          async discard() {
            const entry = effects.get(key);
            if (entry) Object.assign(entry, { open: false, failed: true });
            return entry !== undefined;
          },
          retry: async () => false,
        },
        projections: { parked: async () => [], retryParked: async () => null, skipParked: async () => null },
      }).discardEffect({ key, reason: 'r' }, context);
    },
    async discardOne(pick) {
      const some = [...effects.values()].filter(
        ({ request, open, failed }) => (open || failed) && handlers[request.kind],
      );
      const entry = picked(some, pick);
      if (entry) await unlessAway(() => world.discard(entry.request.key));
    },
    async retryFailed(which) {
      for (const entry of [...effects.values()].filter(({ failed }) => failed)) {
        const { kind, subject } = entry.request;
        if (which === 'needed' && dispensable.has(kind)) continue;
        const at = clock.now().toISOString();
        const retry = { type: 'RetryExport', reason: 'r', at } as const;
        if (kind === 'export') await apiHandler.handle(orders, asOrderId(subject), retry, context);
        Object.assign(entry, { open: true, failed: false, attempts: 0 });
      }
    },
    async poll() {
      const failures: unknown[] = [];
      const reporter = { capture: (error: unknown) => void failures.push(error) };
      const openOrders = async () => {
        return (await allOrders()).flatMap((order) =>
          order.extensivOrderId && order.exportedAt && followed.has(order.status)
            ? [{ ...order, extensivOrderId: order.extensivOrderId, exportedAt: order.exportedAt }]
            : [],
        );
      };
      await pollStatuses({ ...shared, reporter, openOrders }, context);
      for (const failure of failures) if (!isOutage(failure)) throw failure;
    },
    async sync() {
      const requestedAt = clock.now().toISOString();
      const request = { logBefore: await storedEvents.head(), requestedAt };
      // As the runs do it: a clock that was put back dates none before another.
      const snapshotAt = new Date(Math.max(Date.parse(requestedAt), lastSnapshotMs + 1)).toISOString();
      lastSnapshotMs = Date.parse(snapshotAt);
      const exportedBefore = createExportedBefore(storedEvents, request);
      for (const [name, quantity] of Object.entries(wms.stock)) {
        const sku = asSku(name);
        const product = {
          ...item,
          sku,
          productId: sku,
          quantity,
          price: name === 'A' ? 333 : 1_001,
          brandId: asBrandId(`b-${sku}`),
        };
        const exported = await exportedBefore(committedOrders((await handler.load(inventory, sku)).state));
        const command = { type: 'ApplySnapshotItem', item: product, syncId: snapshotAt, snapshotAt, exported } as const;
        await handler.handle(inventory, sku, command, context);
      }
    },
    wait(seconds) {
      nowMs += seconds * 1_000;
      putBackMs += Math.max(0, -seconds) * 1_000;
    },
    hasOwed: (key) => effects.has(key),
    openEffects: () =>
      open().flatMap(({ request }) => (isDue(request) || request.kind !== 'reservation-expiry' ? [request.key] : [])),
  };
  await world.sync();
  return world;
}

/** Kinds of effects without which an order ends as it should. */
const dispensable: ReadonlySet<EffectKind> = new Set(['packed', 'cancel-intent']);

/** Kinds of effects that ask a neighbour and can fail. */
const outside: ReadonlySet<EffectKind> = new Set([
  'export',
  'release',
  'commit',
  'wms-cancel',
  'refund',
  'cancel-intent',
  'packed',
]);

function picked<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items[pick % Math.max(1, items.length)];
}

function effectOf(entry: { request: Reaction; open: boolean; failed?: boolean } | undefined): Effect | null {
  if (!entry) return null;
  const bookkeeping = { attempts: 0, generation: 0, lastError: null, causedBy: 'c', createdAt: '', updatedAt: '' };
  const ended = entry.failed ? 'failed' : 'done';
  return { ...entry.request, ...bookkeeping, status: entry.open ? 'open' : ended };
}
