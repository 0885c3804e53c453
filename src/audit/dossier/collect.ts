import { inventory, orders } from '../../commands/aggregates.js';
import { currentEvent, evolveRecorded } from '../../commands/event-reading.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import { streamOf } from '../../commands/streams.js';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import { orderDecider } from '../../domain/order/decider.js';
import type { Order, OrderState } from '../../domain/order/state.js';
import type { OrderId, Sku } from '../../domain/shared/ids.js';
import type { AuditDeps } from '../audit-report.js';
import { verifyStream } from '../verify-stream.js';
import { type Check, checksOf } from './checks.js';

/** Everything that is on record about an order. */
export interface Dossier {
  readonly order: Order;
  /** The whole stream, oldest first. */
  readonly events: readonly RecordedEvent[];
  /** What was done to stock on its behalf, oldest first. */
  readonly stock: readonly StockMove[];
  readonly checks: readonly Check[];
  /** ISO 8601 UTC. */
  readonly collectedAt: string;
  /** Who asked for it. */
  readonly collectedBy: string;
}

export interface StockMove {
  readonly sku: Sku;
  readonly event: RecordedEvent;
  readonly what: string;
}

/** Reads an order from the streams and checks it. @returns null when there is no such order @throws EventUnreadable */
export async function collectDossier(
  deps: AuditDeps,
  orderId: OrderId,
  by: { collectedAt: string; collectedBy: string },
): Promise<Dossier | null> {
  const stream = streamOf(orders, orderId);
  const events: RecordedEvent[] = [];
  let order: OrderState = orderDecider.initial;
  for await (const event of deps.eventStore.readStream(stream)) {
    events.push(event);
    order = evolveRecorded(orderDecider, order, event);
  }
  if (!order) return null;
  const report = await verifyStream(deps, stream);
  const stock = await stockMoves(deps, orderId, order);
  return { order, events, stock, checks: checksOf(order, events, report), ...by };
}

async function stockMoves({ eventStore }: AuditDeps, orderId: OrderId, order: Order): Promise<StockMove[]> {
  const moves: StockMove[] = [];
  for (const sku of new Set(order.lineItems.map((line) => line.sku))) {
    for await (const event of eventStore.readStream(streamOf(inventory, sku))) {
      const what = describe(currentEvent(event) as InventoryEvent, orderId);
      if (what !== null) moves.push({ sku, event, what });
    }
  }
  return moves.sort((a, b) => Number(a.event.position.commit - b.event.position.commit));
}

function describe(event: InventoryEvent, orderId: OrderId): string | null {
  switch (event.type) {
    case 'StockReserved':
      return event.data.orderId === orderId ? `${event.data.quantity} reserved` : null;
    case 'ReservationReleased':
      return event.data.orderId === orderId ? `${event.data.quantity} given back (${event.data.reason})` : null;
    case 'ReservationCommitted':
      return event.data.orderId === orderId ? 'handed over to the warehouse' : null;
    case 'ReservationSettled':
      return event.data.orderId === orderId ? `${event.data.quantity} counted out by the warehouse` : null;
    default:
      return null;
  }
}
