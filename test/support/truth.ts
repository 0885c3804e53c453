import { expect } from 'vitest';
import { currentEvent } from '../../src/commands/event-reading.js';
import { comparePositions, formatPosition } from '../../src/commands/event-store.js';
import type { OrderHistory } from '../../src/commands/histories.js';
import { inventoryDecider } from '../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../src/domain/inventory/events.js';
import { orderDecider } from '../../src/domain/order/decider.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import type { Order } from '../../src/domain/order/state.js';
import type { DomainEvent } from '../../src/domain/shared/event-schema.js';
import { toOrderView } from '../../src/projections/models/orders.js';
import { toPosition } from '../../src/projections/runtime/checkpoints.js';
import type { OrderView } from '../../src/projections/views.js';
import { fold } from './fold.js';
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

/**
 * The API's order equals the fold of its stream up to the revision it names, and its history equals the stream, whose hash
 * chain holds. The order may be moving meanwhile.
 */
export async function expectOrderToEqualItsStream(portal: TestPortal, orderId: string): Promise<void> {
  await untilReadModelsCaughtUp(portal);
  const shown = await portal.api<OrderView>('GET', `/api/v1/orders/${orderId}`);
  const history = await portal.api<OrderHistory>('GET', `/api/v1/orders/${orderId}/history`);
  const events = await streamOf(portal, orderId);

  const { revision } = shown.body;
  const order = fold(
    orderDecider,
    events.slice(0, revision + 1).map((event) => currentEvent(event) as OrderEvent),
  ) as Order;
  expect(shown.body).toEqual(JSON.parse(JSON.stringify(toOrderView(order, revision))));

  const { length } = history.body.events;
  expect(length).toBeGreaterThan(revision);
  expect(history.body.verified).toBe(true);
  expect(history.body.events.map(({ type, data, hash }) => ({ type, data, hash }))).toEqual(
    events.slice(0, length).map((event) => ({ type: event.type, data: event.data, hash: event.metadata.hash })),
  );
}

/**
 * Every row of `read.orders` and `read.products` equals the fold of its stream up to the projection's checkpoint; no stream
 * is without its row. Orders may be moving meanwhile.
 */
export async function expectReadModelsToEqualStreams(portal: TestPortal): Promise<void> {
  await untilReadModelsCaughtUp(portal);
  await expectRowsToEqualStreams(portal, {
    projection: 'orders',
    prefix: 'order-',
    rows: `select 'order-' || order_id as stream, state -> 'order' as state from "read".orders`,
    fold: (events) => fold(orderDecider, events as OrderEvent[]),
  });
  await expectRowsToEqualStreams(portal, {
    projection: 'products',
    prefix: 'inventory-',
    rows: `select 'inventory-' || sku as stream, state -> 'item' as state from "read".products`,
    fold: (events) => fold(inventoryDecider, events as InventoryEvent[]),
  });
}

async function expectRowsToEqualStreams(
  portal: TestPortal,
  model: { projection: string; prefix: string; rows: string; fold: (events: readonly DomainEvent[]) => unknown },
): Promise<void> {
  // One statement sees rows and checkpoint of one commit.
  const [seen] = await portal.sql<{
    rows: { stream: string; state: unknown }[] | null;
    commit_position: string;
    prepare_position: string;
  }>(
    `select (select json_agg(r) from (${model.rows}) r) as rows, commit_position, prepare_position
     from portal.projection_generations g join portal.projection_checkpoints c on c.name = g.name and c.generation = g.live
     where g.name = $1`,
    [model.projection],
  );
  const checkpoint = toPosition(seen!)!;
  const streams = new Map<string, DomainEvent[]>();
  for await (const event of portal.eventStore.readAll({ prefixes: [model.prefix] })) {
    if (comparePositions(event.position, checkpoint) > 0) break;
    streams.set(event.stream, [...(streams.get(event.stream) ?? []), currentEvent(event)]);
  }
  const folded = [...streams].map(([stream, events]) => [stream, model.fold(events)]);
  expect(Object.fromEntries((seen?.rows ?? []).map(({ stream, state }) => [stream, state]))).toEqual(
    JSON.parse(JSON.stringify(Object.fromEntries(folded))),
  );
}
