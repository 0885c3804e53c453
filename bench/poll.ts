import { randomUUID } from 'node:crypto';
import { envelope } from '../src/commands/event-envelope.js';
import type { Portal } from '../src/compose.js';
import type { OrderCommand } from '../src/domain/order/commands.js';
import type { OrderEvent } from '../src/domain/order/events.js';
import { asBrandId, asExtensivOrderId, asOrderId, asSku } from '../src/domain/shared/ids.js';
import { concurrently } from '../src/processes/concurrently.js';
import { pollStatuses } from '../src/processes/polling/poll.js';
import { loadOpenOrders } from '../src/projections/queries/open-orders.js';
import { call } from './call.js';
import { composedPortal, shown } from './composed-portal.js';
import { type BenchRow, row } from './row.js';
import { withStack } from './stack.js';
import { orderHistory } from './workload/order-history.js';

const openOrders = 10_000;
/** Half of them move on, half are finished and so leave the list. */
const changedOrders = 20;
/** Orders seeded by one request. */
const seedAtOnce = 1_000;
const appendsAtOnce = 64;

/** Measures a poll over 10,000 open orders, few of them changed, beside a bare loop that makes the same requests. */
export function benchPoll(): Promise<BenchRow[]> {
  return withStack({ parts: ['postgres', 'redis', 'eventstoredb', 'extensiv'] }, async ({ env, urls }) => {
    const portal = await composedPortal({ ...env, EXTENSIV_REQUESTS_PER_SECOND: '10000' });
    try {
      const projector = portal.projections.startReadModels();
      const rows = await measure(portal, urls.extensiv ?? '');
      await projector.stop();
      return rows;
    } finally {
      await portal.close();
    }
  });
}

async function measure(portal: Portal, warehouse: string): Promise<BenchRow[]> {
  const control = <Answer>(method: string, to: string, body?: object) =>
    call<Answer>(method, `${warehouse}/control${to}`, body);
  await control('POST', '/clock', { paused: true });
  const seeded: Seeded[] = [];
  for (let made = 0; made < openOrders; made += seedAtOnce) {
    const { orders } = await control<{ orders: Seeded[] }>('POST', '/orders/seed', { count: seedAtOnce });
    seeded.push(...orders);
  }
  await concurrently(seeded, appendsAtOnce, (there) => exportedOrder(portal, there));
  await shown(portal);
  await poll(portal);

  const changed = seeded.filter((_, index) => index % (openOrders / changedOrders) === 0);
  for (const [index, { id }] of changed.entries()) {
    await control('POST', `/orders/${id}/advance`, { to: index % 2 === 0 ? 'picking' : 'delivered' });
  }
  await control('DELETE', '/ledger');
  const pollMs = await poll(portal);
  const { requests } = await control<{ requests: { path: string; query: Record<string, string> }[] }>('GET', '/ledger');
  await shown(portal);
  const left = (await loadOpenOrders(portal.pools.workers)).length;
  if (left !== openOrders - changedOrders / 2) throw new Error(`${left} orders are open after the poll`);

  const token = await portal.redis.cache.get('extensiv:access_token');
  const started = performance.now();
  for (const request of requests) {
    await call('GET', `${warehouse}${request.path}?${new URLSearchParams(request.query)}`, undefined, {
      authorization: `Bearer ${token}`,
    });
  }
  const bareMs = performance.now() - started;
  const needed = Math.ceil(openOrders / 1000) + changedOrders / 2;
  const name = 'poll of 10,000 open orders, 20 changed';
  return [
    row(
      { name: `${name}: requests`, unit: 'requests', reference: 'pages and finished orders', goal: 'at most 1.1' },
      { value: requests.length, referenceValue: needed },
    ),
    row(
      { name: `${name}: time`, unit: 'ms', reference: 'the same requests made by a bare loop' },
      { value: pollMs, referenceValue: bareMs },
    ),
  ];
}

async function poll(portal: Portal): Promise<number> {
  const started = performance.now();
  const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:bench' };
  await pollStatuses({ ...portal, openOrders: () => loadOpenOrders(portal.pools.workers) }, context);
  return performance.now() - started;
}

/** An order as the warehouse has it. */
interface Seeded {
  readonly id: string;
  readonly order_number: string;
}

/** Writes the stream of an order that the warehouse has received, at once. */
async function exportedOrder({ eventStore }: Portal, there: Seeded): Promise<void> {
  const orderId = randomUUID();
  const at = new Date().toISOString();
  const events = history(orderId, there, at);
  const context = { correlationId: orderId, causationId: orderId, actor: 'system:bench' };
  const wrapped = envelope(events, { commandId: randomUUID(), context, recordedAt: at, prevHash: null });
  await eventStore.append(`order-${orderId}`, wrapped, 'no_stream');
}

function history(orderId: string, { id: extensivOrderId, order_number }: Seeded, at: string): OrderEvent[] {
  const product = { sku: asSku('BENCH-1'), name: 'Bench Oil', brandId: asBrandId('bench'), brand: 'Bench' };
  const price = { quantity: 1, unitPrice: 1000, lineTotal: 1000 };
  const address = { street1: '1 Main St', street2: null, city: 'Denver', state: 'CO', zip: '80202', country: 'US' };
  const commands: OrderCommand[] = [
    {
      type: 'PlaceOrder',
      orderId: asOrderId(orderId),
      orderNumber: order_number,
      customerId: null,
      customer: { name: 'Bench Buyer', email: 'bench@example.com', phone: '555-0100', companyName: 'Bench LLC' },
      shippingAddress: address,
      lineItems: [{ ...product, ...price, thc: null, batchNumber: null, coaLink: null }],
      currency: 'USD',
      deliveryMethod: 'pickup',
      deliveryZone: null,
      at,
      expiresAt: new Date(Date.parse(at) + 60_000).toISOString(),
    },
    {
      type: 'RecordPayment',
      paymentIntentId: `pi_${orderId}`,
      amount: 1000,
      currency: 'USD',
      rule: { version: 1, brandShareBps: 7000 },
      brandShareOverrides: {},
      stockHeld: true,
      at,
    },
    { type: 'AttemptExport', at },
    { type: 'ConfirmExport', extensivOrderId: asExtensivOrderId(extensivOrderId), adopted: false, at },
  ];
  return orderHistory(commands);
}
