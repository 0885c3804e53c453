import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import type { DomainEvent } from '../../../../src/domain/shared/event-schema.js';
import { cancel, history, minute, observe, pay, placeOrder, refund, toPaid } from '../../../support/orders.js';

/** A reproducible source of numbers in [0, 1): the same seed gives the same workload. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const lives: readonly (readonly OrderCommand[])[] = [
  [placeOrder],
  toPaid,
  [...toPaid, { type: 'AttemptExport', at: minute(3) }],
  [...toPaid, cancel()],
  [placeOrder, cancel()],
  [placeOrder, pay, observe('shipped')],
  [...toPaid, refund('re_1', 2_500)],
];

/** Streams with what happened in them, from one seed; `label` keeps their names apart from another workload's. */
export function workload(seed: number, orders: number, skus: number, label = String(seed)): Map<string, DomainEvent[]> {
  const next = random(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const streams = new Map<string, DomainEvent[]>();
  for (let n = 0; n < orders; n++) {
    const id = `${label}-${n}`;
    const events = history(...pick(lives)).map((event) =>
      event.type === 'OrderPlaced'
        ? { ...event, data: { ...event.data, orderId: id, orderNumber: `VL-${id}` } }
        : event,
    );
    streams.set(`order-${id}`, events);
  }
  for (let n = 0; n < skus; n++) {
    const sku = `SKU-${label}-${n}`;
    const events: DomainEvent[] = [listed(sku, Math.floor(next() * 100), 1_000 + Math.floor(next() * 9_000))];
    for (let m = 0; m < next() * 8; m++) {
      const at = minute(m + 1);
      events.push(
        pick<DomainEvent>([
          { type: 'StockLevelChanged', data: { from: 0, to: Math.floor(next() * 50), syncId: 's', snapshotAt: at } },
          { type: 'StockReserved', data: { orderId: `o${m}`, quantity: 2, expiresAt: at, reservedAt: at } },
          {
            type: 'ReservationReleased',
            data: { orderId: `o${m - 1}`, quantity: 2, reason: 'expired', releasedAt: at },
          },
          { type: 'ProductDelisted', data: { syncId: 's', snapshotAt: at } },
        ]),
      );
    }
    streams.set(`inventory-${sku}`, events);
  }
  return streams;
}

export function listed(sku: string, quantity: number, price = 2_500): DomainEvent {
  return {
    type: 'ProductListed',
    data: {
      sku,
      productId: `p-${sku}`,
      name: `Product ${sku}`,
      brandId: 'vital-hemp',
      brand: 'Vital Hemp',
      description: null,
      thc: null,
      batchNumber: `LOT-${sku}`,
      coaLink: `https://coa.example.com/${sku}.pdf`,
      price,
      currency: 'USD',
      quantity,
      syncId: 's',
      snapshotAt: minute(0),
    },
  };
}

/** A completed run, now by default. */
export function syncCompleted(syncId: string, completedAt = new Date().toISOString()): DomainEvent {
  return {
    type: 'InventorySyncCompleted',
    data: {
      syncId,
      received: 1,
      created: 1,
      changed: 0,
      delisted: 0,
      rejectedCount: 0,
      rejected: [],
      snapshotAt: completedAt,
      completedAt,
      durationMs: 5,
    },
  };
}
