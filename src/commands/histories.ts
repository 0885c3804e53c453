import type { InventoryItem } from '../domain/inventory/state.js';
import type { Order } from '../domain/order/state.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { OrderId, Sku } from '../domain/shared/ids.js';
import type { Aggregate } from './aggregate.js';
import { inventory, orders } from './aggregates.js';
import { evolveRecorded, shownEvent } from './event-reading.js';
import type { EventStore, RecordedEvent, StreamRead } from './event-store.js';
import { firstChainFault } from './hash-chain.js';
import { streamOf } from './streams.js';

/** Reads from the streams themselves. */
export interface Histories {
  /** Shows events that nobody can apply, too. */
  orderHistory(orderId: OrderId): Promise<OrderHistory | null>;
  /**
   * @param asOf now when absent
   * @returns null when there was no such order then; a revision it has not reached yet counts as none
   * @throws EventUnreadable when one of the events up to then cannot be read or applied
   */
  orderAsOf(orderId: OrderId, asOf?: AsOf): Promise<Past<Order> | null>;
  /** @returns null when no event is there */
  inventoryHistory(sku: Sku, page: HistoryPage): Promise<InventoryHistory | null>;
  /** @returns null when the SKU was not known then. @throws EventUnreadable */
  inventoryAsOf(sku: Sku, asOf: AsOf): Promise<Past<InventoryItem> | null>;
}

/** An order's history as recorded, with the outcome of checking its hash chain. */
export interface OrderHistory {
  readonly orderId: OrderId;
  readonly events: readonly {
    revision: number;
    type: string;
    data: unknown;
    /** Why `data` are not all that was recorded, or not sure to be understood. */
    unreadable?: string;
    recordedAt: string;
    actor: string;
    correlationId: string;
    causationId: string;
    hash: string;
  }[];
  readonly verified: boolean;
  /** The first event that does not fit, and why; absent when the chain holds. */
  readonly fault?: { readonly revision: number; readonly reason: string };
}

/** A moment in the life of a stream: the event of a revision, or the last event recorded at or before a time (ISO). */
export type AsOf = { readonly revision: number } | { readonly time: string };

/** An aggregate as it was; `recordedAt` is when the last event in it was recorded. */
export interface Past<State> {
  readonly state: State;
  readonly revision: number;
  readonly recordedAt: string;
}

/** A part of a stream: so many events behind the one with this revision. */
interface HistoryPage {
  /** Null for the beginning. */
  readonly after: number | null;
  readonly limit: number;
}

/** What happened to a SKU, as recorded. */
interface InventoryHistory {
  readonly sku: Sku;
  readonly events: OrderHistory['events'];
  /** Whether the hash chain of these events holds, from the event before them on. */
  readonly verified: boolean;
  readonly fault?: NonNullable<OrderHistory['fault']>;
  /** Whether events follow. */
  readonly more: boolean;
}

/** Histories straight from the streams, each checked against its hash chain. */
export function createHistories(eventStore: Pick<EventStore, 'readStream'>): Histories {
  return {
    async orderHistory(orderId) {
      const events = await eventsOf(streamOf(orders, orderId));
      return events.length === 0 ? null : { orderId, ...shown(events, null) };
    },
    orderAsOf: async (orderId, asOf) =>
      (await stateAsOf(orders, orderId, asOf)) ?? (asOf && 'time' in asOf ? asPlaced(orderId, asOf.time) : null),
    async inventoryHistory(sku, { after, limit }) {
      // The event before the page is read as well, since its chain goes on from there, and the one behind it.
      const read = after === null ? { maxCount: limit + 1 } : { fromRevision: BigInt(after), maxCount: limit + 2 };
      const events = await eventsOf(streamOf(inventory, sku), read);
      const before = after === null ? null : (events.shift() ?? null);
      const page = events.slice(0, limit);
      return page.length === 0 ? null : { sku, ...shown(page, before), more: events.length > limit };
    },
    inventoryAsOf: (sku, asOf) => stateAsOf(inventory, sku, asOf),
  };

  async function eventsOf(stream: string, options: StreamRead = {}) {
    const events: RecordedEvent[] = [];
    for await (const event of eventStore.readStream(stream, options)) events.push(event);
    return events;
  }

  /** An order is there from when it was placed, which is recorded a moment later. */
  async function asPlaced(orderId: OrderId, time: string): Promise<Past<Order> | null> {
    const placed = await stateAsOf(orders, orderId, { revision: 0 });
    return placed && placed.state.placedAt <= time ? placed : null;
  }

  async function stateAsOf<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    id: string,
    asOf: AsOf | undefined,
  ): Promise<Past<NonNullable<State>> | null> {
    let state = aggregate.decider.initial;
    let last: RecordedEvent | null = null;
    for await (const event of eventStore.readStream(streamOf(aggregate, id))) {
      if (asOf && isAfter(event, asOf)) break;
      state = evolveRecorded(aggregate.decider, state, event);
      last = event;
    }
    if (!last || state === null || state === undefined) return null;
    if (asOf && 'revision' in asOf && Number(last.revision) !== asOf.revision) return null;
    return { state, revision: Number(last.revision), recordedAt: last.metadata.recordedAt };
  }
}

function isAfter(event: RecordedEvent, asOf: AsOf): boolean {
  return 'revision' in asOf ? event.revision > asOf.revision : event.metadata.recordedAt > asOf.time;
}

function shown(events: readonly RecordedEvent[], before: RecordedEvent | null): Omit<OrderHistory, 'orderId'> {
  const found = firstChainFault(events, before);
  const fault = found && { fault: { revision: Number(found.revision), reason: found.detail } };
  return { events: events.map(toEntry), verified: found === null, ...fault };
}

function toEntry(event: RecordedEvent): OrderHistory['events'][number] {
  const { recordedAt, actor, $correlationId, $causationId, hash } = event.metadata;
  return {
    revision: Number(event.revision),
    type: event.type,
    ...shownEvent(event),
    recordedAt,
    actor,
    correlationId: $correlationId,
    causationId: $causationId,
    hash,
  };
}
