import { randomUUID } from 'node:crypto';
import type { LedgerEntry } from '../../embedded/extensiv/ledger.js';
import type { WmsOrder } from '../../embedded/extensiv/orders.js';
import { startExtensivSim } from '../../embedded/extensiv/sim.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { createLogger } from '../../src/adapters/telemetry/logger.js';
import { orders } from '../../src/commands/aggregates.js';
import type { CommandContext } from '../../src/commands/use-cases.js';
import { compose } from '../../src/compose.js';
import { loadConfig } from '../../src/config.js';
import { formatOrderNumber, orderNumberSeedBytes } from '../../src/domain/order/order-number.js';
import type { Order } from '../../src/domain/order/state.js';
import { asOrderId, type OrderId } from '../../src/domain/shared/ids.js';
import { createSummaries } from '../../src/processes/inventory/page-summary.js';
import { runInventorySync, type SyncDeps } from '../../src/processes/inventory/sync.js';
import { snapshotFingerprint } from '../../src/projections/models/products.js';
import type { SyncView } from '../../src/projections/views.js';
import { control } from './json-http.js';
import { line, pay, placeOrder } from './orders.js';
import { startTestStack } from './stack.js';
import { until } from './until.js';

export type WarehouseWorld = Awaited<ReturnType<typeof startWarehouseWorld>>;

/** The portal's parts on real servers beside a warehouse that a test steers; its read models follow. */
export async function startWarehouseWorld(env: NodeJS.ProcessEnv = {}) {
  const stack = await startTestStack(['postgres', 'redis', 'eventstoredb']);
  const sim = await startExtensivSim({ skus: 20 });
  const config = loadConfig({
    ...stack.env,
    EXTENSIV_BASE_URL: sim.url,
    EXTENSIV_CLIENT_ID: 'portal',
    EXTENSIV_CLIENT_SECRET: 'portal-secret',
    EXTENSIV_MAX_RETRIES: '1',
    EXTENSIV_RETRY_BASE_MS: '5',
    EXTENSIV_TIMEOUT_MS: '2000',
    EXTENSIV_REQUESTS_PER_SECOND: '10000',
    // Without an address it would be Stripe's own.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    STRIPE_SECRET_KEY: 'unused',
    STRIPE_WEBHOOK_SECRET: 'unused',
    SMTP_URL: 'smtp://127.0.0.1:1',
    ADMIN_EMAIL: 'ops@example.com',
    DELIVERY_PARTNER_URL: 'http://127.0.0.1:1',
    AUTH_MODE: 'open',
    LOG_DIR: 'none',
    ...env,
  });
  const portal = compose(
    config,
    createLogger({ level: process.env.TEST_LOG ? 'debug' : 'silent', dir: null, pretty: false }),
  );
  await migrate(portal.pools.projections);
  const projector = portal.projections.startReadModels();
  const summarise = createSummaries(snapshotFingerprint);
  await until('the read models are made', async () => (await portal.projections.snapshotIndex()) && true);

  const steer = <Answer>(method: string, path: string, body?: unknown) => control<Answer>(sim, method, path, body);
  await steer('POST', '/clock', { paused: true });

  const shown = async () => {
    const head = await portal.eventStore.head();
    if (head && !(await portal.projections.queries.waitFor(head, 20_000))) throw new Error('the read models are stuck');
  };

  return {
    portal,
    databaseUrl: config.DATABASE_URL,
    control: steer,
    fault: (...rules: object[]) => steer('POST', '/faults', rules),
    /** Requests the warehouse got, by method and route. */
    counts: async () => (await steer<{ counts: Record<string, number> }>('GET', '/ledger')).counts,
    requests: async (query = '') => (await steer<{ requests: LedgerEntry[] }>('GET', `/ledger${query}`)).requests,
    warehouseOrders: async () => (await steer<{ orders: WmsOrder[] }>('GET', '/ledger')).orders,
    /** Waits until the read models show all that has happened. */
    shown,
    /** Runs a sync and answers its record. */
    async sync(more: Partial<SyncDeps> & { force?: boolean } = {}): Promise<SyncView> {
      const syncId = randomUUID();
      await shown();
      await runInventorySync(
        {
          ...portal,
          summarise,
          snapshotIndex: async () => ({ entries: await portal.projections.snapshotIndex(), current: true }),
          ...more,
        },
        { syncId, date: new Date().toISOString().slice(0, 10), trigger: 'manual', force: more.force ?? false },
        context(),
      );
      await shown();
      const run = await portal.projections.queries.sync(syncId);
      if (!run) throw new Error('the run left no record');
      return run;
    },
    async order(orderId: OrderId): Promise<Order> {
      const { state } = await portal.handler.load(orders, orderId);
      if (!state) throw new Error(`there is no order ${orderId}`);
      return state;
    },
    /** An order of one piece, paid for. */
    async paidOrder(
      sku: string,
      {
        email = placeOrder.customer.email,
        orderNumber = formatOrderNumber(crypto.getRandomValues(new Uint8Array(orderNumberSeedBytes))),
        deliveryMethod = placeOrder.deliveryMethod,
      } = {},
    ): Promise<{ orderId: OrderId; orderNumber: string }> {
      const orderId = asOrderId(randomUUID());
      const lineItems = [line(sku, 'vital-hemp', 1, 2500)];
      const now = Date.now();
      const [at, expiresAt] = [new Date(now).toISOString(), new Date(now + 3_600_000).toISOString()];
      const customer = { ...placeOrder.customer, email };
      const place = { ...placeOrder, customer, orderId, orderNumber, lineItems, deliveryMethod, at, expiresAt };
      for (const command of [place, { ...pay, amount: 2500, at }]) {
        const handled = await portal.handler.handle(orders, orderId, command, context());
        if (handled.rejected) throw new Error(handled.detail);
      }
      return { orderId, orderNumber };
    },
    async close() {
      await portal.relay.stop();
      await projector.stop();
      await portal.close();
      await sim.close();
      await stack.stop();
    },
  };
}

export function context(): CommandContext {
  const id = randomUUID();
  return { correlationId: id, causationId: id, actor: 'system:test' };
}
