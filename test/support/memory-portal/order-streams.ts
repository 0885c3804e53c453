import type { Position, RecordedEvent } from '../../../src/commands/event-store.js';
import { RevisionMismatch } from '../../../src/commands/handler.js';
import type { Condition, Outcome } from '../../../src/commands/use-cases.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import { toOrderView } from '../../../src/projections/models/orders.js';
import type { Reached } from '../../../src/projections/queries.js';
import type { OrderView } from '../../../src/projections/views.js';
import { fold } from '../fold.js';
import { item, reserve, snapshot, stockHistory } from '../inventory.js';
import { recordedStream } from '../recorded-stream.js';

export type OrderStreams = ReturnType<typeof createOrderStreams>;

type Change = (event: RecordedEvent) => Partial<RecordedEvent>;

/** The streams of orders, decided by the real decider, and what the read models have seen of them. */
export function createOrderStreams() {
  const streams = new Map<string, { events: OrderEvent[]; visible: number }>();
  const spoilt = new Map<string, Change>();
  let frozen = false;
  let parking = false;
  let parkedFrom: bigint | null = null;
  let written = 0n;
  let seen = 0n;

  const eventsOf = (id: string): readonly OrderEvent[] => streams.get(id)?.events ?? [];

  function write(id: string, events: readonly OrderEvent[]): Position | null {
    if (events.length === 0) return null;
    const stream = streams.get(id) ?? { events: [], visible: 0 };
    streams.set(id, stream);
    stream.events.push(...events);
    written += BigInt(events.length);
    if (parking) parkedFrom ??= written;
    if (!frozen && !parking) stream.visible = stream.events.length;
    if (!frozen) seen = written;
    return { commit: written, prepare: written };
  }

  function decide(id: OrderId, command: OrderCommand): Outcome<{ orderId: OrderId }> {
    const outcome = orderDecider.decide(command, fold(orderDecider, eventsOf(id)));
    return isRejection(outcome) ? outcome : { value: { orderId: id }, position: write(id, outcome) };
  }

  function viewOf(id: string): OrderView | null {
    const stream = streams.get(id);
    if (!stream || stream.visible === 0) return null;
    const order = fold(orderDecider, stream.events.slice(0, stream.visible));
    return order && toOrderView(order, stream.visible - 1);
  }

  return {
    get size() {
      return streams.size;
    },
    eventsOf,
    decide,
    viewOf,
    views: () => [...streams.keys()].map(viewOf).filter((view) => view !== null),

    /** Decides on a condition about the revision that was asked for. */
    change({ orderId, onlyAt }: { orderId: OrderId } & Condition, command: OrderCommand) {
      const revision = BigInt(eventsOf(orderId).length) - 1n;
      if (onlyAt && !onlyAt.includes(revision)) throw new RevisionMismatch(`order-${orderId}`);
      return decide(orderId, command);
    },

    /** The streams of the orders, one event a minute, and that of the first SKU. */
    async *readStream(
      name: string,
      { fromRevision = 0n, maxCount = Number.POSITIVE_INFINITY }: { fromRevision?: bigint; maxCount?: number } = {},
    ): AsyncGenerator<RecordedEvent> {
      const id = name.slice(name.indexOf('-') + 1);
      const ofStock = name === `inventory-${item.sku}`;
      const events = ofStock ? stockHistory(snapshot(), reserve('o1', 2)) : eventsOf(id);
      const first = Number(fromRevision);
      for (const event of recordedStream(name, events, 'operator:local').slice(first, first + maxCount)) {
        yield { ...event, ...spoilt.get(`${id}/${event.revision}`)?.(event) };
      }
    },

    async reach({ commit }: Position): Promise<Reached> {
      if (commit > seen) return 'late';
      return parkedFrom !== null && commit >= parkedFrom ? 'parked' : 'all';
    },
    freezeReadModels() {
      frozen = true;
    },
    parkWrites() {
      parking = true;
    },
    spoil(id: string, revision: number, change: Change) {
      spoilt.set(`${id}/${revision}`, change);
    },
  };
}
