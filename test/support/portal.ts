import pg from 'pg';
import type { LedgerEntry } from '../../embedded/extensiv/ledger.js';
import type { OrderStatus, WmsOrder } from '../../embedded/extensiv/orders.js';
import { createEventStore } from '../../src/adapters/eventstore/index.js';
import { createDatabase } from '../../src/adapters/postgres/database.js';
import { createPersonalKeys } from '../../src/adapters/postgres/personal-keys/index.js';
import type { EventStore, RecordedEvent } from '../../src/commands/event-store.js';
import { openedEvents } from '../../src/commands/privacy/opened-events.js';
import { createPersonalData, type PersonalData } from '../../src/commands/privacy/personal-data.js';
import type { OrderView, ProductView } from '../../src/projections/views.js';
import { collect } from './collect.js';
import { type Answer, call, control } from './json-http.js';
import { startTestStack, type TestStack, type TestStackOptions } from './stack.js';
import { until } from './until.js';

/** The whole installation as `npm start` brings it up, and the hands of everybody who deals with it. */
export interface TestPortal {
  readonly stack: TestStack;
  /** The portal's event store, for looking at streams and for waiting on events; personal data are open. */
  readonly eventStore: EventStore;
  readonly personalData: PersonalData;
  /** The portal's API. */
  api<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** The warehouse's steering, under `/control`. */
  wms<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body>;
  /** The payment stand-in's steering, under `/control`. */
  stripe<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body>;
  /** One SQL statement on the portal's database. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Pauses and time-outs so short that a run takes seconds; the rest is as in production. */
const quick = {
  AUTH_MODE: 'open',
  LOG_DIR: 'none',
  JOB_LOCK_MS: '3000',
  EXTENSIV_TIMEOUT_MS: '1500',
  EXTENSIV_RETRY_BASE_MS: '50',
  EXPORT_BACKOFF_MS: '250',
  EFFECT_BACKOFF_MS: '250',
};

/** For tests that move orders in the warehouse: the portal asks for their progress all the time. */
export const quickPolling = { STATUS_POLL_INTERVAL_SECONDS: '1' };

/** Starts every part; the warehouse's orders stand still until a test moves them. */
export async function startPortal(
  env: NodeJS.ProcessEnv = {},
  { programs = [] }: Pick<TestStackOptions, 'programs'> = {},
): Promise<TestPortal> {
  const stack = await startTestStack(
    ['postgres', 'redis', 'eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail', 'portal'],
    { env: { ...quick, ...env }, programs },
  );
  const keyDatabase = (poolMax: number) =>
    createDatabase({
      url: stack.env.DATABASE_URL ?? '',
      poolMax,
      statementTimeoutMs: 30_000,
      lockTimeoutMs: 30_000,
      idleInTransactionTimeoutMs: 30_000,
      applicationName: 'test keys',
    });
  const keyPools = { db: keyDatabase(4), locks: keyDatabase(1) };
  const master = (stack.env.PRIVACY_MASTER_KEY ?? '').split(',');
  const personalData = createPersonalData(createPersonalKeys({ ...keyPools, master }));
  const eventStore = openedEvents(createEventStore(stack.env.EVENTSTORE_URL ?? ''), personalData);
  const pool = new pg.Pool({ connectionString: stack.env.DATABASE_URL, max: 2 });
  pool.on('error', () => undefined);
  const standIn = (name: 'extensiv' | 'stripe') => ({ url: stack.urls[name] ?? '' });
  const portal: TestPortal = {
    stack,
    eventStore,
    personalData,
    api: (method, path, body, headers) => call(method, `${stack.urls.portal}${path}`, body, headers),
    wms: (method, path, body) => control(standIn('extensiv'), method, path, body),
    stripe: (method, path, body) => control(standIn('stripe'), method, path, body),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
  async function stop(): Promise<void> {
    await pool.end();
    await eventStore.close();
    await Promise.all(Object.values(keyPools).map((db) => db.destroy()));
    await stack.stop();
  }
  let stopped: Promise<void> | undefined;
  try {
    await portal.wms('POST', '/clock', { paused: true });
    await until('the first sync has filled the catalogue', async () => (await products(portal)).length > 0);
    return portal;
  } catch (error) {
    await portal.stop();
    throw error;
  }
}

/** Products that can be bought, the best stocked first. */
export async function products(portal: TestPortal): Promise<ProductView[]> {
  const { body } = await portal.api<{ items?: ProductView[] }>(
    'GET',
    '/api/v1/products?inStock=true&sort=-stock&limit=100',
  );
  return body.items ?? [];
}

export interface Placed {
  readonly order: OrderView;
  readonly payment: { paymentIntentId: string; clientSecret: string };
}

/** Places an order of the `pick`-th product, by a buyer whose address names nobody else. */
export async function place(
  portal: TestPortal,
  wanted: {
    deliveryMethod?: 'pickup' | 'delivery';
    pick?: number;
    quantity?: number;
    email?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<Placed> {
  const { deliveryMethod = 'delivery', pick = 0, quantity = 1, email = 'ada@example.com', headers = {} } = wanted;
  const product = (await products(portal))[pick];
  if (!product) throw new Error(`there is no product ${pick} in stock`);
  const order = {
    customer: { name: 'Ada Byron', email, phone: '+1 555 0100', companyName: 'Engines Ltd' },
    shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
    lineItems: [{ sku: product.sku, quantity }],
    deliveryMethod,
    ...(deliveryMethod === 'delivery' ? { deliveryZone: 'north' } : {}),
  };
  const { status, body } = await portal.api<Placed>('POST', '/api/v1/orders', order, headers);
  if (status !== 201) throw new Error(`the order was refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** The buyer pays; the provider sends its webhook `times` times. */
export async function pay(portal: TestPortal, { payment }: Placed, times = 1): Promise<void> {
  await portal.stripe('POST', `/payment_intents/${payment.paymentIntentId}/pay`, { times });
}

/** Every event of an order's stream. */
export function streamOf(portal: TestPortal, orderId: string): Promise<RecordedEvent[]> {
  return collect(portal.eventStore.readStream(`order-${orderId}`));
}

export async function typesOf(portal: TestPortal, orderId: string): Promise<string[]> {
  return (await streamOf(portal, orderId)).map(({ type }) => type);
}

/** Resolves with the order's first event of this type (and with these data), as soon as the store tells of it. */
export async function untilEvent(
  portal: TestPortal,
  orderId: string,
  type: string,
  { where = {}, limitMs = 60_000 }: { where?: Record<string, unknown>; limitMs?: number } = {},
): Promise<RecordedEvent> {
  const timeout = AbortSignal.timeout(limitMs);
  const stream = `order-${orderId}`;
  const messages = portal.eventStore.subscribeToAll({ prefixes: [stream], from: null, signal: timeout });
  for await (const message of messages) {
    if (message.kind !== 'event' || message.event.type !== type) continue;
    const data = message.event.data as Record<string, unknown>;
    if (Object.entries(where).every(([name, value]) => data[name] === value)) return message.event;
  }
  throw new Error(`not within ${limitMs} ms: ${type} of ${stream}, which has ${await typesOf(portal, orderId)}`);
}

/** The warehouse works on the order. */
export async function moveInWarehouse(portal: TestPortal, orderNumber: string, to: OrderStatus): Promise<void> {
  const [order] = await warehouseOrders(portal, orderNumber);
  if (!order) throw new Error(`the warehouse has no order ${orderNumber}`);
  await portal.wms('POST', `/orders/${order.id}/advance`, { to });
}

/** The warehouse's own orders of this number: it must never be more than one. */
export async function warehouseOrders(portal: TestPortal, orderNumber: string): Promise<WmsOrder[]> {
  const { orders } = await portal.wms<{ orders: WmsOrder[] }>('GET', '/ledger');
  return orders.filter((order) => order.order_number === orderNumber);
}

/** Create requests that reached the warehouse for this number, as it answered them. */
export async function createRequests(portal: TestPortal, orderNumber: string): Promise<LedgerEntry[]> {
  const { requests } = await portal.wms<{ requests: LedgerEntry[] }>('GET', '/ledger?method=POST&path=/api/v1/orders');
  return requests.filter((request) => request.orderNumber === orderNumber);
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/** Mails the catcher has for this address, oldest first. */
export async function mailsTo(portal: TestPortal, email: string): Promise<Mail[]> {
  const url = `${portal.stack.urls.mailPage}/api/messages?to=${encodeURIComponent(email)}`;
  const { body } = await call<{ items: Mail[] }>('GET', url);
  return body.items.reverse();
}
