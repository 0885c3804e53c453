import { expect } from 'vitest';
import { currentEvent } from '../../src/commands/event-envelope.js';
import { formatPosition } from '../../src/commands/event-store.js';
import type { OrderHistory } from '../../src/commands/use-cases.js';
import { inventoryDecider } from '../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../src/domain/inventory/events.js';
import { orderDecider } from '../../src/domain/order/decider.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import type { Order } from '../../src/domain/order/state.js';
import { fold } from '../../src/domain/shared/decider.js';
import { toOrderView } from '../../src/projections/models/orders.js';
import type { OrderView } from '../../src/projections/queries.js';
import { streamOf, type TestPortal } from './portal.js';
import { until } from './until.js';

/** Waits until the read models show everything that is in the store now. */
async function untilReadModelsCaughtUp(portal: TestPortal): Promise<void> {
  const head = await portal.eventStore.head();
  if (!head) return;
  await until('the read models have caught up', async () => {
    const { status } = await portal.api('GET', '/api/v1/orders?limit=1', undefined, {
      'x-min-event-position': formatPosition(head),
    });
    return status === 200;
  });
}

/** The API's order equals the fold of its stream, and its history equals the stream, whose hash chain holds. */
export async function expectOrderToEqualItsStream(portal: TestPortal, orderId: string): Promise<void> {
  await untilReadModelsCaughtUp(portal);
  const events = await streamOf(portal, orderId);
  const order = fold(
    orderDecider,
    events.map((event) => currentEvent(event) as OrderEvent),
  ) as Order;
  const revision = Number(events.at(-1)?.revision);
  const shown = await portal.api<OrderView>('GET', `/api/v1/orders/${orderId}`);
  expect(shown.body).toEqual(JSON.parse(JSON.stringify(toOrderView(order, revision))));

  const history = await portal.api<OrderHistory>('GET', `/api/v1/orders/${orderId}/history`);
  expect(history.body.verified).toBe(true);
  expect(history.body.events.map(({ type, data, hash }) => ({ type, data, hash }))).toEqual(
    events.map((event) => ({ type: event.type, data: event.data, hash: event.metadata.hash })),
  );
}

/** Every row of `read.orders` and `read.products` equals the fold of its stream; no stream is without its row. */
export async function expectReadModelsToEqualStreams(portal: TestPortal): Promise<void> {
  await untilReadModelsCaughtUp(portal);
  const streams = new Map<string, { type: string; data: unknown }[]>();
  for await (const event of portal.eventStore.readAll({ prefixes: ['order-', 'inventory-'] })) {
    streams.set(event.stream, [...(streams.get(event.stream) ?? []), currentEvent(event)]);
  }
  const folded = [...streams].map(([stream, events]) =>
    stream.startsWith('order-')
      ? { stream, state: fold(orderDecider, events as OrderEvent[]) }
      : { stream, state: fold(inventoryDecider, events as InventoryEvent[]) },
  );
  const rows = await portal.sql<{ stream: string; state: unknown }>(
    `select 'order-' || order_id as stream, state -> 'order' as state from "read".orders
     union all select 'inventory-' || sku, state -> 'item' from "read".products`,
  );
  expect(byStream(rows)).toEqual(byStream(JSON.parse(JSON.stringify(folded))));
}

function byStream(rows: readonly { stream: string; state: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(rows.map(({ stream, state }) => [stream, state]));
}
